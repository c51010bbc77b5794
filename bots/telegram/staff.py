"""The staff's chat on Telegram: alerts go there, and hold nothing personal."""

from __future__ import annotations

from bots.telegram.client import TelegramChannel
from bots.telegram.config import LIMITS, NAME
from core.errors import FetchRefused
from core.messages import Address, Attachment, FetchedFile, OutboundMessage


class StaffChat:
    """Stands in for the channel by which staff are told, under that channel's ``name``."""

    limits = LIMITS

    def __init__(self, name: str, channel: TelegramChannel, chat: str) -> None:
        self.name = name
        self._channel, self._to = channel, Address(NAME, chat)

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        return await self._channel.send(self._to, message, key)

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        raise FetchRefused
