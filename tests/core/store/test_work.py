"""What staff made of a case, who took part, who must not know, and its clocks, as they were written."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from core.store import case_clocks, parts, queries, recusals, work
from core.store.case_clocks import Extended, NewClock, Stop, StoredClock
from core.store.cases import StoredCase
from core.store.keyring import Keyring
from core.store.parts import Part
from core.store.unit_of_work import Store, UnitOfWork
from core.store.work import CaseWork
from tests.core.store.samples import filed
from tests.core.store.test_staff import joined

HOUR = timedelta(hours=1)


# ── work ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_that_nobody_touched_is_as_it_was_made(store: Store, now: datetime) -> None:
    case = filed(store, now)
    assert store.read(lambda uow: work.of(uow, case.id)) == CaseWork(case.id)


def test_work_is_kept_whole_and_the_last_one_counts(store: Store, now: datetime) -> None:
    case, other, li = filed(store, now), filed(store, now, "2026-0002"), joined(store, now)
    whole = CaseWork(
        case.id, "社保科", li.id, "substantiated", ("apology", "refund"), 2**40, ("refund",), "hearing", other.id, True, True, True, 2, 2026
    )  # fmt: skip
    for wanted in (whole, replace(whole, remedies=(), yuan=None, handler_id=None), CaseWork(case.id), whole):
        store.write(lambda uow, wanted=wanted: work.put(uow, wanted))
        assert store.read(lambda uow: work.of(uow, case.id)) == wanted
    both = store.read(lambda uow: work.of_many(uow, [other.id, case.id]))
    assert both == {case.id: whole, other.id: CaseWork(other.id)}
    assert store.read(lambda uow: work.of_many(uow, [])) == {}


def test_what_was_joined_to_a_case_is_found_from_it(store: Store, now: datetime) -> None:
    master, *joined_to = (filed(store, now, f"2026-000{n}") for n in range(1, 4))
    for case in reversed(joined_to):
        store.write(lambda uow, case=case: work.put(uow, CaseWork(case.id, duplicate_of=master.id)))
    assert store.read(lambda uow: work.merged_into(uow, master.id)) == [case.id for case in joined_to]
    assert store.read(lambda uow: work.merged_into(uow, joined_to[0].id)) == []


def test_what_somebody_has_in_hand_is_found_from_them(store: Store, now: datetime) -> None:
    one, other, li = filed(store, now), filed(store, now, "2026-0002"), joined(store, now)
    held = CaseWork(one.id, handler_id=li.id)
    for kept in (held, CaseWork(other.id)):
        store.write(lambda uow, kept=kept: work.put(uow, kept))
    assert store.read(lambda uow: work.held_by(uow, li.id)) == [held]


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_took_part_is_told_once_for_each_post(store: Store, now: datetime) -> None:
    case, li, wang = filed(store, now), joined(store, now), joined(store, now, "wang")
    for member, post in ((wang, "desk"), (li, "handler"), (li, "handler"), (li, "reviewer")):
        store.write(lambda uow, m=member, p=post: parts.add(uow, case.id, m.id, p, now))
    store.write(lambda uow: parts.add(uow, case.id, li.id, "handler", now - HOUR))
    found = store.read(lambda uow: parts.of_case(uow, case.id))
    assert found == [Part(li.id, "handler", now), Part(li.id, "reviewer", now), Part(wang.id, "desk", now)]


# ── clocks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def begun(now: datetime, clock: str = "accept", **more: Any) -> NewClock:
    row: dict[str, Any] = {"round": 0, "started_at": now, "due_at": now + 5 * HOUR, "provisional": False}
    return NewClock(clock, **(row | {"alert_at": now + 3 * HOUR} | more))


def running(store: Store, case: StoredCase, *rows: NewClock) -> list[StoredClock]:
    store.write(lambda uow: case_clocks.add(uow, case.id, rows))
    return store.read(lambda uow: case_clocks.of_case(uow, case.id))


def test_clocks_are_kept_in_the_order_they_began(store: Store, now: datetime) -> None:
    case = filed(store, now)
    ended = begun(now, "receipt", alert_at=None, ended_at=now, ended_by="told")
    found = running(store, case, ended, begun(now, provisional=True), begun(now, "decide"))
    assert [clock.clock for clock in found] == ["receipt", "accept", "decide"]
    accept = StoredClock(
        found[1].id, case.id, "accept", 0, now, now + 5 * HOUR, True, (), (), None, "", 0, now + 3 * HOUR
    )
    assert found[1] == accept
    assert (found[0].ended_at, found[0].ended_by, found[0].alert_at) == (now, "told", None)
    assert running(store, case) == found, "none at all is no statement"
    assert [clock.clock for clock in running(store, case, begun(now, round=1))] == [
        "receipt",
        "accept",
        "decide",
        "accept",
    ]


def test_a_clock_may_begin_standing_still(store: Store, now: datetime) -> None:
    stops = (Stop(now, None, "supplement"),)
    [clock] = running(store, filed(store, now), begun(now, stops=stops))
    assert clock.stops == stops


def test_a_clock_runs_once_in_a_round_and_rings_no_more_once_it_ended(store: Store, now: datetime) -> None:
    case = filed(store, now)
    [clock] = running(store, case, begun(now))
    with pytest.raises(IntegrityError):
        running(store, case, begun(now))
    with pytest.raises(IntegrityError):
        store.write(lambda uow: case_clocks.change(uow, clock, ended_at=now, ended_by="accepted"))


def test_stops_and_extensions_are_kept_with_their_moments(store: Store, now: datetime) -> None:
    case = filed(store, now)
    [clock] = running(store, case, begun(now))
    stops = (Stop(now, now + HOUR, "supplement"), Stop(now + 2 * HOUR, None, "hearing"))
    longer = (Extended(30, now, "staff:li"),)
    changed = store.write(
        lambda uow: case_clocks.change(uow, clock, stops=stops, extensions=longer, due_at=now + 9 * HOUR, rung=1)
    )
    assert store.read(lambda uow: case_clocks.of_case(uow, case.id)) == [changed]
    assert (changed.stops, changed.extensions, changed.rung) == (stops, longer, 1)
    ended = store.write(
        lambda uow: case_clocks.change(uow, changed, ended_at=now, ended_by="accepted", alert_at=None, stops=())
    )
    assert store.read(lambda uow: case_clocks.of_case(uow, case.id)) == [ended]


@pytest.mark.parametrize("column", ["case_id", "clock", "round", "started_at", "nonsense"])
def test_how_a_clock_began_cannot_be_changed(store: Store, now: datetime, column: str) -> None:
    [clock] = running(store, filed(store, now), begun(now))
    with pytest.raises(ValueError, match=column):
        store.write(lambda uow: case_clocks.change(uow, clock, **{column: 1}))


def test_alerts_come_longest_waiting_first(store: Store, now: datetime) -> None:
    case = filed(store, now)
    late, later, quiet = (
        begun(now, "b", alert_at=now - HOUR),
        begun(now, "a", alert_at=now),
        begun(now, "c", alert_at=None),
    )
    running(store, case, later, quiet, late, begun(now, "d", alert_at=now + HOUR))

    def due(limit: int) -> list[str]:
        return [clock.clock for clock in store.write(lambda uow: case_clocks.alerts_due(uow, now, limit))]

    assert (due(9), due(1)) == (["b", "a"], ["b"])


def test_two_that_alert_at_once_take_different_clocks(
    postgresql_url: str, data_dir: Path, keyring: Keyring, now: datetime
) -> None:
    store = Store.open(postgresql_url, data_dir, keyring)
    running(store, filed(store, now), *(begun(now, key, alert_at=now) for key in "abcd"))
    inside, go = threading.Event(), threading.Event()

    def holds(uow: UnitOfWork) -> list[StoredClock]:
        taken = case_clocks.alerts_due(uow, now, 2)
        inside.set()
        assert go.wait(30)
        return taken

    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(store.write, holds)
        assert inside.wait(30)
        second = store.write(lambda uow: case_clocks.alerts_due(uow, now, 9))
        go.set()
    assert [clock.clock for clock in first.result()] == ["a", "b"]
    assert [clock.clock for clock in second] == ["c", "d"]
    store.close()


def test_what_may_still_move_is_found_as_long_as_it_runs(store: Store, now: datetime) -> None:
    one, other = filed(store, now), filed(store, now, "2026-0002")
    running(store, one, begun(now, "a", provisional=True), begun(now, "b"))
    running(store, other, begun(now, "c", provisional=True), begun(now, "d", provisional=True))
    last = store.read(lambda uow: case_clocks.of_case(uow, other.id))[1]
    store.write(lambda uow: case_clocks.change(uow, last, ended_at=now, ended_by="closed", alert_at=None))
    for lock in (False, True):
        found = store.write(lambda uow, lock=lock: case_clocks.provisional(uow, for_update=lock))
        assert [clock.clock for clock in found] == ["a", "c"]


# ── recusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_recusal_is_made_once_and_can_be_lifted(store: Store, now: datetime) -> None:
    case, li, wang = filed(store, now), joined(store, now), joined(store, now, "wang")
    assert store.write(lambda uow: recusals.add(uow, case.id, li.id, "named", now))
    assert not store.write(lambda uow: recusals.add(uow, case.id, li.id, "declared", now + HOUR))
    [found] = store.read(lambda uow: recusals.of_case(uow, case.id))
    assert (found.staff_id, found.why, found.at, found.stands) == (li.id, "named", now, True)
    assert store.read(lambda uow: recusals.keeps_away(uow, case.id, li.id))
    assert not store.read(lambda uow: recusals.keeps_away(uow, case.id, wang.id))

    lifts = [store.write(lambda uow: recusals.lift(uow, case.id, li.id, wang.id, now + HOUR)) for _ in range(2)]
    assert lifts == [True, False]
    [found] = store.read(lambda uow: recusals.of_case(uow, case.id))
    assert (found.stands, found.lifted_at, found.lifted_by) == (False, now + HOUR, wang.id)
    assert not store.read(lambda uow: recusals.keeps_away(uow, case.id, li.id))


def test_what_was_lifted_stays_so_unless_somebody_says_otherwise(store: Store, now: datetime) -> None:
    case, li, wang = filed(store, now), joined(store, now), joined(store, now, "wang")
    store.write(lambda uow: recusals.add(uow, case.id, li.id, "unit", now))
    store.write(lambda uow: recusals.lift(uow, case.id, li.id, wang.id, now))
    assert not store.write(lambda uow: recusals.add(uow, case.id, li.id, "unit", now))
    assert store.write(lambda uow: recusals.add(uow, case.id, li.id, "declared", now + HOUR))
    [found] = store.read(lambda uow: recusals.of_case(uow, case.id))
    assert (found.why, found.at, found.stands, found.lifted_by) == ("declared", now + HOUR, True, None)


def test_a_reason_that_is_none_is_refused(store: Store, now: datetime) -> None:
    case, li = filed(store, now), joined(store, now)
    with pytest.raises(IntegrityError):
        store.write(lambda uow: recusals.add(uow, case.id, li.id, "tired", now))


def test_who_is_recused_finds_no_trace_of_the_case(store: Store, now: datetime) -> None:
    kept, open_to_all, li, wang = (
        filed(store, now),
        filed(store, now, "2026-0002"),
        joined(store, now),
        joined(store, now, "wang"),
    )
    store.write(lambda uow: recusals.add(uow, kept.id, li.id, "named", now))

    def seen(viewer: int | None) -> tuple[Any, ...]:
        def read(uow: UnitOfWork) -> tuple[Any, ...]:
            return (
                [line.number for line in queries.case_list(uow, 9, viewer=viewer)],
                [line.number for line in queries.case_list(uow, 9, text=kept.number, viewer=viewer)],
                [line.number for line in queries.case_list(uow, 9, status="registered", viewer=viewer)],
                queries.count(uow, viewer=viewer),
                queries.count(uow, text="0001", viewer=viewer),
                queries.case_detail(uow, kept.number, viewer=viewer) is not None,
                queries.case_detail(uow, open_to_all.number, viewer=viewer) is not None,
                [line.number for line in queries.ledger(uow, now, now + HOUR, 0, 9, viewer=viewer)],
            )

        return store.read(read)

    one, other = "2026-0001", "2026-0002"
    everything = ([other, one], [one], [other, one], 2, 1, True, True, [one, other])
    assert seen(None) == seen(wang.id) == everything
    assert seen(li.id) == ([other], [], [other], 1, 0, False, True, [other])
    store.write(lambda uow: recusals.lift(uow, kept.id, li.id, wang.id, now))
    assert seen(li.id) == everything


def test_lists_and_ledgers_tell_whose_case_it_is(store: Store, now: datetime) -> None:
    case, other, li = filed(store, now), filed(store, now, "2026-0002"), joined(store, now)
    done = CaseWork(case.id, "社保科", li.id, "substantiated", ("apology",), volume=2026, paused="hearing")
    store.write(lambda uow: work.put(uow, done))
    running(store, case, begun(now))
    store.write(lambda uow: parts.add(uow, case.id, li.id, "handler", now))

    untouched, line = store.read(lambda uow: queries.case_list(uow, 9))
    assert (line.unit, line.handler, line.paused, line.version) == ("社保科", "li", "hearing", 0)
    assert (untouched.unit, untouched.handler, untouched.paused) == ("", "", "")
    for wanted in (
        {"unit": "社保科"},
        {"handler": li.id},
        {"unit": "社保科", "handler": li.id, "status": "registered"},
    ):
        assert store.read(lambda uow, w=wanted: queries.case_list(uow, 9, **w)) == [line]
        assert store.read(lambda uow, w=wanted: queries.count(uow, **w)) == 1
    assert store.read(lambda uow: queries.count(uow, unit="医保科")) == 0

    first, second = store.read(lambda uow: queries.ledger(uow, now, now + HOUR, 0, 9))
    assert (first.unit, first.outcome, first.measures, first.volume) == ("社保科", "substantiated", ("apology",), 2026)
    assert (second.unit, second.outcome, second.measures, second.volume) == ("", "", (), None)

    detail = store.read(lambda uow: queries.case_detail(uow, case.number))
    assert detail is not None
    assert (detail.work, detail.parts) == (done, [Part(li.id, "handler", now)])
    assert [clock.clock for clock in detail.clocks] == ["accept"]
    bare = store.read(lambda uow: queries.case_detail(uow, other.number))
    assert bare is not None
    assert (bare.work, bare.clocks, bare.parts) == (CaseWork(other.id), [], [])
