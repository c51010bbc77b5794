"""What a callback says, as a message of ours. Pure."""

from __future__ import annotations

import re

from bots.tencent.crypto import Forged
from bots.tencent.fields import Fields, dedupe_key, kind_of, sender_of, sent_at
from bots.tencent.wire import Body
from bots.wecom.config import NAME
from core.messages import Address, InboundMessage, MessageKind
from core.records import record

Content = tuple[MessageKind, str]

# The first sign is none of the others, so that nobody is called “@all”.
_MEMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z_\-@.]{0,63}")

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
    kind = kind_of(fields)
    if fields.get("ToUserName") != corp_id:
        raise Forged("the message is for another corporation")
    content = _event(fields) if kind == "event" else _message(fields, kind)
    if content is None:
        return Call(None)
    if fields.get("AgentID") != str(agent_id):
        raise Forged("the message is for another application")
    address = Address(NAME, sender_of(fields, _MEMBER))
    message = InboundMessage(address, dedupe_key(fields, kind, "TaskId", "EventKey"), sent_at(fields), *content)
    return Call(message, fields.get("ResponseCode", "") if kind == "event" else "")


def _message(fields: Fields, kind: str) -> Content:
    """Words. Pictures and voices are nobody's order, and are not fetched."""
    return ("text", fields.get("Content", "")) if kind == "text" else ("unsupported", "")


def _event(fields: Fields) -> Content | None:
    key = fields.get("EventKey", "")
    return ("choice", key) if fields.get("Event", "").lower() in _PRESSED and key else None
