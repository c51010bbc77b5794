"""The table of the lifecycle in every cell: each status × each action × a member of each post and the complainant, under each pack.

What the table and the duties allow is done, anything else is refused in words, and a refusal changes nothing. A case is led to
each status once; from there every step is tried, looked at and taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple, get_args

import pytest

from core.cases import work
from core.cases.lifecycle import TABLE, Transition
from core.cases.vocabulary import OPEN, Action, Status, features
from core.errors import Refused
from core.store import cases, parts, staff, timeline
from core.store.cases import StoredCase
from core.store.staff import StaffMember
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.cases.desk import Desk, everything, in_words
from tests.core.cases.routes import all_packs, lead, post_for, rows, shortest
from tests.core.cases.staging import BYSTANDER, Stage, given
from tests.hammer.running import SOAK

NO_ROW = Transition("registered", "note", "registered", "staff", "noted")


PACKS = all_packs()
WITH_EVERYTHING = "internal-rules"
SOME = tuple(PACKS) if SOAK else (WITH_EVERYTHING,)
"""What PostgreSQL is shown: a pack with everything; in a soak all of them."""


def unlike() -> list[str]:
    """One pack for each way of working that there is; in a soak all of them."""
    ways = {features(policy): key for key, policy in PACKS.items()}
    return [*PACKS] if SOAK else sorted({WITH_EVERYTHING, *ways.values()})


class TakenBack(Exception):
    """A step that was tried, and is undone."""


class Cell(NamedTuple):
    """``member`` is None where the complainant tries; ``row`` is None where the table has none; ``refused`` is the reason's key."""

    action: Action
    member: StaffMember | None
    row: Transition | None
    refused: str


class Floor(Desk):
    """A desk at which every step is tried: a person for each post, and a bystander."""

    def __init__(self, store: Store, now: datetime, pack: str) -> None:
        super().__init__(store, now, PACKS[pack], crew=False)
        self.hire_for_each_post()
        self.hire(BYSTANDER, self.policy.posts[0].key)
        self.members = {member.account: member for member in store.read(staff.everybody)}
        self.master = self.open("master")[0].number

    def cells(self, status: Status) -> Iterator[Cell]:
        for action in get_args(Action):
            row = self._row(status, action, "staff")
            for post in self.policy.posts:
                member = self.members[post.key]
                yield Cell(action, member, row, self._why_not(action, member, row))
            own = self._row(status, action, "complainant")
            yield Cell(action, None, own, "" if own else _why_not_complainant(status, action))

    def _row(self, status: Status, action: str, side: str) -> Transition | None:
        there = (row for row in rows(self.policy) if (row.source, row.action, row.side) == (status, action, side))
        return next(there, None)

    def _why_not(self, action: Action, member: StaffMember, row: Transition | None) -> str:
        """By the table and the duties alone."""
        post = self.policy.post(member.posts[0])
        if set(post.duties) <= {"administration", "audit"}:
            return "act.not_yours"
        if row is None:
            there = any((each.action, each.side) == (action, "staff") for each in rows(self.policy))
            return "act.not_from_here" if there else "act.no_such_step"
        if not set(post.duties) & set(row.duties):
            return "act.not_your_post"
        named = action in ("approve", "send_back") or (action == "opine" and self.policy.decision.opinion_by)
        other = named and post.key != post_for(self.policy, action, row.duties)
        return "act.other_post_approves" if other else ""

    def act(self, uow: UnitOfWork, number: str, cell: Cell, fields: dict[str, str], now: datetime) -> StoredCase:
        if cell.member is None:
            words = "5 well done" if cell.action == "rate" else "please"
            return work.act_as_complainant(uow, self.office, self.person, number, cell.action, words, now)
        return work.act_as_staff(uow, self.office, cell.member, number, cell.action, fields, now)

    def why(self, number: str, attempt: Callable[[], object]) -> str:
        """The key of the refusal, which has words in both languages; empty where there was none."""
        try:
            attempt()
        except Refused as refused:
            in_words(self.office, refused, number)
            return str(refused)
        return ""


def _why_not_complainant(status: Status, action: Action) -> str:
    if action == "ask_review" and status == "closed":
        return "act.no_review"
    return "act.not_closed" if status in OPEN else "act.not_open"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("pack", unlike())
def test_every_cell_is_as_the_table_and_the_duties_say(sqlite_store: Store, now: datetime, pack: str) -> None:
    _walk(Floor(sqlite_store, now, pack))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("pack", SOME)
def test_every_cell_is_so_on_postgresql_too(postgresql_store: Store, now: datetime, pack: str) -> None:
    _walk(Floor(postgresql_store, now, pack))


def test_every_row_of_the_table_is_walked_under_some_pack() -> None:
    walked: set[Transition] = set()
    for policy in PACKS.values():
        reached = shortest(policy)
        walked |= {row for row in rows(policy) if row.source in reached}
    assert walked == set(TABLE)


def _walk(floor: Floor) -> None:
    for status in shortest(floor.policy):
        number = floor.open(f"draft of {status}")[0].number
        lead(floor, number, status, master=floor.master)
        assert floor.status(number) == status
        cells = list(floor.cells(status))
        _refuse_all(floor, number, [cell for cell in cells if cell.refused])
        for cell in cells:
            if not cell.refused:
                _try(floor, number, cell)


def _refuse_all(floor: Floor, number: str, cells: list[Cell]) -> None:
    """One after the other in one unit of work: whatever any of them changed would be seen at its end."""

    def refuse(uow: UnitOfWork) -> None:
        before = everything(uow, cases.by_number(uow, number))
        for cell in cells:
            fields = given(floor.policy, cell.row or NO_ROW, floor.master)
            assert floor.why(number, lambda: floor.act(uow, number, cell, fields, floor.now)) == cell.refused, cell  # noqa: B023
        assert everything(uow, cases.by_number(uow, number)) == before

    floor.store.write(refuse)


def _try(floor: Floor, number: str, cell: Cell) -> None:
    """Take the step, look at what it left, and undo it."""

    def attempt(uow: UnitOfWork) -> None:
        now, fields, impossible = floor.now + timedelta(hours=1), {}, ""
        if cell.member is not None:
            assert cell.row
            stage = Stage(uow, floor.office, floor.members, number, cell.row, cell.member, now, floor.master)
            now, fields, impossible = stage.now, stage.fields, stage.impossible
        assert floor.why(number, lambda: floor.act(uow, number, cell, fields, now)) == impossible, cell
        if not impossible:
            _look_at(uow, number, cell, now)
        raise TakenBack

    with pytest.raises(TakenBack):
        floor.store.write(attempt)


def _look_at(uow: UnitOfWork, number: str, cell: Cell, now: datetime) -> None:
    case, row, member = cases.by_number(uow, number), cell.row, cell.member
    assert case
    assert row
    assert case.status == row.target
    line = next(entry for entry in reversed(timeline.of_case(uow, case)) if entry.kind == row.entry)
    by = f"staff:{member.account}" if member else "complainant"
    assert (line.at, line.actor, line.public) == (now, by, row.public)
    if member is not None:
        assert (member.id, member.posts[0]) in {(part.staff_id, part.post) for part in parts.of_case(uow, case.id)}
