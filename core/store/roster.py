"""值班表: shifts that are set, and shifts of one day that somebody else takes. Nothing of it is ever taken out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from sqlalchemy import and_, bindparam, insert, or_, select, update

from core.records import record
from core.store.statements import Row, Statement
from core.store.tables import roster_shift, roster_swap
from core.store.unit_of_work import UnitOfWork

Days = Literal["every", "working", "rest"]


@record(frozen=True, slots=True)
class Shift:
    """A shift of one person. It falls on the days of its kind, of these of its ``weekdays`` (1 is Monday; none: all), of
    these every ``every``-th day from the first. What does not end later than it begins ends on the day after.
    """

    staff_id: int
    days: Days
    begins: time
    ends: time
    first_on: date
    last_on: date | None = None
    weekdays: tuple[int, ...] = ()
    every: int = 1
    id: int = 0


@record(frozen=True, slots=True)
class Swap:
    """The shift of one day, which ``from_id`` gives and ``to_id`` takes; it holds once that one agreed."""

    shift_id: int
    day: date
    from_id: int
    to_id: int
    asked_at: datetime
    agreed_at: datetime | None = None
    id: int = 0


@record(frozen=True, slots=True)
class Roster:
    """All that says who is on duty from some day on. ``swaps`` are agreed ones, in the order in which they were."""

    shifts: tuple[Shift, ...] = ()
    swaps: tuple[Swap, ...] = ()


SHIFT = tuple(name for name in Shift.__dataclass_fields__ if name != "id")
SWAP = tuple(name for name in Swap.__dataclass_fields__ if name != "id")

_shifts, _swaps = roster_shift.c, roster_swap.c
_read_shift = select(*(_shifts[name] for name in (*SHIFT, "id")))
_read_swap = select(*(_swaps[name] for name in (*SWAP, "id")))
_make_shift = Statement(insert(roster_shift).returning(_shifts.id))
_make_swap = Statement(insert(roster_swap).returning(_swaps.id))
_not_over = or_(_shifts.last_on.is_(None), _shifts.last_on >= bindparam("since"))
_in_force = and_(_shifts.first_on <= bindparam("until"), _not_over)
_from = Statement(_read_shift.where(_in_force).order_by(_shifts.id))
_agreed = Statement(
    _read_swap.where(_swaps.day >= bindparam("since"), _swaps.agreed_at.is_not(None)).order_by(
        _swaps.agreed_at, _swaps.id
    )
)
_lock_shift = Statement(_read_shift.where(_shifts.id == bindparam("key")).with_for_update())
_lock_swap = Statement(_read_swap.where(_swaps.id == bindparam("key")).with_for_update())
_end = Statement(update(roster_shift).where(_shifts.id == bindparam("key")).values(last_on=bindparam("last")))
_end_all = Statement(
    update(roster_shift).where(_shifts.staff_id == bindparam("member"), _not_over).values(last_on=bindparam("last"))
)
_agree = Statement(
    update(roster_swap)
    .where(_swaps.id == bindparam("key"), _swaps.agreed_at.is_(None))
    .values(agreed_at=bindparam("now"))
)

NEVER = date.max
"""The end of what has no end yet."""


def add(uow: UnitOfWork, shift: Shift) -> Shift:
    """Set a shift; return it with its id."""
    row = {name: getattr(shift, name) for name in SHIFT}
    kept = row | {
        "weekdays": list(shift.weekdays),
        "begins": f"{shift.begins:%H:%M}",
        "ends": f"{shift.ends:%H:%M}",
    }
    return replace(shift, id=uow.run(_make_shift, kept).scalar_one())


def since(uow: UnitOfWork, first: date, last: date = NEVER) -> Roster:
    """Whatever may fall on a day from ``first`` to ``last``."""
    shifts = [_shift(row) for row in uow.run(_from, {"since": first, "until": last}).rows]
    if not shifts:
        return Roster()
    return Roster(tuple(shifts), tuple(Swap(*row) for row in uow.run(_agreed, {"since": first}).rows))


def shift(uow: UnitOfWork, shift_id: int) -> Shift | None:
    """A shift, ours until the unit ends: of two who take it at once the second finds it taken."""
    row = uow.run(_lock_shift, {"key": shift_id}).one_or_none()
    return _shift(row) if row is not None else None


def end(uow: UnitOfWork, shift_id: int, last_on: date) -> None:
    """It falls on no day after this one."""
    uow.run(_end, {"key": shift_id, "last": last_on})


def end_all(uow: UnitOfWork, staff_id: int, last_on: date) -> None:
    """No shift of this member falls on a day after this one."""
    uow.run(_end_all, {"member": staff_id, "last": last_on, "since": last_on + timedelta(days=1)})


def ask(uow: UnitOfWork, swap: Swap) -> Swap:
    """Keep what one asks another to take; with ``agreed_at`` it holds at once. Return it with its id."""
    return replace(swap, id=uow.run(_make_swap, {name: getattr(swap, name) for name in SWAP}).scalar_one())


def asked(uow: UnitOfWork, swap_id: int) -> Swap | None:
    """What was asked, ours until the unit ends."""
    row = uow.run(_lock_swap, {"key": swap_id}).one_or_none()
    return Swap(*row) if row is not None else None


def agree(uow: UnitOfWork, swap_id: int, now: datetime) -> bool:
    """From now on it holds; False where it did already."""
    return uow.run(_agree, {"key": swap_id, "now": now}).rowcount == 1


def _shift(row: Row) -> Shift:
    found = Shift(*row)
    begins, ends = time.fromisoformat(row.begins), time.fromisoformat(row.ends)
    return replace(found, weekdays=tuple(row.weekdays), begins=begins, ends=ends)
