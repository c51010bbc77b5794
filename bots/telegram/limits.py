"""Our own brake, a little below the platform's, so that it never has to stop us."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

from bots.telegram.config import Pace
from core.errors import TryLater
from core.throttle import Rate, Throttle

CHAT_BURST = 3
LONGEST_WAIT = 3.0
"""Whose turn comes later than this goes back to the queue, instead of holding up others."""


class Brake:
    """Lets a message pass when its chat, and the bot as a whole, may send one."""

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace, self._clock, self._sharing = pace, clock, 1
        self._chats = Throttle(Rate(CHAT_BURST, pace.chat_second), clock)
        self._limit(pace)

    def share(self, processes: int) -> None:
        """So many processes send for this bot, and what the platform allows is for all of them.

        One chat's pace stays: nobody else sends to a person to whom something is under way.
        """
        if processes != self._sharing:
            self._sharing = max(1, processes)
            many = self._sharing
            self._limit(
                replace(
                    self._pace, group_minute=self._pace.group_minute / many, all_second=self._pace.all_second / many
                )
            )

    def _limit(self, pace: Pace) -> None:
        self._groups = Throttle(Rate(max(1, int(pace.group_minute)), pace.group_minute / 60), self._clock)
        self._all = Throttle(Rate(max(1, int(pace.all_second)), pace.all_second), self._clock)

    async def admit(self, chat: str) -> None:
        """Wait for this chat's turn. Raises TryLater when that would take long."""
        ends_at = self._clock() + LONGEST_WAIT
        await self._pass(self._of(chat), chat, ends_at)
        await self._pass(self._all, "", ends_at)

    def has_room(self, chat: str) -> bool:
        """Whether this may be said at once, for what need not be said late."""
        return not self._of(chat).wait(chat) and not self._all.wait("")

    def _of(self, chat: str) -> Throttle:
        return self._groups if is_group(chat) else self._chats

    async def _pass(self, throttle: Throttle, name: str, ends_at: float) -> None:
        while seconds := throttle.wait(name):
            if self._clock() + seconds > ends_at:
                raise TryLater("our own limit for Telegram is reached", "pace", seconds)
            await asyncio.sleep(seconds)


def is_group(chat: str) -> bool:
    """Groups and channels have negative ids, or names."""
    return chat.startswith(("-", "@"))
