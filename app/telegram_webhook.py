"""What ``tousu telegram webhook set`` and ``delete`` do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from app.resources import telegram_account
from app.texts_cli import say
from bots.telegram.client import TelegramChannel
from core.errors import Refused

if TYPE_CHECKING:
    from app.settings import Settings
    from bots.telegram.config import TelegramSettings


def set_webhook(settings: Settings) -> str:
    account = _account(settings)
    if account.mode != "webhook":
        raise Refused(say("telegram", "polls"))
    if not (settings.base_url.startswith("https://") or account.is_local):
        raise Refused(say("telegram", "https", url=settings.base_url))
    url = f"{settings.base_url}/telegram"
    asyncio.run(_set_up(account, url))
    return say("telegram", "set", url=url)


def delete_webhook(settings: Settings) -> str:
    asyncio.run(_set_up(_account(settings), None))
    return say("telegram", "deleted")


def _account(settings: Settings) -> TelegramSettings:
    account = telegram_account(settings)
    if account is None:
        raise Refused(say("telegram", "off", missing=say("settings", "and").join(settings.telegram_missing)))
    return account


async def _set_up(account: TelegramSettings, url: str | None) -> None:
    channel = TelegramChannel(account)
    try:
        await channel.set_up(url)
    finally:
        await channel.close()
