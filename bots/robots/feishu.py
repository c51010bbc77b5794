"""Robots of Feishu (Lark) groups: the signature goes into the body, in seconds, and is made of nothing with all of it as the
key; a hundred messages a minute and five a second. Pure.

Published at open.feishu.cn/document/client-docs/bot-v3/add-custom-bot.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import datetime

from bots.robots.platform import Answer, Codes, Letter, Platform, code_in, meaning
from core.errors import DeliveryError, TryLater
from core.ladder import Limits

UTF8_BYTES = 6000
"""Of one text: more than that nobody reads at once. The platform takes 20 KB of the whole body, where a mark may be two."""

PACE = 60 / 90
"""Seconds; below both rates that the platform allows."""

FULL = 60.0
"""Seconds after which a full minute is over."""

BAD_REQUEST = 9499
"""Says that the body is wrong, and at times that there were too many."""

CODES = Codes(
    # Too many, or all the world at the full hour; the same of the whole platform.
    later={11232: FULL, 99991400: FULL},
    # The address is unknown; the address is not allowed, the signature or the clock is wrong, no keyword; switched off; in no group.
    stopped=frozenset({19001, 19007, 19021, 19022, 19024, 230002}),
    # The body, its kind; a card; the length; what a filter of the institution's does not let through.
    unfit=frozenset({BAD_REQUEST, 19002, 11246, 230025, 230028}),
)

_TOO_MANY = re.compile("frequency|too many|rate limit", re.IGNORECASE)
_CALL = re.compile("<(?=/?at[\\s>])", re.IGNORECASE)


def write(text: str, secret: str, at: datetime) -> Letter:
    """A text that looks like a call to somebody in the group calls nobody."""
    body: dict[str, object] = {"msg_type": "text", "content": {"text": _CALL.sub("\uff1c", text)}}
    return Letter({**body, **(signed(secret, at) if secret else {})})


def signed(secret: str, at: datetime) -> dict[str, str]:
    """The key is what others sign, and nothing is signed with it."""
    timestamp = str(int(at.timestamp()))
    mac = hmac.digest(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256)
    return {"timestamp": timestamp, "sign": base64.b64encode(mac).decode()}


def refusal(answer: Answer) -> DeliveryError | None:
    """Robots of before answer with a ``StatusCode`` of the same kind."""
    code = code_in(answer, "code", "StatusCode")
    if code == BAD_REQUEST and _TOO_MANY.search(f"{answer.get('msg')} {answer.get('StatusMessage')}"):
        return TryLater("the robot's platform is busy", f"{code} rate", FULL)
    return meaning(CODES, code)


PLATFORM = Platform(
    name="feishu",
    hosts=frozenset({"open.feishu.cn", "open.larksuite.com"}),
    place=re.compile(r"/open-apis/bot/v2/hook/[0-9A-Za-z_-]{16,128}"),
    limits=Limits(utf8_bytes=UTF8_BYTES, pace=PACE),
    write=write,
    refusal=refusal,
)
