"""What tests do with a whole service and one person who has Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.conversations.channels import House
from tests.simulators.telegram import TOKEN, TelegramSimulator, Update
from tests.simulators.telegram_serving import listening

WANG = 101
STORY = "昨天下午人民广场站的窗口工作人员骂人，态度很差"


def settings_for(phone: TelegramSimulator, **more: str) -> dict[str, str]:
    """Of a service whose bot this is, in no hurry to be slowed down."""
    return {
        "telegram_token": TOKEN, "telegram_secret": "s3cret", "telegram_api_base": phone.api_base,
        "telegram_pace": "10000,10000,10000", **more,
    }  # fmt: skip


@asynccontextmanager
async def connected(
    phone: TelegramSimulator, data_dir: Path, pack: str, url: str = "", **more: str
) -> AsyncIterator[House]:
    """A service on real HTTP, to whose webhook the platform delivers; on SQLite where no other database is named."""
    house = House(url or f"sqlite:///{data_dir}/tousu.db", data_dir, pack, **settings_for(phone, **more))
    async with listening(house.app) as address:
        phone.webhook_url = f"{address}/telegram"
        yield house
        await house.close()


async def settle(house: House) -> None:
    """Until all that was to be said is said."""
    await house.service.courier.rest()
    await house.work()


async def say(house: House, phone: TelegramSimulator, *words: str) -> Update:
    """One message after the other; returns the last."""
    for each in words:
        update = await phone.say(WANG, each)
        await settle(house)
    return update


def texts(phone: TelegramSimulator) -> list[str]:
    return [bubble.text for bubble in phone.inbox_of(WANG)]


async def press(house: House, phone: TelegramSimulator, label: str) -> None:
    await phone.press(WANG, label)
    await settle(house)


async def begin(house: House, phone: TelegramSimulator) -> Update:
    """A complaint as far as the question for a name, with consent given; returns the message that told the facts."""
    update = await say(house, phone, STORY)
    await press(house, phone, "跳过")
    await press(house, phone, "同意")
    return update
