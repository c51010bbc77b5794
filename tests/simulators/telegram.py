"""Telegram as people's phones and the platform behind them: webhook calls with their retries, polling, and the API."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx

from tests.simulators import telegram_facts
from tests.simulators.telegram_api import Bubble, Json, TelegramApi
from tests.simulators.telegram_serving import listening

TOKEN, USERNAME = "700000001:AAHsimulated-token-of-thirty-five-ch", "tousu_test_bot"
MOST_TRIES = 6
TRY_SECONDS = 60.0
WAITS = (0.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Before the second try and the following ones."""


@dataclass
class Update:
    """One update under way: in its chat's queue, or a button's in its person's own."""

    body: Json
    queue: str
    tries: list[int] = field(default_factory=list)


class TelegramSimulator:
    """One bot and the people who write to it. ``time_scale`` shortens the platform's waits."""

    def __init__(self, token: str = TOKEN, *, secret: str = "s3cret", time_scale: float = 0.01) -> None:
        self.api = TelegramApi(token, USERNAME)
        self.token, self.secret, self.time_scale = token, secret, time_scale
        self.webhook_url = ""
        self.api_base = ""
        self.updates: list[Update] = []
        self.faults: list[Update] = []
        self.deliver_twice_every = 0
        self.languages: dict[int, str] = {}
        self._ids = itertools.count(8000)
        self._albums = itertools.count(1)
        self._queues: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._http = httpx.AsyncClient(trust_env=False, timeout=TRY_SECONDS)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.api_base = await self._stack.enter_async_context(listening(self.api.app))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.api.hang_up()
        await self._http.aclose()
        await self._stack.aclose()

    # ── what people do ───────────────────────────────────────────────────────────────────────────────────────────────

    async def say(self, user: int, text: str, **more: Any) -> Update:
        return await self.message(user, text=text, **more)

    async def press(self, user: int, label: str, *, bubble: Bubble | None = None, chat: int | None = None) -> Update:
        """Press the newest button with this label, in private or in that group, or the one below a given bubble."""
        shown = [bubble] if bubble else reversed(self.api.inbox[chat or user])
        for candidate in shown:
            for button in itertools.chain.from_iterable(candidate.buttons):
                if button["text"] == label:
                    return await self.press_key(user, button["callback_data"], candidate.message)
        raise AssertionError(f"no button {label}")

    async def press_key(self, user: int, key: str, message: Json | None = None) -> Update:
        """A button press with any key, as a forger could make one."""
        query_id = str(5_000_000 + len(self.api.pressed))
        self.api.pressed[query_id] = False
        self.api.known.update({message["chat"]["id"]} if message else {user})
        message = message or {"chat": _chat(user), "message_id": 1, "date": 0}
        query = {"id": query_id, "from": self._user(user), "message": message, "chat_instance": "1", "data": key}
        return await self.deliver(self._update("callback_query", query, queue=f"button:{user}"))

    def note_of(self, pressed: Update) -> str:
        """What whoever pressed a button was shown for it."""
        return str(self.api.notes[pressed.body["callback_query"]["id"]].get("text", ""))

    async def share_phone(self, user: int, phone: str) -> Update:
        """Touch the key that sends one's own number; there has to be one."""
        keys = itertools.chain.from_iterable(self.api.keyboards.get(user, ()))
        assert any(key.get("request_contact") for key in keys), "no key shares a number"
        return await self.send_contact(user, phone, owner=user)

    async def forward(self, user: int, update: Update) -> Update:
        """What was sent before, once more as a message of its own: its files are the same ones."""
        content = update.body["message"].items()
        own = {name: value for name, value in content if name not in ("message_id", "date", "from", "chat")}
        return await self.message(user, **own)

    async def send_photo(self, user: int, content: bytes, caption: str = "", **more: Any) -> Update:
        """A picture, in three sizes as the platform makes them."""
        ids = [self.api.add_file(content, f"photos/file_{len(self.api.files)}.jpg") for _ in range(3)]
        sizes = [
            {"file_id": i, "file_unique_id": i[4:], "width": w, "height": w, "file_size": len(content)}
            for i, w in zip(ids, (90, 1280, 320), strict=True)
        ]
        return await self.message(user, photo=sizes, **({"caption": caption} if caption else {}), **more)

    async def send_album(self, user: int, contents: list[bytes], caption: str = "") -> list[Update]:
        """Several pictures sent at once: updates of their own, the caption with the first."""
        group = f"138{next(self._albums):014d}"
        return [
            await self.send_photo(user, content, caption if index == 0 else "", media_group_id=group)
            for index, content in enumerate(contents)
        ]

    async def send_voice(self, user: int, content: bytes) -> Update:
        return await self.message(user, voice=self._stored(content, "voice/file_1.oga", duration=3))

    async def send_video(self, user: int, content: bytes) -> Update:
        video = self._stored(content, "videos/file_1.mp4", width=320, height=240, duration=3, mime_type="video/mp4")
        return await self.message(user, video=video)

    async def send_document(self, user: int, content: bytes, name: str, mime: str) -> Update:
        document = self._stored(content, "documents/file_1.bin", file_name=name, mime_type=mime)
        return await self.message(user, document=document)

    async def send_sticker(self, user: int) -> Update:
        size: Json = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return await self.message(user, sticker=self._stored(b"webp", "stickers/1.webp", **size))

    async def send_contact(self, user: int, phone: str, owner: int | None, name: str = "A") -> Update:
        card: Json = {"phone_number": phone, "first_name": name} | ({} if owner is None else {"user_id": owner})
        return await self.message(user, contact=card)

    async def send_place(self, user: int, title: str, latitude: float = 0, longitude: float = 0) -> Update:
        location = {"latitude": latitude, "longitude": longitude}
        return await self.message(
            user, venue={"location": location, "title": title, "address": ""}, location=location
        )  # fmt: skip

    async def edit(self, user: int, update: Update, text: str) -> Update:
        """Change the words of an earlier message, or those below its picture."""
        before = update.body["message"]
        words = {"text": text} if "text" in before else {"caption": text}
        return await self.deliver(self._update("edited_message", before | words | {"edit_date": _now()}))

    async def block(self, user: int) -> Update:
        self.api.blocked.add(user)
        return await self._membership(user, "member", "kicked")

    async def unblock(self, user: int, *, by_start_button: bool = False) -> Update:
        self.api.blocked.discard(user)
        update = await self._membership(user, "kicked", "member")
        return await self.say(user, "/start") if by_start_button else update

    async def message(self, user: int, chat: Json | None = None, **content: Any) -> Update:
        return await self.deliver(self._update("message", self._message(user, chat, **content)))

    # ── groups ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def group(self, chat: int, *topics: int, kind: str = "supergroup") -> Json:
        """A group with the bot in it, with topics where any are named."""
        about = {"type": kind, "title": "G", **({"is_forum": True} if topics else {})}
        self.api.groups[chat] = about
        self.api.known.add(chat)
        if topics:
            self.api.topics[chat] = set(topics)
        return {"id": chat, **about}

    def remove_topic(self, chat: int, topic: int) -> None:
        """The platform tells a bot nothing of that."""
        self.api.topics[chat].discard(topic)

    async def say_in(
        self, user: int, chat: int, text: str, *, topic: int = 0, to: Bubble | None = None
    ) -> Update | None:
        """Words in a group. In privacy mode the bot hears of commands, of its name and of replies to it; else None."""
        if not (text.startswith("/") or f"@{self.api.username}" in text or to is not None):
            return None
        more: Json = {"is_topic_message": True, "message_thread_id": topic} if topic else {}
        if to is not None:
            more["reply_to_message"] = to.message
        return await self.message(user, self._group(chat), text=text, **more)

    async def join(self, chat: int, *people: int) -> Update:
        return await self.message(people[0], self._group(chat), new_chat_members=[self._user(user) for user in people])

    async def go(self, chat: int, user: int) -> Update:
        return await self.message(user, self._group(chat), left_chat_member=self._user(user))

    async def let_in(self, user: int, chat: int) -> Update:
        self.api.kicked.discard(chat)
        return await self._membership(user, "left", "member", self._group(chat))

    async def throw_out(self, user: int, chat: int) -> Update:
        """Somebody removes the bot from a group."""
        self.api.kicked.add(chat)
        return await self._membership(user, "member", "kicked", self._group(chat))

    async def upgrade(self, user: int, chat: int, to: int) -> None:
        """A group becomes a supergroup: a service message in each of them; whoever writes to the old one is told the new id."""
        self.api.migrated[chat] = to
        old, new = self._group(chat) | {"type": "group"}, self.group(to)
        await self.message(user, old, migrate_to_chat_id=to)
        await self.message(user, new, migrate_from_chat_id=chat)

    def _group(self, chat: int) -> Json:
        return {"id": chat, **self.api.groups[chat]}

    # ── what the platform does ───────────────────────────────────────────────────────────────────────────────────────

    def inbox_of(self, chat: int) -> list[Bubble]:
        return list(self.api.inbox[chat])

    @property
    def waiting_buttons(self) -> list[str]:
        """Pressed buttons that still show that they wait."""
        return [query for query, released in self.api.pressed.items() if not released]

    async def redeliver(self, update: Update | None = None) -> Update:
        """The same update once more."""
        return await self.deliver(update or self.updates[-1])

    async def deliver(self, update: Update) -> Update:
        """Bring an update to the bot; returns when it is acknowledged, or given up."""
        telegram_facts.check("Update", update.body)
        if not self.webhook_url:
            return await self._offer(update)
        async with self._queues[update.queue]:
            times = 2 if self._is_doubled(update) else 1
            for _ in range(times):
                await self._post(update)
        return update

    def _is_doubled(self, update: Update) -> bool:
        every = self.deliver_twice_every
        return bool(every) and update.body["update_id"] % every == 0

    async def _post(self, update: Update) -> None:
        for wait in WAITS:
            status = await self._try(update)
            update.tries.append(status)
            if 200 <= status < 300:
                return
            await asyncio.sleep(wait * self.time_scale)
        self.faults.append(update)

    async def _try(self, update: Update) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret}
        try:
            answer = await self._http.post(self.webhook_url, json=update.body, headers=headers)
        except httpx.HTTPError:
            return 0
        if answer.is_success and answer.content:
            self.api.answered(answer.json())
        return answer.status_code

    async def _offer(self, update: Update) -> Update:
        """Into the queue for who polls; confirmed when the next question comes with a higher offset."""
        self.api.pending.append(update.body)
        while update.body in self.api.pending:
            await asyncio.sleep(0.002)
        return update

    async def _membership(self, user: int, old: str, new: str, chat: Json | None = None) -> Update:
        change = {
            "chat": chat or _chat(user), "from": self._user(user), "date": _now(),
            "old_chat_member": self._member(old), "new_chat_member": self._member(new),
        }  # fmt: skip
        return await self.deliver(self._update("my_chat_member", change))

    def _member(self, status: str) -> Json:
        until = {"until_date": 0} if status == "kicked" else {}
        return {"user": self.api.me(), "status": status, **until}

    def _message(self, user: int, chat: Json | None = None, **content: Any) -> Json:
        self.api.known.add(chat["id"] if chat else user)
        text = content.get("text", "")
        if text.startswith("/"):
            length = telegram_facts.utf16_length(text.split()[0])
            content = content | {"entities": [{"type": "bot_command", "offset": 0, "length": length}]}
        head = {"message_id": self.api.next_message_id(), "from": self._user(user), "date": _now()}
        return {**head, "chat": chat or _chat(user), **content}

    def _update(self, kind: str, body: Json, queue: str = "", update_id: int | None = None) -> Update:
        number = next(self._ids) if update_id is None else update_id
        update = Update({"update_id": number, kind: body}, queue or f"chat:{body['chat']['id']}")
        self.updates.append(update)
        return update

    def restart_ids(self, at: int) -> None:
        """After a quiet week the next id may be any number, a smaller one too."""
        self._ids = itertools.count(at)

    def _user(self, user: int) -> Json:
        language = self.languages.get(user, "zh-hans")
        return {"id": user, "is_bot": False, "first_name": "A", "language_code": language}

    def _stored(self, content: bytes, path: str, **more: Any) -> Json:
        file_id = self.api.add_file(content, f"{len(self.api.files)}/{path}")
        return {"file_id": file_id, "file_unique_id": file_id[4:], "file_size": len(content), **more}


def _user(user: int) -> Json:
    return {"id": user, "is_bot": False, "first_name": "A", "language_code": "zh-hans"}


def _chat(user: int) -> Json:
    return {"id": user, "type": "private", "first_name": "A"}


def _now() -> int:
    return int(time.time())
