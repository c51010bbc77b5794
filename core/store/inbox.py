"""What people sent, each message once, with the reply it got: a redelivery gets the same reply again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, null, select, update
from sqlalchemy.dialects.postgresql import insert

from core.messages import InboundMessage, OutboundMessage
from core.store import keys, sessions
from core.store.packing import pack_inbound, pack_outbound, unpack_outbound
from core.store.sessions import StoredSession
from core.store.tables import inbox
from core.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that is ours now. ``reply`` is None until it was answered; () means there was nothing to say."""

    id: int
    is_new: bool
    reply: tuple[OutboundMessage, ...] | None


_columns = inbox.c
_make = insert(inbox).on_conflict_do_nothing(index_elements=["channel", "dedupe_blind"]).returning(_columns.id)
_find: Select[Any] = select(_columns.id, _columns.answered, _columns.reply_sealed).where(
    _columns.channel == bindparam("on"), _columns.dedupe_blind == bindparam("dedupe")
)
_answer = (
    update(inbox)
    .where(_columns.id == bindparam("key"))
    .values(reply_sealed=bindparam("reply"), draft=bindparam("about"), answered=True)
)
_forget_draft = (
    update(inbox).where(_columns.draft == bindparam("about")).values(body_sealed=null(), reply_sealed=null())
)


def accept(uow: UnitOfWork, message: InboundMessage, stored: StoredSession, now: datetime) -> Accepted:
    """Take a message in. Insert or ignore: of two deliveries at once one makes the row and the other gets its reply."""
    dedupe = _blind(uow, message)
    row = {
        "channel": stored.channel,
        "dedupe_blind": dedupe,
        "session_id": stored.id,
        "line": sessions.next_line(uow, stored.id),
        "kind": message.kind,
        "body_sealed": keys.seal(uow, stored.key_id, pack_inbound(message), about_body(dedupe)),
        "answered": False,
        "received_at": now,
    }
    made = uow.connection.execute(_make, row).scalar()
    return _known(uow, dedupe, stored) if made is None else Accepted(made, is_new=True, reply=None)


def answer(
    uow: UnitOfWork,
    accepted_id: int,
    stored: StoredSession,
    reply: Sequence[OutboundMessage],
    draft: str | None = None,
) -> None:
    """Keep the reply with its message; ``draft`` is the complaint it was about, whose erasure forgets both."""
    sealed = keys.seal(uow, stored.key_id, pack_outbound(reply), about_reply(accepted_id))
    uow.connection.execute(_answer, {"key": accepted_id, "reply": sealed, "about": draft})


def forget_draft(uow: UnitOfWork, draft: str) -> None:
    """Remove the words that were said for this complaint."""
    uow.connection.execute(_forget_draft, {"about": draft})


def about_body(dedupe: bytes) -> str:
    return f"inbox.body_sealed:{dedupe.hex()}"


def about_reply(accepted_id: int) -> str:
    return f"inbox.reply_sealed:{accepted_id}"


def _known(uow: UnitOfWork, dedupe: bytes, stored: StoredSession) -> Accepted:
    row = uow.connection.execute(_find, {"on": stored.channel, "dedupe": dedupe}).one()
    return Accepted(row.id, is_new=False, reply=_reply(uow, row, stored.key_id) if row.answered else None)


def _reply(uow: UnitOfWork, row: Row[Any], key_id: int) -> tuple[OutboundMessage, ...]:
    if row.reply_sealed is None:
        return ()
    return unpack_outbound(keys.unseal(uow, key_id, row.reply_sealed, about_reply(row.id)))


def _blind(uow: UnitOfWork, message: InboundMessage) -> bytes:
    """Some platforms' keys hold the person's id, so the key itself is not kept."""
    return keys.blind(uow, "inbox.dedupe", f"{message.address.channel}\0{message.dedupe_key}")
