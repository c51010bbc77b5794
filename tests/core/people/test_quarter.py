"""The figures of a generated quarter, counted once more by walking through every timeline: what somebody had in hand is read from
the words of who assigned it to whom, whose a proposal or an answer was from the order of the lines, the stars from what was said."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

import pytest

from core.cases.periods import period_of
from core.store import recusals, staff
from core.store.timeline import Entry
from core.store.unit_of_work import Store
from tests.core.cases.invariants import all_faults
from tests.core.people.quarter import CREW, Quarter

SPAN = period_of(date(2026, 8, 1), 3)
SEES_ALL = ("head", "head2", "boss")
LEADS = {"head", "head2", "boss"}
NO_MERIT = {"withdrawn", "merged", "level", "reopened", "review_asked", "review_redone", "archived"}
ONLY_LOOKED = {"read", "exported", "linked", "link_opened", "evidence_opened", "redacted", "refused"}


class Walk:
    """One case from its first line to its last."""

    def __init__(self, quarter: Quarter, number: str) -> None:
        self.quarter = quarter
        self.case = quarter.case(number)
        self.lines = quarter.entries(number)
        self.clocks = quarter.rows(number)
        rows = quarter.store.read(lambda uow: recusals.of_case(uow, self.case.id))
        everybody = {one.id: one.account for one in quarter.store.read(lambda uow: staff.everybody(uow, gone=True))}
        self.kept_out = {everybody[row.staff_id] for row in rows if row.lifted_at is None}
        self.hands = sorted(self._hands({row.at: everybody[row.staff_id] for row in rows}), key=lambda hand: hand[0])

    def _hands(self, recused: dict[datetime, str]) -> Iterator[tuple[datetime, str | None]]:
        """When it came into whose hands, None: nobody's. Recusals and leaving only take it from those who have it."""
        has: str | None = None
        moments = [(line.at, line) for line in self.lines]
        takes = list(recused.items())
        left = self.quarter.member("bob").left_at
        takes += [(left, "bob")] if left else []
        for at, what in sorted([*moments, *takes], key=lambda each: (each[0], isinstance(each[1], str))):
            before = has
            if isinstance(what, str):
                has = None if has == what else has
            elif what.kind in ("assigned", "review_assigned"):
                named = [word for word in what.note.split() if word in CREW]
                has = named[0] if named else None
            elif what.kind in ("review_asked", "review_redone"):
                has = None
            if has != before:
                yield at, has

    def holder(self, at: datetime) -> str | None:
        return next((account for since, account in reversed(self.hands) if since < at), None)

    def theirs(self, at: datetime, line: Entry | None) -> str | None:
        """Whose what happened then was: of who had the case, else of who did it."""
        return self.holder(at) or (line.actor.removeprefix("staff:") if line and "staff:" in line.actor else None)

    def count(self) -> Counter[tuple[str | None, str]]:
        return Counter([*self._stages(), *self._answers(), *self._stars()])

    def _stages(self) -> Iterator[tuple[str | None, str]]:
        for clock in self.clocks:
            if any(stop.until is None for stop in clock.stops) or clock.ended_at == clock.started_at:
                continue
            good = clock.ended_at is not None and clock.ended_at <= clock.due_at
            if good and clock.ended_by in NO_MERIT:
                continue
            at = clock.ended_at if good and clock.ended_at else clock.due_at
            if SPAN.since <= at < SPAN.until:
                ended = [
                    line
                    for line in self.lines
                    if line.at == clock.ended_at and line.kind not in ONLY_LOOKED and line.actor.startswith("staff:")
                ]
                whose = self.theirs(at, ended[0] if ended else None)
                yield whose, "stages"
                if good:
                    yield whose, "in_time"

    def _answers(self) -> Iterator[tuple[str | None, str]]:
        author = answered_by = None
        for line in self.lines:
            inside = SPAN.since <= line.at < SPAN.until
            if line.kind == "proposed":
                author = line.actor.removeprefix("staff:")
            whose = {
                "proposed": (author, "proposals"),
                "sent_back": (author, "returned"),
                "review_changed": (answered_by, "overturned"),
                "review_redone": (answered_by, "overturned"),
                "reopened": (answered_by, "reopened"),
            }.get(line.kind)
            if whose and inside:
                yield whose
            if line.kind in ("closed", "review_upheld", "review_changed"):
                answered_by = self.theirs(line.at, line)
                if inside:
                    yield answered_by, "answers"

    def _stars(self) -> Iterator[tuple[str | None, str]]:
        answered_by, last = None, None
        for line in self.lines:
            if line.kind in ("closed", "review_upheld", "review_changed"):
                answered_by = self.theirs(line.at, line)
            if line.kind == "rated":
                last = (line, answered_by)
        if last and SPAN.since <= last[0].at < SPAN.until:
            yield last[1], "ratings"
            yield from [(last[1], "stars")] * int(last[0].note[0])


@pytest.mark.parametrize("seed", [7, 11])
def test_the_figures_of_a_generated_quarter_are_those_of_the_timelines(store: Store, seed: int) -> None:
    quarter = Quarter(store, random.Random(seed))
    quarter.live()
    assert quarter.now > SPAN.until, "what came after it is there, too"
    ids = [quarter.case(number).id for number in quarter.numbers]
    assert quarter.store.read(lambda uow: all_faults(uow, quarter.office, ids)) == []

    walks = [Walk(quarter, number) for number in quarter.numbers]
    seen: Counter[str] = Counter()
    for account in CREW:
        if account == "bob":
            continue
        mine = Counter[str]()
        for walk in walks:
            if not walk.kept_out & {account, *SEES_ALL}:
                mine += Counter({what: many for (whose, what), many in walk.count().items() if whose == account})
        by = "boss" if account != "boss" else "head"
        found = quarter.assesses(account, by=by, day=SPAN.first, marks=_by_hand()).assessment.figures
        assert {name: getattr(found, name) for name in found.__dataclass_fields__} == {
            name: mine[name] for name in found.__dataclass_fields__
        }, account
        seen += mine
    _has_everything(quarter, walks, seen)


def _by_hand() -> dict[str, int]:
    return {"attitude": 80, "ability": 80}


def _has_everything(quarter: Quarter, walks: list[Walk], seen: Counter[str]) -> None:
    """That the quarter was one in which figures could have been wrong."""
    assert min(seen[name] for name in ("returned", "overturned", "reopened", "ratings")) >= 2, seen
    assert seen["stages"] > seen["in_time"] > 10, seen
    assert sum(len({account for _, account in walk.hands if account}) > 1 for walk in walks) >= 5, "handed over"
    assert sum(bool(walk.kept_out & {*SEES_ALL}) for walk in walks) >= 2, "about a leader"
    assert sum("cid" in walk.kept_out for walk in walks) >= 2
    assert sum(any(stop for clock in walk.clocks for stop in clock.stops) for walk in walks) >= 2, "stopped"
    whole = sum(many for walk in walks for (whose, what), many in walk.count().items() if whose and what == "stages")
    assert whole > seen["stages"], "some are in no count"
