"""A Bot API and a WeChat API that answer at once: what a server sends is counted, and costs it little.

``python -m bench.load.sink PORT``. ``GET /_reset`` forgets everything; ``GET /_dump`` tells what each chat received and
when; ``GET /_count`` how many messages there were.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from typing import Any, cast
from urllib.parse import unquote_plus

import httptools
import uvloop

BOT = {
    "id": 123456,
    "is_bot": True,
    "first_name": "Bench",
    "username": "bench_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
_CHAT = re.compile(rb'(?:^|&)chat_id=([^&]*)|name="chat_id"\r\n(?:[^\r]+\r\n)*\r\n([^\r]*)|"chat_id":\s*"?(-?\d+)')
_TEXT = re.compile(
    rb'(?:^|&)text=([^&]*)|name="text"\r\n(?:[^\r]+\r\n)*\r\n(.*?)\r\n--|"text":\s*("(?:[^"\\]|\\.)*")', re.DOTALL
)
_TOKEN = {"access_token": "simulated", "expires_in": 7200}


class Received:
    """What came for each chat: when (seconds of the system's monotonic clock) and what."""

    def __init__(self) -> None:
        self.of: dict[str, list[tuple[float, str]]] = {}
        self.count = 0

    def add(self, chat: str, text: str) -> int:
        self.of.setdefault(chat, []).append((time.perf_counter(), text))
        self.count += 1
        return self.count

    def reset(self) -> None:
        self.of, self.count = {}, 0


received = Received()


def answer(path: str, body: bytes) -> Any:
    """What the API would say to a call that is right."""
    if path.startswith("/bot"):
        return {"ok": True, "result": _bot_api(path.rpartition("/")[2].lower(), body)}
    if path.startswith("/cgi-bin/"):
        return _wechat_api(path.rpartition("/")[2], body)
    return _own(path)


def _bot_api(method: str, body: bytes) -> Any:
    if method == "getme":
        return BOT
    if method != "sendmessage":
        return True
    chat, text = _found(_CHAT, body), _found(_TEXT, body)
    number = received.add(chat, text)
    where = {"id": int(chat or 0), "type": "private", "first_name": "U"}
    return {"message_id": 1000 + number, "date": int(time.time()), "from": BOT, "chat": where, "text": text or "x"}


def _wechat_api(method: str, body: bytes) -> Any:
    if "token" in method:
        return _TOKEN
    said = json.loads(body)
    received.add(said.get("touser", ""), said.get("text", {}).get("content", ""))
    return {"errcode": 0, "errmsg": "ok"}


def _own(path: str) -> Any:
    if path == "/_reset":
        received.reset()
    return received.of if path == "/_dump" else received.count


def _found(pattern: re.Pattern[bytes], body: bytes) -> str:
    """A field in a form, in a form of several parts, or in JSON: each library writes its own."""
    match = pattern.search(body)
    if match is None:
        return ""
    form, part, plain = match.groups()
    if form is not None:
        return unquote_plus(form.decode())
    return part.decode() if part is not None else str(json.loads(plain))


class Answering(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._parser = httptools.HttpRequestParser(self)
        self.on_message_begin()

    def data_received(self, content: bytes) -> None:
        try:
            self._parser.feed_data(content)
        except httptools.HttpParserError:
            self._transport.close()

    def on_message_begin(self) -> None:
        self._url, self._body = b"", b""

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        content = json.dumps(answer(self._url.decode().partition("?")[0], self._body)).encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(content)
        self._transport.write(head + content)


async def main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
