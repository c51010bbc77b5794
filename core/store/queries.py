"""Reads for screens: frozen records, straight from the tables.

A ``viewer`` is a member of staff by their id: a case they are recused from is in no list, count, search or ledger of theirs.
None is the office as a whole, for jobs and for whoever runs the service.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from core.errors import KeyDestroyed
from core.records import record, unpack
from core.store import case_clocks, cases, evidence, keys, parts, recusals, timeline, work
from core.store.case_clocks import StoredClock
from core.store.lines import conversation as conversation
from core.store.lines import history as history
from core.store.parts import Part
from core.store.statements import Row, Statement
from core.store.tables import case_clock, case_file, case_work, data_key, outbox, session, staff
from core.store.tables import evidence as evidence_table
from core.store.tables.columns import Id
from core.store.unit_of_work import UnitOfWork
from core.store.work import CaseWork


@record(frozen=True, slots=True)
class CaseLine:
    """A case in a list: nothing that was told. ``handler`` is an account, empty where nobody has the case."""

    number: str
    status: str
    category: str
    level: str
    channel: str
    registered_at: datetime
    promised_on: date
    anonymous: bool
    human_wanted: bool
    version: int
    unit: str
    handler: str
    paused: str


@record(frozen=True, slots=True)
class CaseDetail:
    """All of a case. ``contents`` are empty once it is erased."""

    case: cases.StoredCase
    contents: dict[str, Any]
    rating_reason: str
    entries: list[timeline.Entry]
    evidence: list[evidence.StoredEvidence]
    work: CaseWork = CaseWork(0)
    clocks: list[StoredClock] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)


@record(frozen=True, slots=True)
class LedgerLine:
    """A case in the ledger of its year. ``contents`` are empty once it is erased.

    ``late`` is how many of its clocks ended behind their time, ``next_due`` the first end of those that run.
    """

    id: int
    number: str
    policy_id: str
    policy_version: str
    channel: str
    status: str
    category: str
    level: str
    anonymous: bool
    registered_at: datetime
    promised_on: date
    promise_provisional: bool
    urged_count: int
    rating: int | None
    closed_at: datetime | None
    contents: dict[str, Any]
    unit: str = ""
    outcome: str = ""
    measures: tuple[str, ...] = ()
    volume: int | None = None
    handler_id: int | None = None
    paused: str = ""
    late: int = 0
    next_due: datetime | None = None


@record(frozen=True, slots=True)
class Overview:
    """How much there is of everything, by state where it has one."""

    sessions: int
    cases: dict[str, int]
    outbox: dict[str, int]
    evidence: dict[str, int]


_touched = case_file.outerjoin(case_work, case_work.c.case_id == case_file.c.id)
_OF_WORK: dict[str, Any] = {
    "unit": func.coalesce(case_work.c.unit, "").label("unit"),
    "handler": func.coalesce(staff.c.account, "").label("handler"),
    "paused": func.coalesce(case_work.c.paused, "").label("paused"),
}
_listed = (
    select(*(_OF_WORK[name] if name in _OF_WORK else case_file.c[name] for name in CaseLine.__dataclass_fields__))
    .select_from(_touched.outerjoin(staff, staff.c.id == case_work.c.handler_id))
    .order_by(case_file.c.id.desc())
)
_WORKED = ("unit", "outcome", "measures", "volume", "handler_id", "paused")
_of_its_clocks = case_clock.c.case_id == case_file.c.id
_CLOCKS: dict[str, Any] = {
    "late": select(func.count()).where(_of_its_clocks, case_clock.c.ended_at > case_clock.c.due_at),
    "next_due": select(func.min(case_clock.c.due_at)).where(_of_its_clocks, case_clock.c.ended_at.is_(None)),
}
_LEDGER = tuple(name for name in LedgerLine.__dataclass_fields__ if name not in ("contents", *_WORKED, *_CLOCKS))
# In the order of ids, which is that of the numbers: a number is drawn under a lock that is held until its case is there.
_ledger = Statement(
    select(
        *(case_file.c[name] for name in _LEDGER),
        *(case_work.c[name] for name in _WORKED),
        *(of_clocks.scalar_subquery().label(name) for name, of_clocks in _CLOCKS.items()),
        case_file.c.draft,
        case_file.c.key_id,
        case_file.c.contents_sealed,
        data_key.c.master_id,
        data_key.c.wrapped,
    )
    .select_from(_touched.join(data_key, data_key.c.id == case_file.c.key_id))
    .where(
        recusals.visible_to(bindparam("viewer", type_=Id)),
        case_file.c.id > bindparam("after"),
        case_file.c.registered_at >= bindparam("since"),
        case_file.c.registered_at < bindparam("until"),
    )
    .order_by(case_file.c.id)
    .limit(bindparam("most"))
)


def case_list(
    uow: UnitOfWork,
    limit: int,
    status: str | None = None,
    text: str | None = None,
    *,
    viewer: int | None = None,
    unit: str | None = None,
    handler: int | None = None,
) -> list[CaseLine]:
    """Cases, newest first. ``text`` is a part of the number, ``handler`` a member of staff."""
    statement = _listed.where(*_wishes(viewer, status, text, unit, handler)).limit(limit)
    return [CaseLine(**row._mapping) for row in uow.connection.execute(statement).all()]


def in_hand(uow: UnitOfWork, member_id: int, statuses: Sequence[str], limit: int) -> tuple[list[CaseLine], int]:
    """The cases in these statuses that this member has, the earliest day first; and how many there are in all."""
    mine = (*_wishes(member_id, None, None, None, member_id), case_file.c.status.in_(statuses))
    statement = _listed.where(*mine).order_by(None).order_by(case_file.c.promised_on, case_file.c.id).limit(limit)
    found = [CaseLine(**row._mapping) for row in uow.connection.execute(statement).all()]
    return found, _count(uow, select(func.count()).select_from(_touched).where(*mine))


def count(
    uow: UnitOfWork,
    status: str | None = None,
    text: str | None = None,
    *,
    viewer: int | None = None,
    unit: str | None = None,
    handler: int | None = None,
) -> int:
    """How many cases a list of the same wishes would have without a limit."""
    statement = select(func.count()).select_from(_touched).where(*_wishes(viewer, status, text, unit, handler))
    return _count(uow, statement)


def case_detail(uow: UnitOfWork, number: str, *, viewer: int | None = None) -> CaseDetail | None:
    """A case that is kept from the viewer looks like none, in time too."""
    case = cases.by_number(uow, number)
    # Asked of a case that is not there, too: it takes no less time.
    kept_out = viewer is not None and recusals.keeps_away(uow, case.id if case else 0, viewer)
    if case is None or kept_out:
        return None
    contents, reason = _told(uow, case)
    return CaseDetail(
        case,
        contents,
        reason,
        timeline.of_case(uow, case),
        evidence.list_for_case(uow, case.id),
        work.of(uow, case.id),
        case_clocks.of_case(uow, case.id),
        parts.of_case(uow, case.id),
    )


def ledger(
    uow: UnitOfWork, since: datetime, until: datetime, after: int, limit: int, *, viewer: int | None = None
) -> list[LedgerLine]:
    """The next cases registered from ``since`` until before ``until``, in the order of their numbers.

    ``after`` is the id of the last one that was read, 0 at the beginning. Read page by page, each in a unit of its own, a year
    takes no more memory than a page, and nobody waits for the reader.
    """
    wanted = {"since": since, "until": until, "after": after, "most": limit, "viewer": viewer}
    return [_ledger_line(uow, row) for row in uow.run(_ledger, wanted).rows]


def overview(uow: UnitOfWork) -> Overview:
    return Overview(
        sessions=_count(uow, select(func.count()).select_from(session)),
        cases=_by(uow, case_file.c.status),
        outbox=_by(uow, outbox.c.state),
        evidence=_by(uow, evidence_table.c.state),
    )


def _wishes(
    viewer: int | None, status: str | None, text: str | None, unit: str | None, handler: int | None
) -> list[ColumnElement[bool]]:
    wishes: Sequence[tuple[Any, Callable[[Any], ColumnElement[bool]]]] = (
        (viewer, recusals.visible_to),
        (status, case_file.c.status.__eq__),
        (text, partial(case_file.c.number.contains, autoescape=True)),
        (unit, case_work.c.unit.__eq__),
        (handler, case_work.c.handler_id.__eq__),
    )
    return [condition(value) for value, condition in wishes if value is not None]


def _told(uow: UnitOfWork, case: cases.StoredCase) -> tuple[dict[str, Any], str]:
    try:
        return cases.contents(uow, case), cases.rating_reason(uow, case)
    except KeyDestroyed:
        return {}, ""


def _ledger_line(uow: UnitOfWork, row: Row) -> LedgerLine:
    plain = {name: getattr(row, name) for name in (*_LEDGER, *_CLOCKS)}
    done = (row.unit or "", row.outcome or "", tuple(row.measures or ()), row.volume, row.handler_id, row.paused or "")
    return LedgerLine(**plain, **dict(zip(_WORKED, done, strict=True)), contents=_opened(uow, row))


def _opened(uow: UnitOfWork, row: Row) -> dict[str, Any]:
    """The answers of a row that was read with its key."""
    try:
        keys.unlock(uow, row.key_id, row.master_id, row.wrapped)
    except KeyDestroyed:
        return {}
    return dict(unpack(keys.unseal(uow, row.key_id, row.contents_sealed, cases.about_contents(row.draft))))


def _by(uow: UnitOfWork, column: Any) -> dict[str, int]:
    statement = select(column, func.count()).group_by(column).order_by(column)
    return dict(map(tuple, uow.connection.execute(statement).all()))


def _count(uow: UnitOfWork, statement: Select[Any]) -> int:
    return int(uow.connection.execute(statement).scalar_one())
