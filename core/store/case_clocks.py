"""The time limits of cases: each with its stops and extensions, and the moment at which staff are to be told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from core.records import record
from core.store.statements import Row, Statement
from core.store.tables import case_clock
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Stop:
    """A time that is not counted. ``until`` is None while the clock stands still."""

    since: datetime
    until: datetime | None
    why: str


@record(frozen=True, slots=True)
class Extended:
    """So many further units, of the clock's own kind, allowed at a moment by somebody."""

    further: int
    at: datetime
    by: str


@record(frozen=True, slots=True)
class NewClock:
    """A clock that begins. One that ended as it began is kept too: others begin from its end.

    It has ``stops`` where it begins while the case stands still, or belatedly.
    """

    clock: str
    round: int
    started_at: datetime
    due_at: datetime
    provisional: bool
    alert_at: datetime | None
    ended_at: datetime | None = None
    ended_by: str = ""
    stops: tuple[Stop, ...] = ()


@record(frozen=True, slots=True)
class StoredClock:
    """A clock as it stands. ``rung`` is how far up the ladder its lateness was told, ``alert_at`` when the next is due."""

    id: int
    case_id: int
    clock: str
    round: int
    started_at: datetime
    due_at: datetime
    provisional: bool
    stops: tuple[Stop, ...]
    extensions: tuple[Extended, ...]
    ended_at: datetime | None
    ended_by: str
    rung: int
    alert_at: datetime | None


NEW = tuple(each.name for each in fields(NewClock))
READ = tuple(each.name for each in fields(StoredClock))
CHANGEABLE = frozenset(READ) - {"id", "case_id", "clock", "round", "started_at"}
UNTOUCHED: dict[str, Any] = {"extensions": [], "rung": 0}

_columns = case_clock.c
_read = select(*(_columns[name] for name in READ))
_of_case = Statement(_read.where(_columns.case_id == bindparam("of")).order_by(_columns.id))
# Two that tell of clocks at once take different ones; what one of them holds is not late for the other.
_alerts = Statement(
    _read.where(_columns.alert_at <= bindparam("now"))
    .order_by(_columns.alert_at, _columns.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_doubtful = _read.where(_columns.provisional, _columns.ended_at.is_(None)).order_by(_columns.id)
_provisional, _lock_provisional = Statement(_doubtful), Statement(_doubtful.with_for_update())
_change = update(case_clock).where(_columns.id == bindparam("key"))


@lru_cache(maxsize=16)
def _making(count: int) -> Statement:
    """So many rows in one statement: a complaint that is filed begins several clocks."""
    names = ("case_id", *NEW, *UNTOUCHED)
    rows = [{name: bindparam(f"{name}_{at}", type_=_columns[name].type) for name in names} for at in range(count)]
    return Statement(insert(case_clock).values(rows))


def add(uow: UnitOfWork, case_id: int, rows: Sequence[NewClock]) -> None:
    """Begin these clocks."""
    if not rows:
        return
    values = {f"{name}_{at}": getattr(row, name) for at, row in enumerate(rows) for name in NEW}
    values |= {f"stops_{at}": _listed(row.stops) for at, row in enumerate(rows)}
    same = {"case_id": case_id, **UNTOUCHED}
    uow.run(_making(len(rows)), values | {f"{name}_{at}": same[name] for at in range(len(rows)) for name in same})


def of_case(uow: UnitOfWork, case_id: int) -> list[StoredClock]:
    """All clocks of a case, in the order they began."""
    return _all(uow.run(_of_case, {"of": case_id}).rows)


def change(uow: UnitOfWork, clock: StoredClock, /, **changed: Any) -> StoredClock:
    """Change columns; return the clock as it now is. Whoever does holds the case."""
    if unknown := changed.keys() - CHANGEABLE:
        raise ValueError(f"a clock has no changeable {', '.join(sorted(unknown))}")
    values = dict(changed)
    if "stops" in values:
        values["stops"] = _listed(values["stops"])
    if "extensions" in values:
        values["extensions"] = [[each.further, _iso(each.at), each.by] for each in values["extensions"]]
    uow.connection.execute(_change.values(**values), {"key": clock.id})
    return replace(clock, **changed)


def alerts_due(uow: UnitOfWork, now: datetime, limit: int) -> list[StoredClock]:
    """Clocks of which somebody must be told by now, longest waiting first; ours until the unit ends."""
    return _all(uow.run(_alerts, {"now": now, "most": limit}).rows)


def provisional(uow: UnitOfWork, *, for_update: bool = False) -> list[StoredClock]:
    """Running clocks whose end may still move with the calendar, oldest first."""
    return _all(uow.run(_lock_provisional if for_update else _provisional, {}).rows)


def _all(rows: Sequence[Row]) -> list[StoredClock]:
    return [_stored(row) for row in rows]


def _stored(row: Row) -> StoredClock:
    stops = tuple(Stop(datetime.fromisoformat(since), _moment(until), why) for since, until, why in row.stops)
    extensions = tuple(Extended(further, datetime.fromisoformat(at), by) for further, at, by in row.extensions)
    return StoredClock(**(row._asdict() | {"stops": stops, "extensions": extensions}))


def _listed(stops: Sequence[Stop]) -> list[list[str | None]]:
    return [[_iso(stop.since), _iso(stop.until), stop.why] for stop in stops]


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text is not None else None
