"""Reads for screens: frozen records, straight from the tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select

from core.errors import KeyDestroyed
from core.messages import Line, OutboundMessage
from core.records import record
from core.store import cases, evidence, inbox, keys, outbox, sessions, timeline
from core.store.packing import unpack_inbound, unpack_outbound
from core.store.sessions import StoredSession
from core.store.tables import case_file
from core.store.tables import evidence as evidence_table
from core.store.tables import inbox as inbox_table
from core.store.tables import outbox as outbox_table
from core.store.tables import session as session_table
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class CaseLine:
    """A case in a list: nothing that was told."""

    number: str
    status: str
    category: str
    level: str
    channel: str
    registered_at: datetime
    promised_on: date
    anonymous: bool
    human_wanted: bool


@record(frozen=True, slots=True)
class CaseDetail:
    """All of a case. ``contents`` are empty once it is erased."""

    case: cases.StoredCase
    contents: dict[str, Any]
    rating_reason: str
    entries: list[timeline.Entry]
    evidence: list[evidence.StoredEvidence]


@record(frozen=True, slots=True)
class Overview:
    """How much there is of everything, by state where it has one."""

    sessions: int
    cases: dict[str, int]
    outbox: dict[str, int]
    evidence: dict[str, int]


_listed = select(*(case_file.c[name] for name in CaseLine.__dataclass_fields__)).order_by(case_file.c.id.desc())
_said = select(inbox_table).where(inbox_table.c.session_id == bindparam("of"), inbox_table.c.body_sealed.is_not(None))
_sent = select(outbox_table).where(
    outbox_table.c.session_id == bindparam("of"),
    outbox_table.c.line.is_not(None),
    outbox_table.c.body_sealed.is_not(None),
    ~outbox_table.c.dedupe_key.startswith(outbox.LATE),
)


def case_list(uow: UnitOfWork, limit: int, status: str | None = None, text: str | None = None) -> list[CaseLine]:
    """Cases, newest first. ``text`` is a part of the number."""
    statement = _listed.limit(limit)
    if status is not None:
        statement = statement.where(case_file.c.status == status)
    if text is not None:
        statement = statement.where(case_file.c.number.contains(text, autoescape=True))
    return [CaseLine(**row._mapping) for row in uow.connection.execute(statement).all()]


def case_detail(uow: UnitOfWork, number: str) -> CaseDetail | None:
    case = cases.by_number(uow, number)
    if case is None:
        return None
    contents, reason = _told(uow, case)
    files = evidence.list_for_case(uow, case.id)
    return CaseDetail(case, contents, reason, timeline.of_case(uow, case), files)


def history(uow: UnitOfWork, session_id: int, after: int | None, limit: int) -> list[Line]:
    """What was said and sent in a conversation, oldest first.

    With ``after``, what came behind that cursor; without, the end of it. What shares a cursor is never torn apart, so
    a few more lines than ``limit`` may come.
    """
    stored = sessions.get(uow, session_id)
    said = [(row.line, row) for row in _page(uow, _said, inbox_table.c.line, session_id, after, limit)]
    sent = [(row.line, row) for row in _page(uow, _sent, outbox_table.c.line, session_id, after, limit)]
    turns = sorted(said + sent, key=lambda turn: turn[0])
    chosen = turns[-limit:] if after is None else turns[:limit]
    return [line for _, row in chosen for line in _lines(uow, stored, row)]


def overview(uow: UnitOfWork) -> Overview:
    return Overview(
        sessions=_count(uow, select(func.count()).select_from(session_table)),
        cases=_by(uow, case_file.c.status),
        outbox=_by(uow, outbox_table.c.state),
        evidence=_by(uow, evidence_table.c.state),
    )


def _told(uow: UnitOfWork, case: cases.StoredCase) -> tuple[dict[str, Any], str]:
    try:
        return cases.contents(uow, case), cases.rating_reason(uow, case)
    except KeyDestroyed:
        return {}, ""


def _page(
    uow: UnitOfWork, statement: Select[Any], line: Any, session_id: int, after: int | None, limit: int
) -> list[Row[Any]]:
    wanted = statement.order_by(line.desc()) if after is None else statement.where(line > after).order_by(line)
    return list(uow.connection.execute(wanted.limit(limit), {"of": session_id}).all())


def _lines(uow: UnitOfWork, stored: StoredSession, row: Row[Any]) -> Iterator[Line]:
    """The bubbles of one row: of the inbox a message and its reply, of the outbox what was sent."""
    if hasattr(row, "dedupe_key"):
        yield from _bubbles(
            _unseal(uow, stored, row.body_sealed, outbox.about_body(row.dedupe_key)), row.line, row.sent_at
        )
        return
    body = keys.unseal(uow, stored.key_id, row.body_sealed, inbox.about_body(row.dedupe_blind))
    message = unpack_inbound(body, stored.address)
    names = tuple(attachment.name or attachment.kind for attachment in message.attachments)
    yield Line(row.line, "in", message.text, (), "", row.received_at, names)
    if row.reply_sealed is not None:
        reply = _unseal(uow, stored, row.reply_sealed, inbox.about_reply(row.dedupe_blind))
        yield from _bubbles(reply, row.line, row.received_at)


def _unseal(uow: UnitOfWork, stored: StoredSession, blob: bytes, about: str) -> tuple[OutboundMessage, ...]:
    return unpack_outbound(keys.unseal(uow, stored.key_id, blob, about))


def _bubbles(messages: tuple[OutboundMessage, ...], cursor: int, at: datetime) -> Iterator[Line]:
    for message in messages:
        yield Line(cursor, "out", message.text, message.choices, message.copyable, at, ())


def _by(uow: UnitOfWork, column: Any) -> dict[str, int]:
    statement = select(column, func.count()).group_by(column).order_by(column)
    return dict(map(tuple, uow.connection.execute(statement).all()))


def _count(uow: UnitOfWork, statement: Select[Any]) -> int:
    return int(uow.connection.execute(statement).scalar_one())
