"""The application all tests of this channel speak for."""

from __future__ import annotations

from bots.wecom.config import WeComSettings
from tests.simulators.wecom import AGENT_ID, CORP_ID, KEY, SECRET, TOKEN

MEMBER = "wang.min"


def settings(api_base: str = "https://qyapi.weixin.qq.com", **changed: str) -> WeComSettings:
    account = {"corp_id": CORP_ID, "token": TOKEN, "aes_key": KEY, "secret": SECRET, "api_base": api_base} | changed
    return WeComSettings(agent_id=AGENT_ID, **account)  # type: ignore[arg-type]
