"""What was said and sent, as the lines of a conversation: of one person, or about one complaint."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, select

from core.messages import Line, OutboundMessage
from core.store import cases, inbox, keys, outbox, sessions
from core.store.packing import unpack_inbound, unpack_outbound
from core.store.sessions import StoredSession
from core.store.tables import inbox as inbox_table
from core.store.tables import outbox as outbox_table
from core.store.tables.columns import within
from core.store.tables.messages import FINISHED, HANDED, SENT
from core.store.unit_of_work import UnitOfWork

NO_PLACE = 0
"""Of what was sent to a chat that keeps its own history."""

_was_sent = and_(outbox_table.c.session_id == bindparam("of"), within(outbox_table.c.state, FINISHED, SENT, HANDED))
_said = select(inbox_table).where(inbox_table.c.session_id == bindparam("of"), inbox_table.c.body_sealed.is_not(None))
_sent = select(outbox_table).where(
    _was_sent,
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
        _was_sent,
        outbox_table.c.body_sealed.is_not(None),
        outbox_table.c.dedupe_key.startswith(bindparam("about")),
    )
    .order_by(outbox_table.c.sent_at, outbox_table.c.id)
)


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


def _page(
    uow: UnitOfWork, statement: Select[Any], line: Any, session_id: int, after: int | None, limit: int
) -> list[Row[Any]]:
    wanted = statement.order_by(line.desc()) if after is None else statement.where(line > after).order_by(line)
    return list(uow.connection.execute(wanted.limit(limit), {"of": session_id}).all())


def _lines(uow: UnitOfWork, stored: StoredSession, row: Row[Any]) -> Iterator[Line]:
    """The bubbles of one row: of the inbox a message and its reply, of the outbox what was sent."""
    if hasattr(row, "dedupe_key"):
        yield from _bubbles(
            _unseal(uow, stored, row.body_sealed, outbox.about_body(row.dedupe_key)), row.line or NO_PLACE, row.sent_at
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
