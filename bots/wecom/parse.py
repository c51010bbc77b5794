"""What a callback says, as a message of ours. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from bots.tencent.crypto import Forged
from bots.tencent.wire import Body
from bots.wecom.config import NAME
from core.errors import BadEnvelope
from core.messages import Address, InboundMessage, MessageKind
from core.records import record

Fields = Mapping[str, str]
Content = tuple[MessageKind, str]

# The first sign is none of the others, so that nobody is called “@all”.
_MEMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z_\-@.]{0,63}")
_UNIX_SECONDS = re.compile("[0-9]{1,10}")

_PRESSED = frozenset({"template_card_event", "click"})
"""Events by which a member wants something: a card's button, a button of the application's menu."""


@record(frozen=True, slots=True)
class Call:
    """One callback. ``message`` is None for what needs no answer, such as that somebody opened the application.

    ``response_code`` is what a pressed card can be changed by, once; empty where no card was pressed.
    """

    message: InboundMessage | None
    response_code: str = ""


def parse(body: Body, corp_id: str, agent_id: int) -> Call:
    """Read one callback. Raises BadEnvelope when it does not say who wrote what and when, Forged when it is for others."""
    fields = body.fields
    kind = fields.get("MsgType", "").lower()
    if not kind:
        raise BadEnvelope("the message has no kind")
    if fields.get("ToUserName") != corp_id:
        raise Forged("the message is for another corporation")
    content = _event(fields) if kind == "event" else _message(fields, kind)
    if content is None:
        return Call(None)
    if fields.get("AgentID") != str(agent_id):
        raise Forged("the message is for another application")
    address = Address(NAME, _member(fields))
    message = InboundMessage(address, _dedupe_key(fields, kind), _sent_at(fields), *content)
    return Call(message, fields.get("ResponseCode", "") if kind == "event" else "")


def _message(fields: Fields, kind: str) -> Content:
    """Words. Pictures and voices are nobody's order, and are not fetched."""
    return ("text", fields.get("Content", "")) if kind == "text" else ("unsupported", "")


def _event(fields: Fields) -> Content | None:
    key = fields.get("EventKey", "")
    return ("choice", key) if fields.get("Event", "").lower() in _PRESSED and key else None


def _dedupe_key(fields: Fields, kind: str) -> str:
    """Messages have an id. Events have none: a press is told by whose it is, when, of what card and which button."""
    if kind != "event" and (number := fields.get("MsgId")):
        return f"m:{number}"
    what = fields.get("Event") or kind
    sender, created = fields.get("FromUserName", ""), fields.get("CreateTime", "")
    return f"e:{sender}:{created}:{what}:{fields.get('TaskId', '')}:{fields.get('EventKey', '')}"


def _member(fields: Fields) -> str:
    member = fields.get("FromUserName", "")
    if not _MEMBER.fullmatch(member):
        raise BadEnvelope("the message has no sender")
    return member


def _sent_at(fields: Fields) -> datetime:
    created = fields.get("CreateTime", "")
    if not _UNIX_SECONDS.fullmatch(created):
        raise BadEnvelope("the message has no time")
    return datetime.fromtimestamp(int(created), UTC)
