"""Robots of WeCom groups: the address alone is the secret, twenty messages a minute. Pure.

Published at developer.work.weixin.qq.com/document/path/99110 (what one takes) and path/90313 (what its codes mean).
"""

from __future__ import annotations

import re
from datetime import datetime

from bots.robots.platform import Answer, Codes, Letter, Platform, code_in, meaning
from core.errors import DeliveryError
from core.ladder import Limits

UTF8_BYTES = 2048
"""Of one text."""

PACE = 60 / 18
"""Seconds; of the twenty a minute that are allowed two are left for what is on its way, or sent by others."""

FULL = 60.0
"""Seconds after which a full minute is over."""

CODES = Codes(
    # Busy; too many calls in a minute, or at once.
    later={-1: None, 45009: FULL, 45033: FULL},
    # The address is unknown, or the robot was taken out of its group; it was switched off; it is in no group.
    stopped=frozenset({93000, 93004, 93008}),
    # The kind, the length, the emptiness, a field, the JSON.
    unfit=frozenset({40008, 40058, 44004, 45002, 47001}),
)


def write(text: str, secret: str, at: datetime) -> Letter:
    return Letter({"msgtype": "text", "text": {"content": text}})


def refusal(answer: Answer) -> DeliveryError | None:
    return meaning(CODES, code_in(answer, "errcode"))


PLATFORM = Platform(
    name="wecom",
    hosts=frozenset({"qyapi.weixin.qq.com"}),
    place=re.compile(r"/cgi-bin/webhook/send\?key=[0-9A-Za-z_-]{16,128}"),
    limits=Limits(utf8_bytes=UTF8_BYTES, pace=PACE),
    write=write,
    refusal=refusal,
    signs=False,
)
