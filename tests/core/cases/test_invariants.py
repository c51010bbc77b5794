"""The invariants bite: whatever is torn from a case, or put to it, beside its rules is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, insert, update

from core.store import cases, timeline
from core.store.tables import case_clock, case_file, case_work, notification, outbox, part, recusal
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.cases.desk import Desk
from tests.core.cases.invariants import faults
from tests.core.cases.routes import lead

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(sqlite_store: Store, now: datetime) -> Desk:
    """One case, which is being investigated."""
    desk = Desk(sqlite_store, now, "internal-rules", crew=False)
    desk.hire_for_each_post("", "2")
    lead(desk, desk.open()[0].number, "investigating")
    return desk


def found(desk: Desk) -> list[str]:
    return desk.store.read(lambda uow: faults(uow, desk.office, cases.by_id(uow, 1)))


def test_nothing_is_wrong_with_a_case_that_was_worked_on(desk: Desk) -> None:
    assert found(desk) == []


TORN: dict[str, Callable[[datetime], object]] = {
    "a status that nothing led to": lambda now: update(case_file).values(status="investigated"),
    "a line without its change": lambda now: update(case_file).values(version=1),
    "a notice that is gone": lambda now: update(outbox).where(outbox.c.dedupe_key.contains("accepted")).values(dedupe_key="gone"),
    "a notice that is doubled": lambda now: insert(outbox).values(
        session_id=1, dedupe_key="case:1:accepted:1.9", state="pending", attempts=0, due_at=now, made_at=now, platform_id="", last_code=""
    ),
    "a notice without its record": lambda now: delete(notification),
    "a notice that nobody told and is told": lambda now: update(notification).values(told_at=now, told_by="head"),
    "a clock that is gone": lambda now: delete(case_clock).where(case_clock.c.clock == "result"),
    "a clock that began when nothing happened": lambda now: update(case_clock).values(started_at=now + HOUR),
    "a clock that is due on another day": lambda now: update(case_clock).values(due_at=now + 1000 * HOUR),
    "a clock that stands still alone": lambda now: update(case_clock).values(stops=[[now.isoformat(), None, "hearing"]]),
    "a clock of the other level": lambda now: update(case_file).values(level="major"),
    "a case that never wakes": lambda now: update(case_file).values(wake_at=None),
    "a day that is over before it wakes": lambda now: update(case_file).values(promised_on=(now - 24 * HOUR).date()),
    "a remedy that nobody follows": lambda now: update(case_work).values(remedies=["apology"]),
    "somebody who acted in no post": lambda now: delete(part).where(part.c.post == "reception"),
    "somebody who acted in two posts kept apart": lambda now: insert(part).values(case_id=1, staff_id=1, post="head", at=now),
    "somebody who must not know and has it": lambda now: insert(recusal).values(case_id=1, staff_id=3, why="named", at=now),
    "somebody who must not know and acted": lambda now: insert(recusal).values(
        case_id=1, staff_id=1, why="named", at=now - HOUR
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TORN)
def test_it_is_found(desk: Desk, what: str) -> None:
    def tear(uow: UnitOfWork) -> None:
        uow.connection.execute(TORN[what](desk.now))  # type: ignore[call-overload]

    desk.store.write(tear)
    assert found(desk), what


def test_a_line_that_no_step_left_is_found(desk: Desk) -> None:
    """Nobody can take a line away: the database keeps what a timeline has."""
    desk.store.write(lambda uow: timeline.add(uow, cases.by_id(uow, 1), desk.now, "closed", "staff:reception"))
    assert found(desk)
