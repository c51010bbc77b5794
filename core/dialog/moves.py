"""A draft that moves to another channel: the word that opens it there once, and the move itself."""

from __future__ import annotations

import base64
import binascii
import hmac
import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from core.cases.office import Office
from core.dialog.events import DraftArrived
from core.dialog.session import IDLE, Session
from core.messages import MOVE, OutboundMessage
from core.records import changed
from core.store import evidence, keys, outbox, sessions
from core.store.sessions import StoredSession
from core.store.unit_of_work import UnitOfWork

LIFE = timedelta(minutes=30)
"""So long a word opens its draft."""

_HEAD = struct.Struct(">QI16s")
"""Whose conversation, until when (seconds since 1970), and which draft."""
_SEAL_BYTES = 16
_UNDER_WAY = ("waiting", "leased")


def word(uow: UnitOfWork, session_id: int, draft: str, now: datetime) -> str:
    """What opens this draft elsewhere, at most 64 letters, digits, ``-`` and ``_``. Nothing is kept of it.

    Nobody can make one up, and it opens nothing once its time is over or the draft is no longer where it was.
    """
    head = _HEAD.pack(session_id, int((now + LIFE).timestamp()), bytes.fromhex(draft))
    return _written(head + _seal(uow, head))


def _written(content: bytes) -> str:
    return MOVE + base64.urlsafe_b64encode(content).decode().rstrip("=")


def take(
    uow: UnitOfWork, office: Office, to: StoredSession, said: str, now: datetime
) -> tuple[DraftArrived, Mapping[str, int]]:
    """Bring the draft a word names to ``to``, with its files, its key and its consent; tell where it was."""
    found = _opened(uow, said, now)
    if found is None or found[0] == to.id:
        return DraftArrived(None, "void"), {}
    source, draft = sessions.get(uow, found[0], for_update=True), found[1]
    state = source.state or {}
    session = Session.from_state(state.get("session"))
    if session.draft is None or session.draft.id != draft:
        return DraftArrived(None, "void"), {}
    if any(file.state in _UNDER_WAY for file in evidence.list_for_draft(uow, draft)):
        return DraftArrived(None, "busy"), {}
    evidence.move(uow, draft, to.id)
    left = changed(session, draft=None, step=IDLE, behind=None, options=(), stash="", held=None, past=())
    draft_keys = dict(state.get("draft_keys", {}))
    taken = {key: draft_keys.pop(key) for key in list(draft_keys) if key == draft}
    sessions.save(uow, source, {"session": left, "draft_keys": draft_keys}, now)
    gone = OutboundMessage(office.texts.render(session.language, "moving.gone"))
    outbox.add(uow, source, gone, f"moved:{source.id}:{source.version}", now, now=now)
    return DraftArrived(session), taken


def _opened(uow: UnitOfWork, said: str, now: datetime) -> tuple[int, str] | None:
    """The conversation and the draft a word names, None where it is none of ours or its time is over."""
    try:
        content = base64.urlsafe_b64decode(said.removeprefix(MOVE) + "==")
    except (binascii.Error, ValueError):
        return None
    head, seal = content[: _HEAD.size], content[_HEAD.size :]
    # Letters that decode to nothing would make a second word for the same draft.
    if len(head) < _HEAD.size or _written(content) != said or not hmac.compare_digest(seal, _seal(uow, head)):
        return None
    session_id, until, draft = _HEAD.unpack(head)
    return (session_id, draft.hex()) if now < datetime.fromtimestamp(until, UTC) else None


def _seal(uow: UnitOfWork, head: bytes) -> bytes:
    return keys.blind(uow, "dialog.move", head.hex())[:_SEAL_BYTES]
