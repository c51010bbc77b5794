"""The menu below the chat: three ways in, kept as text in menu.toml."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bots.wechat.client import WeChatChannel


def menu() -> dict[str, object]:
    """The menu as the platform takes it."""
    rows = tomllib.loads(files(__package__).joinpath("menu.toml").read_text("utf-8"))["button"]
    return {"button": [{"type": "click", "name": row["name"], "key": row["key"]} for row in rows]}


async def push_menu(channel: WeChatChannel) -> None:
    """Make it the account's menu; people see it within five minutes. Raises as ``Channel.send`` does."""
    await channel.tell("/cgi-bin/menu/create", menu())
