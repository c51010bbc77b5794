"""A message as an event of the conversation: what it says is read here, and an edit finds what it was before."""

from __future__ import annotations

from datetime import datetime

from core.dialog.events import (
    CameBy,
    Chose,
    Edited,
    Event,
    Followed,
    NewFile,
    Said,
    SentCard,
    SentFiles,
    SentPlace,
    SentUnsupported,
    SharedPhone,
)
from core.messages import InboundMessage
from core.policies.policy import Policy
from core.store import inbox
from core.store.sessions import StoredSession
from core.store.unit_of_work import UnitOfWork
from core.understand import read
from core.understand.reading import Reading


def event_of(uow: UnitOfWork, policy: Policy, stored: StoredSession, message: InboundMessage, now: datetime) -> Event:
    if message.kind == "edit":
        return _edit(uow, policy, stored, message, now)
    if message.kind == "text":
        return Said(read(message.text, policy, now))
    if message.kind == "choice":
        return Chose(message.text)
    if message.kind == "files":
        files = tuple(NewFile(file.kind, file.name, file.recognised, file.identity) for file in message.attachments)
        return SentFiles(files, read(message.text, policy, now) if message.text else Reading())
    if message.kind == "phone":
        return SharedPhone(read(message.text, policy, now))
    if message.kind == "card":
        return SentCard(read(message.text, policy, now))
    if message.kind == "location":
        return SentPlace(read(message.text, policy, now))
    if message.kind == "came_by":
        return CameBy(message.text)
    return Followed() if message.kind == "follow" else SentUnsupported()


def _edit(uow: UnitOfWork, policy: Policy, stored: StoredSession, message: InboundMessage, now: datetime) -> Event:
    """New words for an earlier message, with the old ones beside them."""
    found = inbox.find_marked(uow, stored, message.mark)
    reading = read(message.text, policy, now)
    return Edited(read(found[0].text, policy, now), reading, found[1]) if found else Edited(None, reading)
