"""Sends to and fetches from the platform, as the core's Channel."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from pathlib import Path

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bots.telegram import asides, commands
from bots.telegram.codes import TOPIC_GONE, UNCHANGEABLE, refusal
from bots.telegram.config import LIMITS, MAX_FILE_BYTES, NAME, RELEASE, UPDATES, TelegramSettings
from bots.telegram.limits import Brake, is_group
from bots.telegram.parse import UNREADABLE
from bots.telegram.render import NO_KEYBOARD, Bubble, Json, Release, bubbles
from bots.telegram.transport import TooLarge, Transport
from core.errors import ChannelStopped, DeliveryError, FetchError, FetchRefused, Moved, TryLater
from core.messages import Address, Attachment, Elsewhere, FetchedFile, OutboundMessage

log = logging.getLogger(__name__)

MAX_LOCAL_BYTES = 200 * 1024 * 1024
"""Of one file that a Bot API server of our own hands over; a pack's own limit is far below it."""

_FILE_PATH = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+")


class TelegramChannel:
    """One bot. Nothing is asked of the platform before there is something to say."""

    name = NAME
    limits = LIMITS

    def __init__(self, settings: TelegramSettings) -> None:
        # The library's own log tells what people write.
        logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
        self.settings = settings
        self._transport = Transport()
        self._bot = Bot(
            settings.token,
            base_url=f"{settings.api_base}/bot",
            base_file_url=f"{settings.api_base}/file/bot",
            request=self._transport,
            get_updates_request=self._transport,
        )
        self._brake = Brake(settings.pace)
        self._moved: dict[str, str] = {}
        self._username = ""

    async def close(self) -> None:
        await self._transport.shutdown()

    def share(self, processes: int) -> None:
        """Send no more than this process's part of what the platform allows."""
        self._brake.share(processes)

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        """Send one message. The platform has no idempotency key: a try whose answer was lost may repeat."""
        platform_id = ""
        for bubble in bubbles(message, await self._opening(message)):
            chat = self._moved.get(to.peer, to.peer)
            await self._brake.admit(chat)
            platform_id = await self._send(chat, to, bubble, message.replaces)
        return platform_id

    async def _send(self, chat: str, to: Address, bubble: Bubble, mark: str) -> str:
        try:
            if mark:
                return await self._change(chat, mark, bubble)
            return await self._post_somewhere(chat, to.thread, bubble)
        except ChatMigrated as moved:
            # A group that became a supergroup has a new id; the old one answers so each time.
            self._moved[to.peer] = str(moved.new_chat_id)
            raise Moved("the group has a new id", "migrated", 0.0, peer=self._moved[to.peer]) from None
        except TelegramError as error:
            raise refusal(error) from None
        except UNREADABLE:
            raise TryLater("something else than Telegram answered", "json") from None

    async def _post_somewhere(self, chat: str, thread: str, bubble: Bubble) -> str:
        """In its topic, or in the chat itself where the person has removed the topic. A group's topic is not the group."""
        try:
            return await self._post(chat, thread, bubble)
        except BadRequest as error:
            if not thread or is_group(chat) or TOPIC_GONE not in error.message.lower():
                raise
        return await self._post(chat, "", bubble)

    async def _post(self, chat: str, thread: str, bubble: Bubble) -> str:
        fields: dict[str, object] = {"chat_id": chat, "text": bubble.text}
        if bubble.entities:
            fields["entities"] = bubble.entities
        if bubble.markup is not NO_KEYBOARD or not is_group(chat):
            fields["reply_markup"] = bubble.markup
        if thread:
            fields["message_thread_id"] = int(thread)
        sent = await self._transport.call(f"{self._bot.base_url}/sendMessage", fields)
        return str(sent["message_id"])

    async def say_aside(self, to: Address, message: OutboundMessage) -> None:
        """Say something that matters only now: what cannot be said at once is not said at all."""
        if not self._brake.has_room(to.peer):
            return
        try:
            for bubble in bubbles(message):
                await self._post(to.peer, to.thread, bubble)
        except (TelegramError, *UNREADABLE) as error:
            log.info("an aside was not said: %s", type(error).__name__)

    async def _opening(self, message: OutboundMessage) -> Json | None:
        """The button that opens the reader's own chat with the bot; none as long as nobody knows the bot's name."""
        if not message.private:
            return None
        with contextlib.suppress(DeliveryError):
            await self.username()
        there = self.invitation()
        return asides.opening(there.link, message.private) if there else None

    async def replace(self, to: Address, mark: str, message: OutboundMessage) -> None:
        """Let a message of ours say something else, for as long as that matters: what cannot be changed at once stays."""
        if not self._brake.has_room(to.peer):
            return
        try:
            await self._change(to.peer, mark, bubbles(message, await self._opening(message))[0])
        except (TelegramError, *UNREADABLE) as error:
            log.info("a card was not changed: %s", type(error).__name__)

    async def _change(self, chat: str, mark: str, bubble: Bubble) -> str:
        """What is not there any more, or reads like that already, needs no change."""
        buttons = bubble.markup if "inline_keyboard" in bubble.markup else {"inline_keyboard": []}
        fields = {"chat_id": chat, "message_id": int(mark), "text": bubble.text, "reply_markup": buttons}
        if bubble.entities:
            fields["entities"] = bubble.entities
        try:
            await self._transport.call(f"{self._bot.base_url}/editMessageText", fields)
        except BadRequest as error:
            if not any(sign in error.message.lower() for sign in UNCHANGEABLE):
                raise
        return mark

    async def release(self, released: Release) -> None:
        """Let go of a pressed button, which shows that it waits until we do. Too late is no harm."""
        try:
            await self._transport.call(f"{self._bot.base_url}/{RELEASE}", released.fields)
        except (TelegramError, *UNREADABLE) as error:
            log.debug("a button was not released: %s", type(error).__name__)

    async def updates(self, offset: int | None, seconds: int) -> list[object]:
        """Wait for updates, as they came. Raises as ``send`` does.

        Asked for past the library, which reads all or none: one update it does not understand would hide the others.
        """
        wishes: dict[str, object] = {"timeout": seconds, "allowed_updates": UPDATES}
        if offset is not None:
            wishes["offset"] = offset
        try:
            came = await self._transport.call(f"{self._bot.base_url}/getUpdates", wishes, seconds + 10)
        except TelegramError as error:
            raise refusal(error) from None
        except UNREADABLE:
            raise TryLater("something else than Telegram answered", "json") from None
        return list(came) if isinstance(came, list) else []

    async def username(self) -> str:
        """The bot's name in links, asked for once. Raises as ``send`` does."""
        if not self._username:
            try:
                self._username = (await self._bot.get_me()).username or ""
            except TelegramError as error:
                raise refusal(error) from None
            except UNREADABLE:
                raise TryLater("something else than Telegram answered", "json") from None
        return self._username

    @property
    def name_known(self) -> str:
        """The bot's name, "" as long as nobody could ask for it."""
        return self._username

    def invitation(self) -> Elsewhere | None:
        """Where people find the bot, once its name is known."""
        return Elsewhere("Telegram", f"https://t.me/{self._username}?start=") if self._username else None

    async def set_up(self, webhook: str | None) -> None:
        """Tell the platform the menu of commands, and where updates go (None: nowhere). Raises as ``send`` does."""
        try:
            await commands.push(self._bot)
            if webhook is None:
                await self._bot.delete_webhook()
            else:
                await self._bot.set_webhook(webhook, secret_token=self.settings.secret, allowed_updates=UPDATES)
        except BadRequest:
            raise ChannelStopped("Telegram does not take this address for the webhook", "400") from None
        except TelegramError as error:
            raise refusal(error) from None

    async def webhook(self) -> tuple[str, str]:
        """Where updates go now, and the platform's last complaint about it. Raises as ``send`` does."""
        try:
            found = await self._bot.get_webhook_info()
        except TelegramError as error:
            raise refusal(error) from None
        return found.url, found.last_error_message or ""

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        """Ask where the file is, then get it: from the platform only, never from an address somebody names."""
        if attachment.size > MAX_FILE_BYTES and not self.settings.is_local:
            raise FetchRefused("the file is too large", "too_large")
        try:
            content = await self._content(await self._path(attachment.reference))
        except TooLarge:
            raise FetchRefused("the file is too large", "too_large") from None
        except TelegramError as error:
            raise FetchError(f"Telegram could not be reached ({type(error).__name__})") from None
        if not content:
            raise FetchRefused("the file is empty", "empty")
        return FetchedFile(content, attachment.name, attachment.mime)

    async def _path(self, file_id: str) -> str:
        try:
            return (await self._bot.get_file(file_id)).file_path or ""
        except BadRequest as error:
            raise _file_refusal(error.message.lower()) from None
        except UNREADABLE:
            raise FetchError("something else than Telegram answered") from None

    async def _content(self, path: str) -> bytes:
        prefix = f"{self._bot.base_file_url}/"
        if not path.startswith(prefix):
            return await asyncio.to_thread(self._read, Path(path))
        if not _FILE_PATH.fullmatch(path.removeprefix(prefix)):
            raise FetchRefused("the file is nowhere we may fetch it from", "gone")
        status, content = await self._transport.download(path, self._most)
        if status != 200:
            raise FetchError(f"Telegram answered with status {status}")
        return content

    @property
    def _most(self) -> int:
        return MAX_LOCAL_BYTES if self.settings.is_local else MAX_FILE_BYTES

    def _read(self, path: Path) -> bytes:
        """A server of our own keeps each bot's files in a folder named like its token; nothing else may be read."""
        found = path.resolve()
        if not self.settings.is_local or self.settings.token not in found.parts or not found.is_file():
            raise FetchRefused("the file is nowhere we may fetch it from", "gone")
        if found.stat().st_size > MAX_LOCAL_BYTES:
            raise TooLarge
        return found.read_bytes()


def _file_refusal(words: str) -> FetchError:
    if "too big" in words:
        return FetchRefused("the file is too large", "too_large")
    if "temporarily unavailable" in words:
        return FetchError("Telegram does not have the file now")
    return FetchRefused("the platform no longer has the file", "gone")
