"""The bot's menu of commands, kept as text in commands.toml, in both languages."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats

from core.messages import Language


def menu(language: Language) -> list[BotCommand]:
    """The commands as the platform takes them."""
    rows = tomllib.loads(files(__package__).joinpath("commands.toml").read_text("utf-8"))["command"]
    return [BotCommand(row["name"], row[language]) for row in rows]


async def push(bot: Bot) -> None:
    """Make it the bot's menu: Chinese, and English for people whose app is in English. Only where we take complaints."""
    scope = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands(menu("zh"), scope=scope)
    await bot.set_my_commands(menu("en"), scope=scope, language_code="en")
