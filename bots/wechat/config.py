"""What this channel is called, what one bubble of it holds, and the account it speaks for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from core.delivery import Limits
from core.errors import SettingsError

NAME = "wechat"

LIMITS = Limits(characters=600, utf8_bytes=1800, buttons=False, can_push=True)
"""The platform publishes no limit; above about 2,048 bytes the reader sees a fault instead of the reply."""

MAX_BODY_BYTES = 64 * 1024
"""Of one callback. The longest genuine one (a text in compatible mode) is a few kilobytes."""

MAX_FILE_BYTES = 32 * 1024 * 1024
"""Of one fetched photo, voice or video."""

Account = Literal["service", "subscription", "passive"]
"""A verified service account, a verified subscription account, or one that may only answer."""

_SHAPES = {
    "app_id": (r"wx[0-9A-Za-z]{6,40}", "wx and letters or digits, as the console shows it"),
    "token": (r"[0-9A-Za-z]{3,32}", "3 to 32 letters or digits, the same as in the console"),
    "aes_key": (r"[0-9A-Za-z+/]{43}", "the 43 characters of EncodingAESKey"),
    "aes_key_previous": (r"([0-9A-Za-z+/]{43})?", "the 43 characters of the former EncodingAESKey, or nothing"),
    "account": ("|".join(get_args(Account)), "service, subscription or passive"),
    "api_base": (r"https?://[0-9A-Za-z.\-\[\]]+(:[0-9]+)?|http://\[[0-9a-f:]+\]:[0-9]+", "scheme, host and port only"),
}


@dataclass(frozen=True, slots=True)
class WeChatSettings:
    """One account. ``aes_key_previous`` keeps messages readable while the key is being changed.

    ``allow_plain`` takes unencrypted callbacks, which anybody who has seen one address can forge: for trying out only.
    """

    app_id: str
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    secret: str = field(default="", repr=False)
    aes_key_previous: str = field(default="", repr=False)
    account: Account = "subscription"
    api_base: str = "https://api.weixin.qq.com"
    allow_plain: bool = False

    def __post_init__(self) -> None:
        for name, (shape, expected) in _SHAPES.items():
            if not re.fullmatch(shape, getattr(self, name)):
                raise SettingsError(f"TOUSU_WECHAT_{name.upper()}: expected {expected}")
        if self.can_push and not self.secret:
            raise SettingsError("TOUSU_WECHAT_SECRET: expected the AppSecret, or TOUSU_WECHAT_ACCOUNT=passive")

    @property
    def can_push(self) -> bool:
        return self.account != "passive"

    @property
    def limits(self) -> Limits:
        return replace(LIMITS, can_push=self.can_push)
