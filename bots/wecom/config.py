"""What this channel is called, what one message of it holds, how often one may be sent, and the application it speaks for."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.ladder import Limits
from core.throttle import Rate

NAME = "wecom"

TEXT_BYTES = 2048
"""Of one text; the platform cuts off what is longer."""

LIMITS = Limits(characters=TEXT_BYTES // 3, utf8_bytes=TEXT_BYTES, buttons=True, can_push=True)

API_BASE = "https://qyapi.weixin.qq.com"

MAX_BODY_BYTES = 64 * 1024
"""Of one callback. The longest genuine one (a text) is a few kilobytes."""

TITLE_CHARACTERS, WORDS_CHARACTERS = 36, 160
"""Of a card's first line and of the words below it: above that the platform no longer promises to show them whole."""

BUTTONS, LABEL_CHARACTERS, KEY_BYTES = 6, 10, 1024
"""How many buttons a card has, and what is on one and behind it."""

A_MEMBER = Rate(10, 0.25)
"""What one member gets at most: ten at once, then one every four seconds.

That is 25 in any minute and 910 in any hour. The platform allows 30 and 1,000, and drops what is more without a word.
"""


@dataclass(frozen=True, slots=True)
class WeComSettings:
    """One application of one corporation, as the settings of the service checked it."""

    corp_id: str
    agent_id: int
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    secret: str = field(repr=False)
    api_base: str = API_BASE
