"""A year is announced while cases are open: provisional days are counted again, certain ones stay, and people are told."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from core.cases import calendar_changes
from core.cases.calendar import Change, calendar, days_of, mark
from core.cases.calendar_changes import Consequences
from core.cases.calendar_files import read
from core.cases.clocks import ZONE
from core.errors import StaleVersion
from core.messages import Address
from core.store import calendar as rows
from core.store import cases as case_rows
from core.store import claims, queries, sessions, timeline
from core.store.cases import StoredCase
from core.store.unit_of_work import Store, UnitOfWork
from tests.architecture.tree import ROOT
from tests.conftest import SECRET
from tests.core.cases.announced import file_of
from tests.core.cases.desk import Desk
from tests.core.cases.routes import lead

WINTER = datetime(2026, 12, 21, 10, 0, tzinfo=ZONE)
"""A Monday from which fifteen working days reach into a year that is not announced."""

LATER = read(file_of(2027, rest=["2027-01-04"]), "2027.json")
EARLIER = read(file_of(2027, work=["2026-12-26"]), "2027.json")
SAME = read(file_of(2027), "2027.json")


def own(span: str, worked: bool | None, reason: str = "why") -> list[Change]:
    return [
        Change(f"{span} {reason}", {on: None if worked is None else mark(on, worked, reason) for on in days_of(span)})
    ]


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store, WINTER)


def announce(desk: Desk, changes: Sequence[Change]) -> Consequences:
    return desk.store.write(lambda uow: calendar_changes.change(uow, desk.office, changes, actor="anna", now=desk.now))


def preview(desk: Desk, changes: Sequence[Change]) -> Consequences:
    return desk.store.read(lambda uow: calendar_changes.consequences(uow, desk.office, changes, desk.now))


def read_again(desk: Desk, case: StoredCase) -> StoredCase:
    return desk.store.read(lambda uow: case_rows.by_id(uow, case.id))


def steps(desk: Desk, case: StoredCase) -> list[tuple[str, str]]:
    entries = desk.store.read(lambda uow: timeline.of_case(uow, case))
    return [(entry.kind, entry.note) for entry in entries]


def told(desk: Desk) -> list[tuple[str, str]]:
    """What waits to be sent: to which channel, and the words."""
    claimed = desk.store.write(lambda uow: claims.claim(uow, desk.now, 100, 60))
    return sorted((each.address.channel, each.message.text) for each in claimed)


def everything(desk: Desk) -> object:
    def work(uow: UnitOfWork) -> object:
        found = [queries.case_detail(uow, line.number) for line in queries.case_list(uow, 100)]
        return found, queries.overview(uow), rows.changes(uow)

    return desk.store.read(work)


@pytest.mark.parametrize(
    ("changes", "on"), [(LATER, date(2027, 1, 13)), (EARLIER, date(2027, 1, 11)), (SAME, date(2027, 1, 12))]
)
def test_a_provisional_day_is_counted_by_the_notice(desk: Desk, changes: list[Change], on: date) -> None:
    case, _ = desk.open()
    assert (case.promised_on, case.promise_provisional) == (date(2027, 1, 12), True)
    done = announce(desk, changes)
    assert (done.provisional, len(done.recounts), done.moved) == (1, 1, on != case.promised_on)
    counted = read_again(desk, case)
    assert (counted.promised_on, counted.promise_provisional) == (on, False)
    assert desk.promise_ends(counted.number) == datetime(on.year, on.month, on.day, 17, tzinfo=ZONE)


def test_who_hears_on_another_day_is_told_and_staff_hear_once(desk: Desk) -> None:
    cases_ = [desk.open(f"draft-{index}")[0] for index in range(3)]
    announce(desk, LATER)
    for case in cases_:
        assert steps(desk, case)[-1] == ("day_moved", "2027-01-12 → 2027-01-13")
    first, *_ = told(desk)
    assert first[0] == "chat"
    assert "2027 年 1 月 13 日（周三）" in first[1]
    assert "暂定）" not in first[1]
    assert desk.store.read(queries.overview).outbox == {"pending": 4}, "one for each case, one for staff"


def test_who_hears_on_the_same_day_is_left_alone_and_the_case_remembers(desk: Desk) -> None:
    case, _ = desk.open()
    announce(desk, SAME)
    assert steps(desk, case)[-1] == ("day_settled", "2027-01-12 → 2027-01-12")
    [(channel, words)] = told(desk)
    assert channel == "staff"
    assert "2027.json" in words


def test_importing_the_same_year_twice_changes_nothing_the_second_time(desk: Desk) -> None:
    desk.open()
    announce(desk, LATER)
    before = everything(desk)
    desk.now += timedelta(hours=1)
    done = announce(desk, read(file_of(2027, rest=["2027-01-04"]) + b"\n", "again.json"))
    assert (done.changes, done.turned, done.recounts) == ((), (), ())
    assert everything(desk) == before


def test_a_preview_says_what_will_be_done_and_does_nothing(desk: Desk) -> None:
    desk.open()
    before = everything(desk)
    said = preview(desk, LATER)
    assert everything(desk) == before
    assert said == announce(desk, LATER)
    assert (date(2027, 1, 4), LATER[0].marks[date(2027, 1, 4)]) in said.turned


def test_days_that_were_holidays_by_guess_only_are_told_too(desk: Desk) -> None:
    """Without a notice the second of May and of October are holidays by their date; a notice need not say so."""
    turned = preview(desk, read(file_of(2028), "2028.json")).turned
    assert {on for on, of in turned if of.worked} == {date(2028, 5, 2), date(2028, 10, 2), date(2028, 10, 3)}


def test_a_day_promised_as_certain_stays(desk: Desk) -> None:
    desk.now = WINTER - timedelta(days=20)
    case, _ = desk.open()
    assert not case.promise_provisional
    done = announce(desk, [*EARLIER, *own("2026-12-02..2026-12-04", False)])
    assert (done.provisional, done.recounts) == (0, ())
    assert read_again(desk, case) == case


def test_closed_and_withdrawn_cases_are_left_alone(desk: Desk) -> None:
    closed, withdrawn = desk.open("draft-1")[0], desk.open("draft-2")[0]
    desk.closed(closed.number)
    desk.do(withdrawn.number, "withdraw")
    assert announce(desk, LATER).provisional == 0
    assert [steps(desk, case)[-1][0] for case in (closed, withdrawn)] == ["closed", "withdrawn"]


def test_an_accepted_case_is_counted_from_its_acceptance(store: Store) -> None:
    desk = Desk(store, WINTER, "service-center")
    case, _ = desk.open()
    desk.now = datetime(2026, 12, 25, 10, tzinfo=ZONE)
    assert desk.work(case.number, "accept").promised_on == date(2027, 1, 6)
    announce(desk, LATER)
    assert read_again(desk, case).promised_on == date(2027, 1, 7)


def test_a_day_that_was_put_off_is_counted_with_its_extension(store: Store) -> None:
    desk = Desk(store, WINTER, "service-center")
    desk.hire("head", "head")
    case, _ = desk.open()
    desk.now = datetime(2026, 12, 25, 10, tzinfo=ZONE)
    desk.work(case.number, "accept")
    desk.work(case.number, "ask_extension", words="the expert is ill")
    assert desk.work(case.number, "extend", "head").promised_on == date(2027, 1, 11)
    announce(desk, LATER)
    assert read_again(desk, case).promised_on == date(2027, 1, 12)


def test_the_clocks_are_counted_again_with_the_promise(store: Store) -> None:
    """Also those that promise nothing: staff are told in time by the new end."""
    desk = Desk(store, WINTER, "internal-rules", crew=False)
    desk.hire_for_each_post()
    case, _ = desk.open()
    desk.work(case.number, "accept", "reception")
    before = {row.clock: row for row in desk.rows(case.number)}
    assert before["result"].provisional
    announce(desk, LATER)
    after = {row.clock: row for row in desk.rows(case.number)}
    assert after["result"].due_at - before["result"].due_at == timedelta(days=1)
    assert not after["result"].provisional
    assert after["result"].alert_at
    assert before["result"].alert_at
    assert after["result"].alert_at - before["result"].alert_at == timedelta(days=1)
    assert after["acceptance"] == before["acceptance"], "what has ended stays as it was"


def test_what_stands_still_is_counted_when_it_goes_on(desk: Desk) -> None:
    case, _ = desk.open()
    desk.work(case.number, "request_supplement", words="which lift?")
    announce(desk, LATER)
    assert read_again(desk, case).wake_at is None
    desk.office.calendar = desk.store.read(calendar_changes.current)
    assert desk.do(case.number, "supplement", "the one at the back").promised_on == date(2027, 1, 13)


def test_a_case_taken_up_again_is_counted_from_then(desk: Desk) -> None:
    desk.now = WINTER - timedelta(days=10)
    case, _ = desk.open()
    desk.closed(case.number)
    desk.now = WINTER
    assert desk.do(case.number, "reopen", "not done").promised_on == date(2027, 1, 12)
    announce(desk, LATER)
    assert read_again(desk, case).promised_on == date(2027, 1, 13)


def test_the_day_of_a_review_moves_with_its_clock_whatever_broke_before(store: Store) -> None:
    desk = Desk(store, WINTER - timedelta(days=28), "internal-rules", crew=False)
    desk.hire_for_each_post("", "2")
    case, _ = desk.open()
    lead(desk, case.number, "decided")
    desk.now = desk.promise_ends(case.number) + timedelta(hours=1)
    desk.look_after()
    desk.now = WINTER + timedelta(days=7)
    desk.work(case.number, "close", "investigator", words="so it is")
    asked = desk.do(case.number, "ask_review", "nobody asked my witness")
    announce(desk, LATER)
    moved = read_again(desk, case)
    assert moved.promised_on > asked.promised_on
    assert desk.promise_ends(moved.number) == desk.clock(case.number, "second_look").due_at


def test_a_promise_that_broke_is_counted_from_the_apology(desk: Desk) -> None:
    desk.now = datetime(2026, 12, 8, 10, tzinfo=ZONE)
    case, _ = desk.open()
    desk.now = datetime(2026, 12, 29, 17, tzinfo=ZONE)
    desk.look_after()
    assert read_again(desk, case).promised_on == date(2027, 1, 4)
    announce(desk, LATER)
    assert read_again(desk, case).promised_on == date(2027, 1, 5)


def test_a_day_that_is_past_already_is_promised_to_nobody(desk: Desk) -> None:
    case, _ = desk.open()
    desk.now = datetime(2027, 1, 12, 9, tzinfo=ZONE)
    announce(desk, EARLIER)
    counted = read_again(desk, case)
    assert (counted.promised_on, counted.promise_provisional) == (date(2027, 1, 12), False)
    assert counted.wake_at == case.wake_at


def test_the_offices_own_rest_moves_provisional_days_and_can_be_taken_back(desk: Desk) -> None:
    case, _ = desk.open()
    announce(desk, own("2027-01-05..2027-01-06", False, "inventory"))
    moved = read_again(desk, case)
    assert (moved.promised_on, moved.promise_provisional) == (date(2027, 1, 14), True)
    announce(desk, own("2027-01-05", None))
    assert read_again(desk, case).promised_on == date(2027, 1, 13)
    kept = desk.store.read(calendar_changes.current)
    assert [(on, of.name) for on, of in kept.own.items()] == [(date(2027, 1, 6), "inventory")]


def test_where_a_change_came_from_is_kept(desk: Desk) -> None:
    announce(desk, LATER)
    announce(desk, own("2027-01-05", False, "inventory"))
    year, day = desk.store.read(rows.changes)
    assert (year.version, year.at, year.actor, year.year) == (1, WINTER, "anna", 2027)
    assert (year.title, tuple(year.notices), year.sha256) == ("2027.json", LATER[0].notices, LATER[0].sha256)
    assert (day.version, day.year, day.title, day.sha256) == (2, None, "2027-01-05 inventory", "")


def test_the_calendar_comes_back_as_it_was_kept(desk: Desk) -> None:
    changes = [*LATER, *own("2027-01-05", False), *own("2027-01-09", True)]
    announce(desk, changes)
    kept, made = desk.store.read(calendar_changes.current), calendar().after(*changes)
    assert (kept.changed, kept.notices, kept.version) == (made.changed, made.notices, made.version)


def test_a_unit_that_does_not_end_changes_nothing(desk: Desk) -> None:
    desk.open()
    before = everything(desk)

    def killed(uow: UnitOfWork) -> None:
        calendar_changes.change(uow, desk.office, LATER, "anna", desk.now)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        desk.store.write(killed)
    assert everything(desk) == before
    assert announce(desk, LATER).moved == 1


KILLED = """
import os, signal, sys
from pathlib import Path
from datetime import datetime
from core.cases import calendar_changes
from core.cases.calendar import calendar
from core.cases.calendar_files import read
from core.cases.office import Office
from core.policies.load import load
from core.store.keyring import Keyring
from core.store.unit_of_work import Store
from core.texts import load_texts

