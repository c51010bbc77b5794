"""Reads for screens: frozen records, straight from the tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select

from core.errors import KeyDestroyed
from core.messages import Line, OutboundMessage
from core.records import record, unpack
from core.store import cases, evidence, inbox, keys, outbox, sessions, timeline
from core.store.packing import unpack_inbound, unpack_outbound
from core.store.sessions import StoredSession
from core.store.statements import Row as StatementRow
from core.store.statements import Statement
from core.store.tables import case_file, data_key
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
class LedgerLine:
    """A case in the ledger of its year. ``contents`` are empty once it is erased."""

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
_of_draft = (
    select(inbox_table)
    .where(inbox_table.c.draft == bindparam("draft"), inbox_table.c.body_sealed.is_not(None))
    .order_by(inbox_table.c.id)
)
_notices = (
    select(outbox_table)
    .where(
        outbox_table.c.session_id == bindparam("of"),
        outbox_table.c.line.is_not(None),
        outbox_table.c.body_sealed.is_not(None),
        outbox_table.c.dedupe_key.startswith(bindparam("about")),
    )
    .order_by(outbox_table.c.line)
)
_LEDGER = tuple(name for name in LedgerLine.__dataclass_fields__ if name != "contents")
# In the order of ids, which is that of the numbers: a number is drawn under a lock that is held until its case is there.
_ledger = Statement(
    select(
        *(case_file.c[name] for name in _LEDGER),
        case_file.c.draft,
        case_file.c.key_id,
        case_file.c.contents_sealed,
        data_key.c.master_id,
        data_key.c.wrapped,
    )
    .join(data_key, data_key.c.id == case_file.c.key_id)
    .where(
        case_file.c.id > bindparam("after"),
        case_file.c.registered_at >= bindparam("since"),
        case_file.c.registered_at < bindparam("until"),
    )
    .order_by(case_file.c.id)
    .limit(bindparam("most"))
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


def ledger(uow: UnitOfWork, since: datetime, until: datetime, after: int, limit: int) -> list[LedgerLine]:
    """The next cases registered from ``since`` until before ``until``, in the order of their numbers.

    ``after`` is the id of the last one that was read, 0 at the beginning. Read page by page, each in a unit of its own, a year
    takes no more memory than a page, and nobody waits for the reader.
    """
    page = uow.run(_ledger, {"since": since, "until": until, "after": after, "most": limit})
    return [_ledger_line(uow, row) for row in page.rows]


def conversation(uow: UnitOfWork, case: cases.StoredCase) -> list[Line]:
    """What was said while this complaint was made, and what its complainant was told of it since, oldest first.

    What the same person said about anything else is not in it.
    """
    said = uow.connection.execute(_of_draft, {"draft": case.draft}).all()
    told = uow.connection.execute(_notices, {"of": case.session_id, "about": f"case:{case.id}:"}).all()
    people = {row.session_id: sessions.get(uow, row.session_id) for row in (*said, *told)}
    lines = [line for row in (*said, *told) for line in _lines(uow, people[row.session_id], row)]
    return sorted(lines, key=lambda line: line.at)


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


def _ledger_line(uow: UnitOfWork, row: StatementRow) -> LedgerLine:
    return LedgerLine(**{name: getattr(row, name) for name in _LEDGER}, contents=_opened(uow, row))


def _opened(uow: UnitOfWork, row: StatementRow) -> dict[str, Any]:
    """The answers of a row that was read with its key."""
    try:
        keys.unlock(uow, row.key_id, row.master_id, row.wrapped)
    except KeyDestroyed:
        return {}
    return dict(unpack(keys.unseal(uow, row.key_id, row.contents_sealed, cases.about_contents(row.draft))))


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
