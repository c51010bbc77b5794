"""What people sent, each message once, with the reply it got: a redelivery gets the same reply again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, null, select, update

from core.messages import InboundMessage, OutboundMessage
from core.store import keys
from core.store.packing import pack_inbound, pack_outbound, unpack_inbound, unpack_outbound
from core.store.sessions import StoredSession
from core.store.statements import Statement
from core.store.tables import inbox
from core.store.unit_of_work import UnitOfWork

LATELY = 200
"""So many of a person's messages are looked through for one that was edited."""

Replies = tuple[OutboundMessage, ...]

_columns = inbox.c
_make = Statement(insert(inbox))
_find = Statement(
    select(_columns.reply_sealed).where(
        _columns.channel == bindparam("on"), _columns.dedupe_blind == bindparam("dedupe")
    )
)
_lately = Statement(
    select(_columns.dedupe_blind, _columns.body_sealed, _columns.draft)
    .where(_columns.session_id == bindparam("of"), _columns.body_sealed.is_not(None))
    .order_by(_columns.line.desc())
    .limit(LATELY)
)
_forget_draft = Statement(
    update(inbox).where(_columns.draft == bindparam("about")).values(body_sealed=null(), reply_sealed=null())
)


def name_of(uow: UnitOfWork, message: InboundMessage) -> bytes:
    """What tells this message from all others. Some platforms' keys hold the person's id, so the key itself is not kept."""
    return keys.blind(uow, "inbox.dedupe", f"{message.address.channel}\0{message.dedupe_key}")


def find_reply(uow: UnitOfWork, stored: StoredSession, dedupe: bytes) -> Replies | None:
    """The reply that the message of this name got when it came before; () where there was nothing to say, None when it is new.

    The session must have been loaded in this unit: two deliveries at once then wait for each other.
    """
    row = uow.run(_find, {"on": stored.channel, "dedupe": dedupe}).one_or_none()
    if row is None:
        return None
    if row.reply_sealed is None:
        return ()
    return unpack_outbound(keys.unseal(uow, stored.key_id, row.reply_sealed, about_reply(dedupe)))


def keep(
    uow: UnitOfWork,
    message: InboundMessage,
    dedupe: bytes,
    stored: StoredSession,
    reply: Sequence[OutboundMessage],
    now: datetime,
    *,
    draft: str | None = None,
    forgotten: bool = False,
) -> None:
    """Keep a message, by its name, with its reply, as the next line of the history.

    ``draft`` is the complaint it was about, whose erasure forgets both. What was ``forgotten`` in this very turn leaves
    only the trace that it came.
    """
    body = None if forgotten else keys.seal(uow, stored.key_id, pack_inbound(message), about_body(dedupe))
    row = {
        "channel": stored.channel,
        "dedupe_blind": dedupe,
        "session_id": stored.id,
        "line": stored.lines + 1,
        "kind": message.kind,
        "body_sealed": body,
        "reply_sealed": keys.seal(uow, stored.key_id, pack_outbound(reply), about_reply(dedupe)),
        "answered": True,
        "draft": draft,
        "received_at": now,
    }
    uow.run(_make, row)


def find_marked(uow: UnitOfWork, stored: StoredSession, mark: str) -> tuple[InboundMessage, str] | None:
    """The last wording of the message that the platform calls ``mark``, and the complaint it was about ("" if none)."""
    for row in uow.run(_lately, {"of": stored.id}).rows:
        body = keys.unseal(uow, stored.key_id, row.body_sealed, about_body(row.dedupe_blind))
        message = unpack_inbound(body, stored.address)
        if mark and message.mark == mark:
            return message, row.draft or ""
    return None


def forget_draft(uow: UnitOfWork, draft: str) -> None:
    """Remove the words that were said for this complaint."""
    uow.run(_forget_draft, {"about": draft})


def about_body(dedupe: bytes) -> str:
    return f"inbox.body_sealed:{dedupe.hex()}"


def about_reply(dedupe: bytes) -> str:
    return f"inbox.reply_sealed:{dedupe.hex()}"