url, data_dir, secret, at, file = sys.argv[1:]
store = Store.open(url, Path(data_dir), Keyring.from_secret(secret), beside=True)
office, now = Office(load("service-hall"), calendar(), load_texts()), datetime.fromisoformat(at)

def work(uow):
    done = calendar_changes.change(uow, office, read(file.encode(), "2027.json"), "anna", now)
    print(done.moved, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

store.write(work)
"""


def test_one_that_is_killed_before_it_is_durable_changed_nothing(desk: Desk, store_url: str, data_dir: Path) -> None:
    desk.open()
    before = everything(desk)
    words = [store_url, str(data_dir), SECRET, WINTER.isoformat(), file_of(2027, rest=["2027-01-04"]).decode()]
    killed = subprocess.run([sys.executable, "-c", KILLED, *words], capture_output=True, text=True, cwd=ROOT)
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, "1\n"), killed.stderr
    assert everything(desk) == before
    assert announce(desk, LATER).moved == 1


def test_two_who_import_at_once_import_once(desk: Desk) -> None:
    desk.open()

    def one(_: int) -> int:
        try:
            return len(announce(desk, LATER).changes)
        except StaleVersion:
            return 0

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(one, range(2))) == [0, 1]
    assert len(desk.store.read(rows.changes)) == 1
    assert desk.store.read(queries.overview).outbox["pending"] == 2


def test_counting_again_by_the_same_calendar_changes_nothing(desk: Desk) -> None:
    desk.open()
    before = everything(desk)
    assert desk.store.write(lambda uow: calendar_changes.recount(uow, desk.office, desk.now)) == 0
    assert everything(desk) == before


def test_what_was_promised_by_a_former_calendar_is_counted_again(desk: Desk) -> None:
    announce(desk, LATER)
    late, _ = desk.open()
    assert late.promised_on == date(2027, 1, 12), "this office does not know yet"
    knows = replace(desk.office, calendar=desk.store.read(calendar_changes.current))
    assert desk.store.write(lambda uow: calendar_changes.recount(uow, knows, desk.now)) == 1
    assert read_again(desk, late).promised_on == date(2027, 1, 13)


def test_an_erased_case_is_passed_over(desk: Desk) -> None:
    case, _ = desk.open()
    desk.store.write(lambda uow: case_rows.erase(uow, case.id))
    assert announce(desk, LATER).provisional == 0


def test_a_case_without_a_chat_is_counted_and_told_to_nobody(desk: Desk) -> None:
    case, _ = desk.open()
    desk.store.write(lambda uow: case_rows.update(uow, case, session_id=None))
    assert announce(desk, LATER).moved == 1
    assert [channel for channel, _ in told(desk)] == ["staff"]


def test_an_english_conversation_is_told_in_english(desk: Desk) -> None:
    def speak(uow: UnitOfWork) -> None:
        stored = sessions.load(uow, Address("chat", "anna"), desk.now)
        sessions.save(uow, stored, {"session": {"language": "en"}}, desk.now)

    desk.open()
    desk.store.write(speak)
    announce(desk, LATER)
    [words] = [words for channel, words in told(desk) if channel == "chat"]
    assert "has moved" in words
