"""How a platform says something to a server: one wire a platform, as bytes that are ready to be sent."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bench.load.connection import post

Words = Callable[[int], Sequence[str]]
"""What a person says, step by step."""

ACCOUNT = "gh_0123456789ab"
_IDS_EACH, _STEPS_MOST = 1024, 16
"""Messages have ids; so many are set aside for each person, and for each time they go through the dialogue."""

_CONTENT = re.compile(r"<Content><!\[CDATA\[(.*?)\]\]></Content>", re.DOTALL)
_ENCRYPTED = re.compile(rb"<Encrypt><!\[CDATA\[([^\]]*)\]\]>")


class Wire(Protocol):
    """One platform's way to say what people say."""

    steps: int

    def peer(self, person: int) -> str:
        """Who this is on the platform."""
        ...

    def request(self, person: int, step: int, again: int = 0) -> bytes:
        """One message as a whole HTTP request; asked for again, the same message is delivered again.

        ``again`` tells it from the same words said before.
        """
        ...

    def answer(self, body: bytes) -> str:
        """What the person reads in the answer to the request; empty where the answer comes by another way."""
        ...


class PlainWeChat:
    """Unencrypted callbacks with a signed address."""

    def __init__(self, words: Words, token: str, path: str = "/") -> None:
        self._words, self._token, self._path = words, token, path
        self.steps, self._said_at = len(words(0)), int(time.time())

    def peer(self, person: int) -> str:
        return f"o{person:027d}"

    def request(self, person: int, step: int, again: int = 0) -> bytes:
        now, nonce = str(int(time.time())), f"{person}{step}"
        query = f"signature={self._sign(now, nonce)}&timestamp={now}&nonce={nonce}&openid={self.peer(person)}"
        return post(f"{self._path}?{query}", self._message(person, step, again).encode(), "Content-Type: text/xml")

    def answer(self, body: bytes) -> str:
        found = _CONTENT.search(body.decode("utf-8", "replace"))
        return found[1] if found else ""

    def _message(self, person: int, step: int, again: int = 0) -> str:
        return (
            f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>"
            f"<FromUserName><![CDATA[{self.peer(person)}]]></FromUserName>"
            f"<CreateTime>{self._said_at}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content><![CDATA[{self._words(person)[step]}]]></Content>"
            f"<MsgId>{24_000_000_000_000_000 + _id(person, step, again)}</MsgId></xml>"
        )

    def _sign(self, *parts: str) -> str:
        return hashlib.sha1("".join(sorted((self._token, *parts))).encode()).hexdigest()


class SealedWeChat(PlainWeChat):
    """Callbacks in safe mode: sealed on the way there, opened on the way back."""

    def __init__(self, words: Words, token: str, path: str, app_id: str, aes_key: str) -> None:
        super().__init__(words, token, path)
        key = base64.b64decode(aes_key + "=")
        self._app_id, self._cipher = app_id.encode(), Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def request(self, person: int, step: int, again: int = 0) -> bytes:
        now, nonce = str(int(time.time())), f"{person}{step}"
        encrypted = self._encrypt(self._message(person, step, again).encode())
        query = (
            f"signature={self._sign(now, nonce)}&timestamp={now}&nonce={nonce}&openid={self.peer(person)}"
            f"&encrypt_type=aes&msg_signature={self._sign(now, nonce, encrypted)}"
        )
        body = f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        return post(f"{self._path}?{query}", body.encode(), "Content-Type: text/xml")

    def answer(self, body: bytes) -> str:
        found = _ENCRYPTED.search(body)
        return super().answer(self._decrypt(found[1])) if found else ""

    def _encrypt(self, content: bytes) -> str:
        block = os.urandom(16) + len(content).to_bytes(4, "big") + content + self._app_id
        padding = 32 - len(block) % 32
        sealer = self._cipher.encryptor()
        return base64.b64encode(sealer.update(block + bytes([padding]) * padding) + sealer.finalize()).decode()

    def _decrypt(self, encrypted: bytes) -> bytes:
        opener = self._cipher.decryptor()
        block = opener.update(base64.b64decode(encrypted)) + opener.finalize()
        return block[20 : 20 + int.from_bytes(block[16:20], "big")]


class Telegram:
    """Updates to a webhook. ``pressed`` are the steps that press a button, and what each brings back."""

    def __init__(self, words: Words, pressed: Mapping[int, str], path: str, secret: str) -> None:
        self._words, self._pressed, self._path = words, pressed, path
        self._headers = ("Content-Type: application/json", f"X-Telegram-Bot-Api-Secret-Token: {secret}")
        self.steps, self._said_at = len(words(0)), int(time.time())

    def peer(self, person: int) -> str:
        return str(100_000_000 + person)

    def request(self, person: int, step: int, again: int = 0) -> bytes:
        return post(self._path, json.dumps(self._update(person, step, again)).encode(), *self._headers)

    def answer(self, body: bytes) -> str:
        return ""

    def _update(self, person: int, step: int, again: int = 0) -> dict[str, Any]:
        number = 10_000_000 + _id(person, step, again)
        who = {"id": int(self.peer(person)), "is_bot": False, "first_name": f"U{person}", "language_code": "zh-hans"}
        message = {"message_id": 100 + step, "date": self._said_at, "chat": {"id": who["id"], "type": "private"}}
        if step in self._pressed:
            asked = {**message, "from": {"id": 123456, "is_bot": True, "first_name": "Bot"}, "text": "?"}
            press = {
                "id": str(number),
                "from": who,
                "chat_instance": "1",
                "data": self._pressed[step],
                "message": asked,
            }
            return {"update_id": number, "callback_query": press}
        return {"update_id": number, "message": {**message, "from": who, **self._said(person, step)}}

    def _said(self, person: int, step: int) -> dict[str, Any]:
        if step == 0:
            return {"text": "/start", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]}
        return {"text": self._words(person)[step]}


def _id(person: int, step: int, again: int) -> int:
    return person * _IDS_EACH + again * _STEPS_MOST + step
