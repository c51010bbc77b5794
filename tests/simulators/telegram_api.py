"""The Bot API as a server: methods checked against their description, chats, files, and faults on request."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.simulators import telegram_facts

FILE_BYTES = 20 * 1024 * 1024
GROUP_MINUTE, MINUTE = 20, 60.0
"""So many messages a group takes from a bot in so many seconds."""
Json = dict[str, Any]


GROUP: Json = {"type": "supergroup", "title": "G"}


@dataclass
class Bubble:
    """A message of the bot as its reader sees it."""

    message: Json
    buttons: list[list[Json]] = field(default_factory=list)
    keys: list[list[Json]] = field(default_factory=list)
    """Of the keyboard that came with it, in place of the letters."""

    @property
    def text(self) -> str:
        return str(self.message["text"])

    @property
    def labels(self) -> list[list[str]]:
        return [[button["text"] for button in row] for row in self.buttons]

    def copyable(self) -> list[str]:
        """What one touch copies."""
        units = self.text.encode("utf-16-le")
        return [
            units[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le")
            for entity in self.message.get("entities", ())
            if entity["type"] == "code"
        ]


@dataclass
class Fault:
    """What a method answers instead of its own answer: a refusal, or one of html, json, slow, lost."""

    kind: int | str
    words: str = ""
    parameters: Json = field(default_factory=dict)
    seconds: float = 0
    times: int = 1


class Refusal(Exception):
    def __init__(self, code: int, words: str, **parameters: int) -> None:
        self.code = code
        self.answer: Json = {"ok": False, "error_code": code, "description": words}
        if parameters:
            self.answer["parameters"] = parameters


class TelegramApi:
    """The state of one bot on the platform, and the methods that change it."""

    def __init__(self, token: str, username: str) -> None:
        self.token, self.username = token, username
        self.known: set[int] = set()
        self.blocked: set[int] = set()
        self.deactivated: set[int] = set()
        self.migrated: dict[int, int] = {}
        self.groups: dict[int, Json] = {}
        self.topics: dict[int, set[int]] = {}
        self.kicked: set[int] = set()
        self.silenced: set[int] = set()
        self.notes: dict[str, Json] = {}
        self._lately: dict[int, deque[float]] = defaultdict(deque)
        self.inbox: dict[int, list[Bubble]] = defaultdict(list)
        self.calls: list[tuple[str, Json]] = []
        self.refused: list[str] = []
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.files: dict[str, tuple[str, bytes]] = {}
        self.pressed: dict[str, bool] = {}
        self.keyboards: dict[int, list[list[Json]]] = {}
        self.commands: dict[str, list[Json]] = {}
        self.webhook: Json = {"url": ""}
        self.pending: list[Json] = []
        self._asking: asyncio.Event | None = None
        self._message_ids = itertools.count(1000)
        self.app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._method, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._file),
            ]
        )
        self._methods: dict[str, Callable[[Json], Any]] = {
            "getMe": lambda values: self.me(), "sendMessage": self._send_message, "editMessageText": self._edit_text, "getFile": self._get_file,
            "editMessageReplyMarkup": self._edit_markup, "answerCallbackQuery": self._answer_callback,
            "setMyCommands": self._set_commands, "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook, "getWebhookInfo": self._webhook_info,
        }  # fmt: skip

    def fail(self, method: str, fault: Fault) -> None:
        """Let the next calls of a method go wrong; ``times=-1`` for ever."""
        self.faults[method].append(fault)

    def count(self, method: str) -> int:
        return sum(called == method for called, _ in self.calls)

    def hang_up(self) -> None:
        """Let nobody wait any longer for updates."""
        if self._asking:
            self._asking.set()

    def next_message_id(self) -> int:
        return next(self._message_ids)

    def add_file(self, content: bytes, path: str) -> str:
        file_id = f"AgAC{len(self.files):08d}"
        self.files[file_id] = (path, content)
        return file_id

    async def _method(self, request: Request) -> Response:
        try:
            result = await self._called(request, request.path_params["method"])
        except Refusal as refusal:
            return JSONResponse(refusal.answer, refusal.code)
        return result if isinstance(result, Response) else JSONResponse({"ok": True, "result": result})

    async def _called(self, request: Request, method: str) -> Any:
        if request.path_params["token"] != self.token:
            raise Refusal(401, "Unauthorized")
        if method != "getUpdates" and method not in self._methods:
            raise Refusal(404, "Not Found")
        try:
            values = telegram_facts.call(method, await _fields(request))
        except telegram_facts.NotAllowed as fault:
            self.refused.append(f"{method}: {fault}")
            raise Refusal(400, f"Bad Request: {fault}") from None
        self.calls.append((method, values))
        fault = self._next_fault(method)
        if fault and fault.kind not in ("slow", "lost"):
            return _go_wrong(fault)
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        result = await self._get_updates(values) if method == "getUpdates" else self._methods[method](values)
        return Response("", status_code=502) if fault and fault.kind == "lost" else result

    def _next_fault(self, method: str) -> Fault | None:
        for fault in self.faults[method]:
            if fault.times:
                fault.times -= 1
                return fault
        return None

    def me(self) -> Json:
        return {"id": int(self.token.partition(":")[0]), "is_bot": True, "first_name": "B", "username": self.username}

    def _send_message(self, values: Json) -> Json:
        chat = int(values["chat_id"])
        if chat in self.migrated:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refusal(400, words, migrate_to_chat_id=self.migrated[chat])
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat in self.deactivated:
            raise Refusal(403, "Forbidden: user is deactivated")
        if chat not in self.known:
            raise Refusal(400, "Bad Request: chat not found")
        if chat < 0:
            self._check_group(chat, values.get("message_thread_id"))
        kind = {"type": "private", "first_name": "A"} if chat > 0 else self.groups.get(chat, GROUP)
        message = {
            "message_id": self.next_message_id(), "date": int(time.time()), "chat": {"id": chat, **kind},
            "from": self.me(), "text": values["text"],
            **{name: values[name] for name in ("entities", "message_thread_id") if name in values},
            **({"is_topic_message": True} if chat in self.topics and "message_thread_id" in values else {}),
        }  # fmt: skip
        markup = values.get("reply_markup", {})
        if "inline_keyboard" in markup:
            message["reply_markup"] = markup
        self.inbox[chat].append(Bubble(message, markup.get("inline_keyboard", []), markup.get("keyboard", [])))
        self._change_keyboard(chat, markup)
        return message

    def _check_group(self, chat: int, topic: int | None) -> None:
        kind = self.groups.get(chat, GROUP)["type"]
        if chat in self.kicked:
            raise Refusal(403, f"Forbidden: bot was kicked from the {kind} chat")
        if chat in self.silenced:
            raise Refusal(400, "Bad Request: not enough rights to send text messages to the chat")
        if topic is not None and topic not in self.topics.get(chat, {topic}):
            raise Refusal(400, "Bad Request: message thread not found")
        lately, now = self._lately[chat], time.monotonic()
        while lately and now - lately[0] >= MINUTE:
            lately.popleft()
        if len(lately) >= GROUP_MINUTE:
            after = int(MINUTE - (now - lately[0])) + 1
            raise Refusal(429, f"Too Many Requests: retry after {after}", retry_after=after)
        lately.append(now)

    def _change_keyboard(self, chat: int, markup: Json) -> None:
        """A keyboard stays where the letters were until another message takes it away."""
        if "keyboard" in markup:
            self.keyboards[chat] = markup["keyboard"]
        elif "remove_keyboard" in markup:
            self.keyboards.pop(chat, None)

    def answered(self, values: Json) -> None:
        """A method in the answer to a webhook call: done like any other, and its outcome told to nobody."""
        method = values.pop("method")
        try:
            self._methods[method](telegram_facts.call(method, values))
        except telegram_facts.NotAllowed as fault:
            self.refused.append(f"{method}: {fault}")
        except Refusal:
            return

    def _edit_text(self, values: Json) -> Json:
        chat = int(values["chat_id"])
        if chat in self.kicked:
            raise Refusal(403, "Forbidden: bot was kicked from the supergroup chat")
        buttons = values.get("reply_markup", {}).get("inline_keyboard", [])
        for bubble in self.inbox[chat]:
            if bubble.message["message_id"] == values["message_id"]:
                if (bubble.text, bubble.buttons) == (values["text"], buttons):
                    raise Refusal(400, "Bad Request: message is not modified")
                bubble.message |= {"text": values["text"], "entities": values.get("entities", [])}
                bubble.buttons = buttons
                return bubble.message
        raise Refusal(400, "Bad Request: message to edit not found")

    def _edit_markup(self, values: Json) -> Json:
        for bubble in self.inbox[int(values["chat_id"])]:
            if bubble.message["message_id"] == values["message_id"]:
                buttons = values.get("reply_markup", {}).get("inline_keyboard", [])
                if buttons == bubble.buttons:
                    raise Refusal(400, "Bad Request: message is not modified")
                bubble.buttons = buttons
                return bubble.message
        raise Refusal(400, "Bad Request: message to edit not found")

    def _answer_callback(self, values: Json) -> bool:
        query = values["callback_query_id"]
        if self.pressed.get(query, True):
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.pressed[query] = True
        self.notes[query] = values
        return True

    def _get_file(self, values: Json) -> Json:
        if values["file_id"] not in self.files:
            raise Refusal(400, "Bad Request: invalid file_id")
        path, content = self.files[values["file_id"]]
        if len(content) > FILE_BYTES:
            raise Refusal(400, "Bad Request: file is too big")
        return {
            "file_id": values["file_id"], "file_unique_id": values["file_id"][4:], "file_path": path,
            "file_size": len(content),
        }  # fmt: skip

    def _set_commands(self, values: Json) -> bool:
        assert all(1 <= len(command["description"]) <= 256 for command in values["commands"])
        self.commands[values.get("language_code", "")] = values["commands"]
        return True

    def _set_webhook(self, values: Json) -> bool:
        self.webhook = values
        return True

    def _delete_webhook(self, values: Json) -> bool:
        self.webhook = {"url": ""}
        return True

    def _webhook_info(self, values: Json) -> Json:
        return {
            "url": self.webhook["url"], "has_custom_certificate": False, "pending_update_count": len(self.pending)
        }  # fmt: skip

    async def _get_updates(self, values: Json) -> list[Json]:
        """Long polling. What lies below the offset is confirmed; a second caller ends the first one's waiting."""
        if self.webhook["url"]:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active; delete it first")
        if self._asking:
            self._asking.set()
        mine = self._asking = asyncio.Event()
        if values.get("offset", 0) > 0:
            self.pending = [update for update in self.pending if update["update_id"] >= values["offset"]]
        ends_at = time.monotonic() + values.get("timeout", 0)
        while not self.pending and time.monotonic() < ends_at and not mine.is_set():
            await asyncio.sleep(0.005)
        if mine.is_set():
            raise Refusal(409, "Conflict: terminated by other getUpdates request")
        self._asking = None
        return self.pending[:100]

    async def _file(self, request: Request) -> Response:
        path = request.path_params["path"]
        content = next((content for known, content in self.files.values() if known == path), None)
        if request.path_params["token"] != self.token or content is None:
            return JSONResponse({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
        return Response(content, media_type="application/octet-stream")


async def _fields(request: Request) -> Json:
    """From the address, and from a form or JSON in the body."""
    body = await request.body()
    fields: Json = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        return fields | dict(json.loads(body))
    return fields | dict(parse_qsl(body.decode(), keep_blank_values=True))


def _go_wrong(fault: Fault) -> Response:
    if fault.kind == "html":
        return Response("<html><title>Please log in to the network</title></html>", media_type="text/html")
    if fault.kind == "json":
        return JSONResponse({"login": "required"})
    assert isinstance(fault.kind, int)
    raise Refusal(fault.kind, fault.words, **fault.parameters)
