"""Robots of DingTalk groups: the signature goes into the address, in milliseconds; beyond twenty messages a minute ten
minutes' ban. Pure.

Published at open.dingtalk.com/document/orgapp: custom-robots-send-group-messages, customize-robot-security-settings.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import tomllib
from datetime import datetime
from functools import cache
from importlib.resources import files

from bots.robots.platform import Answer, Codes, Letter, Platform, code_in, meaning
from core.errors import DeliveryError
from core.ladder import Limits

UTF8_BYTES = 6000
"""Of one text: more than that nobody reads at once. The platform takes 20,000 of the whole body, where a mark may be two."""

PACE = 60 / 18
"""Seconds; of the twenty a minute that are allowed two are left for what is on its way, or sent by others."""

BAN = 600.0
"""Seconds for which a robot that wrote too often is heard no more."""

REFUSED = 310000
"""One of the robot's safety settings is not met; which one only the words say."""

CODES = Codes(
    # Busy; too fast, under the old and the new code; the day's calls are used up.
    later={-1: None, 130101: BAN, 410100: BAN, 90030: 3600.0},
    # The token is missing or nobody's, under three codes; the group is gone; the robot was switched off, or taken out.
    stopped=frozenset({REFUSED, 40035, 300001, 300005, 400101, 400013, 400102, 400106}),
    # The kind; an unsafe link; an unfit text, picture, or whole; the length.
    unfit=frozenset({400105, 430101, 430102, 430103, 430104, 460101}),
)


def write(text: str, secret: str, at: datetime) -> Letter:
    return Letter({"msgtype": "text", "text": {"content": text}}, signed(secret, at) if secret else {})


def signed(secret: str, at: datetime) -> dict[str, str]:
    """The secret is the key and stands in the message as well."""
    timestamp = str(int(at.timestamp() * 1000))
    mac = hmac.digest(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256)
    return {"timestamp": timestamp, "sign": base64.b64encode(mac).decode()}


def refusal(answer: Answer) -> DeliveryError | None:
    code = code_in(answer, "errcode")
    return meaning(CODES, code, _reason(answer) if code == REFUSED else "")


def _reason(answer: Answer) -> str:
    said = str(answer.get("errmsg", "")).lower()
    return next((name for name, words in _reasons() if any(word in said for word in words)), "")


@cache
def _reasons() -> tuple[tuple[str, tuple[str, ...]], ...]:
    rows = tomllib.loads(files(__package__).joinpath("dingtalk.toml").read_text("utf-8"))["reason"]
    return tuple((row["name"], tuple(row["words"])) for row in rows)


PLATFORM = Platform(
    name="dingtalk",
    hosts=frozenset({"oapi.dingtalk.com"}),
    place=re.compile(r"/robot/send\?access_token=[0-9A-Za-z_-]{16,128}"),
    limits=Limits(utf8_bytes=UTF8_BYTES, pace=PACE),
    write=write,
    refusal=refusal,
)
