"""A scripted service behind the web chat: it keeps the conversation as the database would, in memory."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fastapi import FastAPI

from app.headers import SecurityHeaders
from app.page_files import PageFiles
from bots.webchat.client import WebChannel
from bots.webchat.config import WebchatSettings
from bots.webchat.page import pages
from bots.webchat.webhook import chat_router
from core.errors import FetchRefused, StoreUnavailable
from core.messages import Address, Choice, FetchedFile, InboundMessage, Line, OutboundMessage

SIGNING_KEY = b"a key of the test"
SETTINGS = WebchatSettings(
    "http://127.0.0.1:8000",
    title={"zh": "临江市政务服务中心", "en": "Linjiang Service Center"},
    zone="Asia/Shanghai",
    phone="0571-12345",
    max_files=4,
    max_megabytes=1,
)
MENU = OutboundMessage("您要投诉哪一类？", (Choice("kind:meal", "饭菜"), Choice("kind:staff", "服务态度")))
RECEIPT = OutboundMessage("已登记，这是您的投诉编号：", copyable="2026-000017")


class MemoryUploads:
    """Uploads as the store keeps them, without the encryption."""

    def __init__(self) -> None:
        self.files: dict[str, FetchedFile] = {}

    async def save(self, content: bytes, name: str, mime: str) -> str:
        reference = f"upload-{len(self.files) + 1}"
        self.files[reference] = FetchedFile(content, name, mime)
        return reference

    async def load(self, reference: str) -> FetchedFile:
        if reference not in self.files:
            raise FetchRefused(reason="gone")
        return self.files[reference]

    async def drop(self, reference: str) -> None:
        self.files.pop(reference, None)


@dataclass
class Service:
    """Answers once per dedupe key, with the stored answer afterwards."""

    uploads: MemoryUploads = field(default_factory=MemoryUploads)
    conversations: dict[Address, list[Line]] = field(default_factory=dict)
    received: list[InboundMessage] = field(default_factory=list)
    kept: list[InboundMessage] = field(default_factory=list)
    answers: dict[str, tuple[OutboundMessage, ...]] = field(default_factory=dict)
    fault: Exception | None = None
    slowness: float = 0.0
    lose_answers: bool = False
    cursor: int = 0

    def __post_init__(self) -> None:
        self.channel = WebChannel(self.uploads)

    async def receive(self, message: InboundMessage) -> tuple[OutboundMessage, ...]:
        if self.fault:
            raise self.fault
        await asyncio.sleep(self.slowness)
        if message.dedupe_key not in self.answers:
            self.answers[message.dedupe_key] = self._carry_out(message)
        if self.lose_answers:
            raise RuntimeError("the answer was lost on the way")
        return self.answers[message.dedupe_key]

    async def keep(self, message: InboundMessage) -> None:
        self.kept.append(message)

    async def history(self, address: Address, after: int | None, limit: int) -> list[Line]:
        if isinstance(self.fault, StoreUnavailable):
            raise self.fault
        lines = self.conversations.get(address, [])
        return [line for line in lines if after is None or line.cursor > after][-limit:]

    def say(self, address: Address, message: OutboundMessage) -> None:
        self.cursor += 1
        self._line(address, "out", message.text, message.choices, message.copyable)

    async def push(self, address: Address, text: str) -> None:
        self.say(address, OutboundMessage(text))
        await self.channel.send(address, OutboundMessage(text), "a key")

    def app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)
        app.add_middleware(SecurityHeaders)
        app.mount("/chat/static", PageFiles(directory=pages.STATIC))
        app.include_router(
            chat_router(self.receive, self.keep, self.history, self.uploads, SIGNING_KEY, self.channel, SETTINGS)
        )
        return app

    def _carry_out(self, message: InboundMessage) -> tuple[OutboundMessage, ...]:
        self.received.append(message)
        names = tuple(attachment.name for attachment in message.attachments)
        replies = self._replies(message)
        self.cursor += 1
        self._line(message.address, "in", message.text, files=names)
        for reply in replies:
            self._line(message.address, "out", reply.text, reply.choices, reply.copyable)
        return replies

    def _replies(self, message: InboundMessage) -> tuple[OutboundMessage, ...]:
        if message.kind == "files":
            return (OutboundMessage(f"已收到{len(message.attachments)}个文件"),)
        scripted = {"我要投诉": (MENU,), "提交": (RECEIPT,)}
        return scripted.get(message.text, (OutboundMessage(f"已记：{message.text}"),))

    def _line(self, address: Address, direction, text, choices=(), copyable="", files=()) -> None:  # type: ignore[no-untyped-def]
        lines = self.conversations.setdefault(address, [])
        lines.append(Line(self.cursor, direction, text, choices, copyable, datetime.now(UTC), files))
