"""What must not wait, until somebody confirms: who was called to it, and when the next one is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from core.records import record
from core.store.statements import Row, Statement
from core.store.tables import summons
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Summons:
    """``called`` are the ids of those who were called in this ``round``, ``told`` of all who ever were.

    At ``next_at`` the next one is called, None once it is over. ``ended_by`` is who confirmed it, "" where it ended with its
    case. ``said`` are values of its words.
    """

    id: int
    kind: str
    case_id: int | None
    session_id: int | None
    said: Mapping[str, str]
    begun_at: datetime
    round: int
    called: tuple[int, ...]
    told: tuple[int, ...]
    next_at: datetime | None
    ended_at: datetime | None
    ended_by: str

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


READ = tuple(Summons.__dataclass_fields__)
CHANGEABLE = frozenset({"case_id", "said", "round", "called", "told", "next_at", "ended_at", "ended_by"})

_columns = summons.c
_open = _columns.next_at.is_not(None)
_read = select(*(_columns[name] for name in READ))
_make = Statement(
    insert(summons).on_conflict_do_nothing(index_elements=["key"]).returning(*(_columns[name] for name in READ))
)
_due = Statement(
    select(_columns.id)
    .where(_columns.next_at <= bindparam("now"))
    .order_by(_columns.next_at, _columns.id)
    .limit(bindparam("most"))
)
_called_by_id = _read.where(_columns.id == bindparam("key"))
_by_id, _lock_by_id = Statement(_called_by_id), Statement(_called_by_id.with_for_update())
_all_open = Statement(_read.where(_open).order_by(_columns.id))
_of_case = Statement(_read.where(_columns.case_id == bindparam("of")).order_by(_columns.id))
_of_session = Statement(
    _read.where(_columns.session_id == bindparam("of"), or_(_open, _columns.ended_at > bindparam("since"))).order_by(
        _columns.id
    )
)
_hasten = Statement(update(summons).where(_columns.case_id == bindparam("of"), _open).values(next_at=bindparam("now")))
_change = update(summons).where(_columns.id == bindparam("this"))


def begin(
    uow: UnitOfWork,
    key: str,
    kind: str,
    now: datetime,
    said: Mapping[str, str],
    *,
    case_id: int | None = None,
    session_id: int | None = None,
) -> Summons | None:
    """Something that must not wait; None where it is known by this key already. Somebody is to be called at once."""
    row: dict[str, Any] = {
        "key": key,
        "kind": kind,
        "case_id": case_id,
        "session_id": session_id,
        "said": dict(said),
        "begun_at": now,
        "round": 0,
        "called": [],
        "told": [],
        "next_at": now,
        "ended_at": None,
        "ended_by": "",
    }
    made = uow.run(_make, row).one_or_none()
    return _summons(made) if made is not None else None


def due(uow: UnitOfWork, now: datetime, limit: int) -> list[int]:
    """The ids of those whose next one is to be called by now, longest waiting first."""
    return uow.run(_due, {"now": now, "most": limit}).scalars()


def by_id(uow: UnitOfWork, summons_id: int, *, for_update: bool = False) -> Summons | None:
    row = uow.run(_lock_by_id if for_update else _by_id, {"key": summons_id}).one_or_none()
    return _summons(row) if row is not None else None


def all_open(uow: UnitOfWork) -> list[Summons]:
    """All that nobody confirmed yet, oldest first."""
    return [_summons(row) for row in uow.run(_all_open, {}).rows]


def of_case(uow: UnitOfWork, case_id: int) -> list[Summons]:
    """All of a case, oldest first; also what is over."""
    return [_summons(row) for row in uow.run(_of_case, {"of": case_id}).rows]


def of_session(uow: UnitOfWork, session_id: int, since: datetime) -> list[Summons]:
    """What somebody told of in this chat and what is open, or was until then; oldest first."""
    return [_summons(row) for row in uow.run(_of_session, {"of": session_id, "since": since}).rows]


def hasten(uow: UnitOfWork, case_id: int, now: datetime) -> None:
    """Whoever is next to be called to this case is called now."""
    uow.run(_hasten, {"of": case_id, "now": now})


def change(uow: UnitOfWork, found: Summons, /, **changed: Any) -> Summons:
    """Change columns; return it as it now is. Whoever does holds its row."""
    if unknown := changed.keys() - CHANGEABLE:
        raise ValueError(f"a summons has no changeable {', '.join(sorted(unknown))}")
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in changed.items()}
    uow.connection.execute(_change.values(**values), {"this": found.id})
    return replace(found, **changed)


def _summons(row: Row) -> Summons:
    found = Summons(*row)
    return replace(found, called=tuple(row.called), told=tuple(row.told))
