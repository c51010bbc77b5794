"""What ``tousu wechat menu push`` does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from app.resources import wechat_account
from app.texts_cli import say
from bots.wechat.client import WeChatChannel
from bots.wechat.menu import push_menu as push
from core.errors import Refused

if TYPE_CHECKING:
    from app.settings import Settings
    from bots.wechat.config import WeChatSettings


def push_menu(settings: Settings) -> str:
    account = wechat_account(settings)
    if account is None:
        raise Refused(say("wechat", "off", missing=say("settings", "and").join(settings.wechat_missing)))
    if not account.can_push:
        raise Refused(say("wechat", "passive"))
    asyncio.run(_push(account))
    return say("wechat", "pushed")


async def _push(account: WeChatSettings) -> None:
    channel = WeChatChannel(account)
    try:
        await push(channel)
    finally:
        await channel.close()
