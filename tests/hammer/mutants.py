"""The product with one thing wrong, so that the hammer can show that it would notice."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from typing import Any

from app.wiring import Service
from core.messages import InboundMessage

START = "from tests.hammer import mutants; mutants.{mutant}(); from app.cli import main; main()"
"""A program for a process that is wrong in this way."""


def forgetful() -> None:
    """Takes every delivery for a new message."""
    for name in ("receive", "take_in"):
        _disguise(name)


def _disguise(name: str) -> None:
    work = getattr(Service, name)

    async def as_new(self: Service, message: InboundMessage) -> Any:
        return await work(self, replace(message, dedupe_key=message.dedupe_key + secrets.token_hex(8)))

    setattr(Service, name, as_new)


def hasty() -> None:
    """Acknowledges a message first and takes it in afterwards."""
    from bots.telegram.reception import Reception as Telegram
    from bots.wechat.reception import Reception as WeChat

    _put_off(WeChat, "replies_to")
    _put_off(Telegram, "take")


def _put_off(reception: Any, name: str) -> None:
    work = getattr(reception, name)

    async def later(self: Any, *arguments: Any) -> tuple[()]:
        asyncio.get_running_loop().call_later(0.3, lambda: asyncio.ensure_future(work(self, *arguments)))
        return ()

    setattr(reception, name, later)
