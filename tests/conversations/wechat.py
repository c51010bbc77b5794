"""What tests do with a whole service that citizens reach in WeChat."""

from __future__ import annotations

from dataclasses import replace

from bots.wechat.client import WeChatChannel
from core.ladder import PUSH
from tests.conversations.channels import House
from tests.simulators.wechat import WeChatSimulator

APP_ID, TOKEN, AES_KEY, SECRET = "wx0123456789abcdef", "token123", "a" * 43, "simulated-app-secret"


def platform() -> WeChatSimulator:
    """It delivers once it knows where to."""
    return WeChatSimulator("", APP_ID, TOKEN, AES_KEY, secret=SECRET)


def settings_for(phone: WeChatSimulator) -> dict[str, str]:
    """Of a service that speaks for this account."""
    return {
        "wechat_app_id": APP_ID, "wechat_token": TOKEN, "wechat_aes_key": AES_KEY, "wechat_secret": SECRET,
        "wechat_api_base": phone.api_base,
    }  # fmt: skip


def write_whenever(house: House) -> None:
    """What is compared is the words. What the platform's windows do to them, and that notices wait for one another, is looked
    at where that channel's ladder is."""
    channel = house.service.channels[WeChatChannel.name]
    assert isinstance(channel, WeChatChannel)
    channel.limits = replace(channel.limits, ladder=PUSH)
    house.service.office.gathers = {}
