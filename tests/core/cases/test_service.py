"""Cases over their whole life: numbers, codes, actions, promises; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from core.cases.service import Office, Registration
from sqlalchemy.exc import IntegrityError

from core.cases import access, codes
from core.cases import service as cases
from core.cases.calendar import calendar
from core.errors import Refused
from core.messages import Address
from core.policies.load import load
from core.store import cases as rows
from core.store import keys, outbox, queries, sessions, timeline
from core.store.cases import StoredCase
from core.store.unit_of_work import Store
from core.texts import load_texts

PHONE = "13900000042"


class Desk:
    """An institution with one complainant."""

    def __init__(self, store: Store, now: datetime, pack: str = "service-hall") -> None:
        self.store, self.now = store, now
        self.office = Office(load(pack), calendar(), load_texts())
        self.person = store.write(lambda uow: sessions.load(uow, Address("chat", "anna"), now)).id

    def open(self, draft: str = "draft", facts: str = "the lift is broken") -> tuple[StoredCase, str]:
        def work(uow):  # type: ignore[no-untyped-def]
            key_id = keys.new_key(uow)
            told = Registration(draft, self.person, "chat", key_id, "other", {"facts": facts}, PHONE)
            return cases.open_case(uow, self.office, told, self.now)

        case: tuple[StoredCase, str] = self.store.write(work)
        return case

    def do(self, number: str, action: str, words: str = "") -> StoredCase:
        return self.store.write(
            lambda uow: cases.act_as_complainant(uow, self.office, self.person, number, action, words, self.now)  # type: ignore[arg-type]
        )

    def work(self, number: str, action: str, words: str = "") -> StoredCase:
        return self.store.write(
            lambda uow: cases.act_as_staff(uow, self.office, number, action, "staff:1", words, self.now)  # type: ignore[arg-type]
        )

    def look_up(self, number: str, code: str, asker: str = "ip:192.0.2.1") -> StoredCase | None:
        return self.store.write(lambda uow: access.by_code(uow, self.office.policy, number, code, asker, self.now))


@pytest.fixture
def desk(store: Store, now: datetime) -> Iterator[Desk]:
    return Desk(store, now)  # type: ignore[return-value]


def test_a_case_has_a_number_a_code_and_a_day(desk: Desk) -> None:
    case, code = desk.open()
    assert (case.number, case.status) == ("DT2611-00018", "registered")
    assert len(codes.plain(code)) == codes.LENGTH
    assert code.encode() not in case.code_hash
    assert case.promised_on > desk.now.date()


def test_many_at_once_get_numbers_without_gap_or_double(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as threads:
        opened = list(threads.map(lambda index: desk.open(f"draft-{index}")[0].number, range(24)))
    assert sorted(number[7:11] for number in opened) == [f"{index:04d}" for index in range(1, 25)]


def test_a_filing_that_fails_gives_its_number_back(desk: Desk) -> None:
    first, _ = desk.open("draft-1")
    with pytest.raises(IntegrityError):
        desk.open("draft-1")
    second, _ = desk.open("draft-2")
    assert (first.number[7:11], second.number[7:11]) == ("0001", "0002")


@pytest.mark.parametrize(("pack", "allowed"), [("service-hall", False), ("bus-company", True)])
def test_the_phones_last_four_count_only_where_the_pack_says_so(
    store: Store, now: datetime, pack: str, allowed: bool
) -> None:
    desk = Desk(store, now, pack)
    case, code = desk.open()
    assert desk.look_up(case.number, code) == case
    assert (desk.look_up(case.number, PHONE[-4:]) == case) is allowed
    assert desk.look_up(case.number, "0041") is None
    assert desk.look_up(case.number, PHONE[-3:]) is None


def test_a_code_fits_however_it_is_typed_and_only_its_own_case(desk: Desk) -> None:
    case, code = desk.open("draft-1")
    other, _ = desk.open("draft-2")
    assert desk.look_up(case.number.lower(), f" {code.lower().replace('-', ' ')} ") == case
    assert desk.look_up(other.number, code) is None


def test_the_lock_counts_failures_of_a_number_and_ends(desk: Desk) -> None:
    case, code = desk.open()
    for index in range(desk.office.policy.lookup.failures):
        assert desk.look_up(case.number, code, f"ip:{index}") == case
        assert desk.look_up(case.number, "AAAA-AAAA", f"ip:{index}") is None
    assert desk.look_up(case.number, code) is None
    desk.now += timedelta(hours=desk.office.policy.lookup.lock_hours, seconds=1)
    assert desk.look_up(case.number, code) == case


def test_somebody_elses_case_looks_like_none(desk: Desk) -> None:
    case, _ = desk.open()
    desk.person = desk.store.write(lambda uow: sessions.load(uow, Address("chat", "ben"), desk.now)).id
    for number in (case.number, "DT2611-99996", "nonsense", ""):
        with pytest.raises(Refused, match=r"act\.not_yours"):
            desk.do(number, "withdraw")


def test_urging_is_counted_and_has_a_pause(desk: Desk) -> None:
    case, _ = desk.open()
    assert desk.do(case.number, "urge").urged_count == 1
    with pytest.raises(Refused, match=r"urge\.too_soon"):
        desk.do(case.number, "urge")
    desk.now += timedelta(hours=desk.office.policy.follow_up.urge_every_hours)
    assert desk.do(case.number, "urge").urged_count == 2


def test_a_closed_case_can_be_rated_and_taken_up_again_for_a_while(desk: Desk) -> None:
    case, _ = desk.open()
    closed = desk.work(case.number, "close", "the lift runs")
    assert (closed.status, closed.wake_at) == ("closed", None)
    assert desk.do(case.number, "rate", "2").rating == 2
    again = desk.do(case.number, "reopen", "it stopped again")
    assert again.status != "closed"
    assert again.wake_at is not None
    desk.work(case.number, "close", "now really")
    desk.now += timedelta(days=desk.office.policy.follow_up.reopen_within_days, seconds=1)
    with pytest.raises(Refused, match=r"reopen\.too_late"):
        desk.do(case.number, "reopen", "too late")


def test_what_staff_do_is_told_in_the_chat_in_the_same_transaction(desk: Desk) -> None:
    case, _ = desk.open()
    desk.work(case.number, "close", "the lift runs")
    [told] = desk.store.write(lambda uow: outbox.claim(uow, desk.now, 10, 60))
    assert case.number in told.message.text
    assert "the lift runs" in told.message.text
    with pytest.raises(Refused):
        desk.work(case.number, "close", "twice")
    assert desk.store.read(queries.overview).outbox == {"leased": 1}


def test_a_promise_is_moved_once_on_the_day_it_breaks(desk: Desk) -> None:
    case, _ = desk.open()

    def keep() -> int:
        return desk.store.write(lambda uow: cases.keep_promises(uow, desk.office, desk.now))

    assert keep() == 0
    assert case.wake_at
    desk.now = case.wake_at
    assert keep() == 1
    assert keep() == 0
    moved = desk.store.read(lambda uow: rows.by_id(uow, case.id))
    assert moved.promised_on > case.promised_on
    assert [entry.kind for entry in desk.store.read(lambda uow: timeline.of_case(uow, moved))][-1] == "promise_moved"


def test_a_matter_that_reads_alike_is_found_among_ones_own_open_cases(desk: Desk) -> None:
    case, _ = desk.open(facts="三楼的电梯坏了三天没有人来修")

    def alike(facts: str) -> str | None:
        return desk.store.read(lambda uow: cases.find_alike(uow, desk.person, facts))

    assert alike("三楼电梯坏了三天，没人来修") == case.number
    assert alike("窗口的人态度很差") is None
    desk.do(case.number, "withdraw")
    assert alike("三楼电梯坏了三天，没人来修") is None
