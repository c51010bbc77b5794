"""What every message and event has: a kind, a sender, a time, and by what it is known when it comes again. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from core.errors import BadEnvelope

_UNIX_SECONDS = re.compile("[0-9]{1,10}")

Fields = Mapping[str, str]


def kind_of(fields: Fields) -> str:
    """In small letters. Raises BadEnvelope where there is none, as the others here do."""
    kind = fields.get("MsgType", "").lower()
    if not kind:
        raise BadEnvelope("the message has no kind")
    return kind


def sender_of(fields: Fields, shape: re.Pattern[str]) -> str:
    sender = fields.get("FromUserName", "")
    if not shape.fullmatch(sender):
        raise BadEnvelope("the message has no sender")
    return sender


def sent_at(fields: Fields) -> datetime:
    created = fields.get("CreateTime", "")
    if not _UNIX_SECONDS.fullmatch(created):
        raise BadEnvelope("the message has no time")
    return datetime.fromtimestamp(int(created), UTC)


def dedupe_key(fields: Fields, kind: str, *telling: str) -> str:
    """Messages have an id. Events have none: one is told by whose it is, when, what, and the fields named ``telling``; a position
    report can share sender and second with another.
    """
    if kind != "event" and (number := fields.get("MsgId")):
        return f"m:{number}"
    what = fields.get("Event") or fields.get("MsgType", "")
    sender, created = fields.get("FromUserName", ""), fields.get("CreateTime", "")
    return ":".join(["e", sender, created, what, *(fields.get(name, "") for name in telling)])
