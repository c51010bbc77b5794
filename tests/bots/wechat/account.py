"""The account all tests of this channel speak for."""

from __future__ import annotations

from bots.wechat.config import Account, WeChatSettings
from tests.simulators.wechat_envelope import Envelope

APP_ID, TOKEN, SECRET = "wx0123456789abcdef", "CallbackToken", "simulated-app-secret"
KEY, FORMER_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
OPENID = "oPassenger_28-characters_0001"


def settings(
    api_base: str = "https://api.weixin.qq.com",
    *,
    account: Account = "service",
    previous: str = "",
    allow_plain: bool = False,
) -> WeChatSettings:
    return WeChatSettings(
        app_id=APP_ID,
        token=TOKEN,
        aes_key=KEY,
        secret=SECRET,
        aes_key_previous=previous,
        account=account,
        api_base=api_base,
        allow_plain=allow_plain,
    )


def envelope(key: str = KEY, token: str = TOKEN, app_id: str = APP_ID) -> Envelope:
    return Envelope(app_id, token, key)
