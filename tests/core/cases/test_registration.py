"""Complaints become cases at once: numbers, codes, days; by chat, and put down by staff for whoever comes, calls or writes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy.exc import IntegrityError

from core.cases import access, codes, registration, work
from core.cases.vocabulary import RECEIPT_LATER, STAFF_CHANNELS
from core.errors import Refused
from core.messages import Address
from core.policies.policy import Option, Policy, Words
from core.store import cases, parts, queries
from core.store.cases import StoredCase
from core.store.unit_of_work import Store
from tests.core.cases.desk import PHONE, WEI, Desk

TOLD = {"facts": "三楼的电梯坏了三天没有人来修", "respondent": "物业", "name": "王小苗", "phone": "139 0000 0007"}
"""What the pack ``service-hall`` cannot do without."""


@pytest.fixture
def desk(store: Store, now: datetime) -> Desk:
    return Desk(store, now)


def test_a_case_has_a_number_a_code_and_a_day(desk: Desk) -> None:
    case, code = desk.open()
    assert (case.number, case.status) == ("DT2611-00018", "registered")
    assert len(codes.plain(code)) == codes.LENGTH
    assert code.encode() not in case.code_hash
    assert case.promised_on > desk.now.date()


def test_its_clocks_run_from_that_moment_on(store: Store, now: datetime) -> None:
    desk = Desk(store, now, "government-service")
    case, _ = desk.open()
    assert [(row.clock, row.started_at, row.ended_at) for row in desk.rows(case.number)] == [("acceptance", now, None)]
    assert desk.rows(case.number)[0].due_at == desk.promise_ends(case.number)


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


def test_a_weighty_case_is_reported_to_whom_the_pack_names(store: Store, now: datetime) -> None:
    desk = Desk(store, now, "internal-rules")
    case, _ = desk.open(facts="孩子在活动中心摔伤住院")
    assert case.level == "major"
    assert "leader_report" in desk.running(case.number)
    [alert] = desk.alerts()
    assert case.number in alert
    assert all(desk.policy.post(key).label.zh in alert for key in desk.policy.work.major_to)
    assert desk.open("other", facts="活动中心的灯坏了")[0].level == "general"
    assert desk.alerts() == []


def test_whoever_asked_for_a_person_is_remembered_so(desk: Desk) -> None:
    def file(uow):  # type: ignore[no-untyped-def]
        filing = registration.Registration("draft", desk.person, "chat", 1, "other", {"facts": "x"}, human_wanted=True)
        return registration.open_case(uow, desk.office, filing, desk.now)

    case = desk.store.write(file)[0]
    assert case.human_wanted
    assert desk.kinds(case.number) == ["registered", "human_wanted"]


# ── by staff ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("channel", STAFF_CHANNELS)
def test_staff_put_down_what_comes_by_any_way(desk: Desk, channel: str) -> None:
    case = desk.register(WEI, channel, **TOLD)
    detail = desk.store.read(lambda uow: queries.case_detail(uow, case.number))
    assert detail
    assert (case.number, case.channel, case.session_id) == ("DT2611-00018", channel, None)
    assert detail.contents["facts"] == TOLD["facts"]
    assert detail.contents["answers"]["phone"]["value"] == "13900000007"
    assert [(entry.kind, entry.actor) for entry in detail.entries] == [("registered", f"staff:{WEI}")]
    assert [part.post for part in detail.parts] == ["officer"]
    assert desk.store.read(lambda uow: cases.of_phone(uow, "13900000007")) == [case]


@pytest.mark.parametrize("channel", STAFF_CHANNELS)
def test_the_receipt_is_in_hand_or_still_to_be_told(store: Store, now: datetime, channel: str) -> None:
    desk = Desk(store, now, "general-handling")
    case = desk.register(WEI, channel, **answers_of(desk.policy))
    if channel not in RECEIPT_LATER:
        assert desk.ended(case.number) == {"confirmation": "told"}
        return
    assert "confirmation" in desk.running(case.number)
    desk.later(hours=3)
    desk.work(case.number, "mark", clock="confirmation", words="called back")
    assert desk.ended(case.number) == {"confirmation": "told"}
    assert desk.clock(case.number, "confirmation").ended_at == desk.now


def answers_of(policy: Policy) -> dict[str, str]:
    """Something for everything that this pack asks."""
    said = {"phone": "13900000007", "date": "昨天", "time": "下午三点", "money": "300元", "quantity": "2"}
    return {
        row.key: row.options[0].label.zh if row.kind == "choice" else said.get(row.kind, "三楼的电梯坏了")
        for row in policy.fields
    }


def test_a_number_and_code_from_staff_open_the_case(desk: Desk) -> None:
    case, code = desk.store.write(lambda uow: work.register(uow, desk.office, WEI, "visit", TOLD, desk.now))
    found = desk.store.write(lambda uow: access.by_code(uow, desk.policy, case.number, code, "ip:192.0.2.1", desk.now))
    assert found == case


def test_a_category_is_guessed_or_named(desk: Desk) -> None:
    named = desk.policy.categories[1]

    def register(category: str) -> StoredCase:
        return desk.store.write(
            lambda uow: work.register(uow, desk.office, WEI, "visit", TOLD, desk.now, category=category)
        )[0]

    assert register(named.key).category == named.key
    assert register(named.label.zh).category == named.key
    assert register("").category in {row.key for row in desk.policy.categories}


def test_an_option_is_taken_by_its_key_or_either_of_its_names(desk: Desk) -> None:
    floors = (
        Option(key="first", label=Words(zh="一楼", en="first floor")),
        Option(key="third", label=Words(zh="三楼", en="third floor")),
    )
    field = desk.policy.fields[0].model_copy(
        update={"key": "floor", "kind": "choice", "options": floors, "personal": False}
    )
    desk.changed(fields=(*desk.policy.fields, field))
    for words in ("third", "三楼", "third floor"):
        case = desk.register(WEI, "visit", **TOLD, floor=words)
        detail = desk.store.read(lambda uow, case=case: queries.case_detail(uow, case.number))
        assert detail
        assert detail.contents["answers"]["floor"] == {"value": "third", "shown": "三楼", "unsure": False}
    with pytest.raises(Refused, match=r"register\.no_such_option") as refused:
        desk.register(WEI, "visit", **TOLD, floor="second")
    assert "三楼" in refused.value.facts["known"]


def test_what_cannot_be_read_is_kept_as_it_was_said(desk: Desk) -> None:
    case = desk.register(WEI, "letter", **(TOLD | {"phone": "the baker's next door"}))
    detail = desk.store.read(lambda uow: queries.case_detail(uow, case.number))
    assert detail
    answer = detail.contents["answers"]["phone"]
    assert (answer["value"], answer["unsure"]) == ("the baker's next door", True)


def test_without_a_name_nothing_personal_is_kept_even_where_it_was_given(store: Store, now: datetime) -> None:
    desk = Desk(store, now, "report-center")
    told = answers_of(desk.policy)
    case = desk.store.write(
        lambda uow: work.register(uow, desk.office, WEI, "letter", told, desk.now, anonymous=True, relation="市信访局")
    )[0]
    detail = desk.store.read(lambda uow: queries.case_detail(uow, case.number))
    assert detail
    assert case.anonymous
    assert not set(detail.contents["answers"]) & set(desk.policy.personal_keys)
    assert detail.contents["relation"] == "市信访局"


def test_who_does_not_receive_people_registers_nobody(store: Store, now: datetime) -> None:
    desk = Desk(store, now, "service-work", crew=False)
    desk.hire("chu", "handling")
    with pytest.raises(Refused, match=r"act\.not_your_post"):
        desk.register("chu", "phone", facts="x")
    desk.hire("jie", "reception")
    desk.away("jie")
    with pytest.raises(Refused, match=r"act\.not_your_post"):
        desk.register("jie", "phone", **answers_of(desk.policy))
    with pytest.raises(Refused, match=r"act\.nobody"):
        desk.register("nobody", "phone", **answers_of(desk.policy))


def test_whom_a_complaint_put_down_by_staff_names_is_kept_from_it(desk: Desk) -> None:
    li = desk.hire("li", "officer", name="李大明")
    case = desk.register(WEI, "phone", **(TOLD | {"facts": "窗口的李大明态度很差，叫了不理"}))
    assert desk.store.read(lambda uow: queries.case_detail(uow, case.number, viewer=li.id)) is None
    assert desk.refused(case.number, "assign", "li", handler="li") == "act.not_yours"


def test_a_case_that_no_chat_filed_is_bound_to_one_once(desk: Desk) -> None:
    case = desk.register(WEI, "visit", **TOLD)

    def bind(session_id: int) -> StoredCase:
        return desk.store.write(lambda uow: registration.bind(uow, cases.by_id(uow, case.id), session_id, desk.now))

    assert bind(desk.person).session_id == desk.person
    assert desk.kinds(case.number)[-1] == "bound"
    desk.work(case.number, "report_progress", words="looked at it")
    assert "looked at it" in desk.told()[-1]
    with pytest.raises(Refused, match=r"act\.not_yours"):
        bind(desk.arrives(Address("chat", "ben")))


def test_a_phone_number_is_found_however_it_was_written(desk: Desk) -> None:
    assert desk.open()[0] in desk.store.read(lambda uow: cases.of_phone(uow, PHONE))


def test_who_took_it_down_counts_as_having_taken_part(desk: Desk) -> None:
    case = desk.register(WEI, "visit", **TOLD)
    [part] = desk.store.read(lambda uow: parts.of_case(uow, case.id))
    assert (part.post, part.at) == ("officer", desk.now)
