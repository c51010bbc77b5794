"""Asks the platform for updates, where no address of ours can be reached from outside."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from bots.telegram.client import TelegramChannel
from bots.telegram.codes import CONFLICT
from bots.telegram.reception import Reception
from core.errors import ChannelStopped, DeliveryError

log = logging.getLogger(__name__)

WAIT_SECONDS = 50
PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)
"""Before the next question, when the last one went wrong; the last pause is kept to."""


class Polling:
    """One conversation with the platform, which ends with the service and by nothing else."""

    def __init__(
        self,
        channel: TelegramChannel,
        reception: Reception,
        *,
        seconds: int = WAIT_SECONDS,
        pauses: tuple[float, ...] = PAUSES,
    ) -> None:
        self._channel, self._reception = channel, reception
        self._seconds, self._pauses = seconds, pauses
        self._offset: int | None = None
        self._faults = 0

    async def run(self) -> None:
        """Ask until cancelled. The platform need not be there yet, nor stay there."""
        while True:
            if await self.ask_once():
                self._faults = 0
                continue
            self._faults += 1
            await asyncio.sleep(self._pauses[min(self._faults, len(self._pauses)) - 1])

    async def ask_once(self) -> bool:
        """Get what there is and take it in; whether all went well."""
        try:
            updates = await self._channel.updates(self._offset, self._seconds)
        except DeliveryError as error:
            self._tell(error)
            return False
        lost = await self._take(updates)
        self._offset = _next_offset(updates, lost)
        return not lost

    async def _take(self, updates: list[object]) -> set[int]:
        """Each chat's updates in their order, different chats side by side. Returns the ids of what is not safe."""
        chats: defaultdict[object, list[object]] = defaultdict(list)
        for update in updates:
            chats[_chat_of(update)].append(update)
        lost = await asyncio.gather(*(self._take_in_order(chat) for chat in chats.values()))
        return {number for numbers in lost for number in numbers}

    async def _take_in_order(self, updates: Iterable[object]) -> list[int]:
        waiting = list(updates)
        while waiting:
            work = asyncio.ensure_future(self._reception.take(waiting[0]))
            await asyncio.wait({work})
            if error := work.exception():
                log.critical("an update could not be kept: %s", type(error).__name__)
                return [number for update in waiting if (number := _id_of(update)) is not None]
            if pressed := work.result():
                self._reception.release(pressed)
            waiting.pop(0)
        return []

    def _tell(self, error: DeliveryError) -> None:
        """Once when it begins; the first sentence of a fault is enough."""
        if error.code == CONFLICT:
            log.error(
                "this bot's updates go elsewhere: to a webhook (`tousu telegram webhook delete`) or to another program"
            )
        elif isinstance(error, ChannelStopped):
            log.error("polling is stopped, code %s: run `tousu doctor`", error.code)
        elif not self._faults:
            log.warning("polling: %s", error)


def _next_offset(updates: list[object], lost: set[int]) -> int | None:
    """Confirms all that is safe. With nothing new there is nothing to confirm, and the next id may be any number."""
    if lost:
        return min(lost)
    numbers = [number for update in updates if (number := _id_of(update)) is not None]
    return max(numbers) + 1 if numbers else None


def _id_of(update: object) -> int | None:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else None


def _chat_of(update: Any) -> object:
    """Whose turn an update is; what has no chat is on its own. A button is its person's, as a private chat is."""
    parts = update.values() if isinstance(update, dict) else ()
    for part in parts:
        if isinstance(part, dict):
            chat = part.get("chat") or part.get("from")
            return chat.get("id") if isinstance(chat, dict) else None
    return None
