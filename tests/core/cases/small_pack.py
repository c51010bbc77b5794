"""A pack of clocks and a ladder and nothing else, and the clocks of one case as the database would keep them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.cases.clocks import ZONE
from core.cases.running import Change
from core.policies.policy import Clock, Extension, Institution, OfficeHours, Policy, Receipt, Rung, Words, Work
from core.store.case_clocks import NewClock, StoredClock

LABEL = Words(zh="期限", en="limit")
HOURS = (OfficeHours.model_validate({"opens_at": "09:00", "closes_at": "17:00"}),)


def at(text: str) -> datetime:
    """A moment at the institution: ``2026-11-23 10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def clock(
    key: str, starts_from: str, limit: int, unit: str = "working_day", ends_on: str = "closed", **more: Any
) -> Clock:
    """One row of a pack; ``extension`` is (limit, times)."""
    if extension := more.pop("extension", None):
        more["extension"] = Extension(limit=extension[0], times=extension[1], approved_by="head")
    row = {"key": key, "label": LABEL, "starts_from": starts_from, "limit": limit, "unit": unit, "ends_on": ends_on}
    return Clock.model_validate(row | more)


def pack(*clocks: Clock, promise: str = "", then: str | None = None, ladder: Sequence[int] = (-24, 0, 24)) -> Policy:
    """What the rules of clocks read of a pack. The first clock is promised unless another is."""
    return Policy.model_construct(
        institution=Institution.model_construct(hours=HOURS),
        clocks=clocks,
        receipt=Receipt.model_construct(promise=promise or clocks[0].key, then=then),
        work=Work.model_construct(ladder=tuple(Rung(hours=hours, to=("handler",)) for hours in ladder)),
    )


class Book:
    """The rows of one case."""

    def __init__(self, begun: Iterable[NewClock] = ()) -> None:
        self.rows: list[StoredClock] = []
        self.begin(begun)

    def begin(self, begun: Iterable[NewClock]) -> None:
        for new in begun:
            assert (new.clock, new.round) not in {(row.clock, row.round) for row in self.rows}, "there is one already"
            row = {name: getattr(new, name) for name in NewClock.__dataclass_fields__}
            self.rows.append(StoredClock(id=len(self.rows), case_id=1, extensions=(), rung=0, **row))

    def apply(self, change: Change) -> None:
        self.put(replace(row, ended_at=when, ended_by=by, alert_at=None) for row, when, by in change.ended)
        self.put(change.revived)
        self.begin(change.begun)

    def put(self, changed: Iterable[StoredClock]) -> None:
        for row in changed:
            self.rows[row.id] = row

    def row(self, key: str, round_: int = 0) -> StoredClock:
        return next(row for row in self.rows if (row.clock, row.round) == (key, round_))

    @property
    def running(self) -> list[str]:
        return [row.clock for row in self.rows if row.ended_at is None]

    def ended(self, round_: int = 0) -> dict[str, tuple[datetime, str]]:
        return {row.clock: (row.ended_at, row.ended_by) for row in self.rows if row.ended_at and row.round == round_}
