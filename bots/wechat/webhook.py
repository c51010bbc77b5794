"""The callback: every request is checked, read once, and answered within the platform's five seconds.

The platform is told either the reply itself or ``success``, and never ``success`` before the message is safe.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from fastapi import HTTPException, Request, Response
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Scope, Send
from starlette.types import Receive as Incoming

from bots.wechat.config import MAX_BODY_BYTES, WeChatSettings
from bots.wechat.crypto import Cipher, Envelopes, Query
from bots.wechat.parse import Call, parse
from bots.wechat.reception import Keep, Receive, Reception
from bots.wechat.render import passive
from bots.wechat.wire import Body, decode, read, write
from core.errors import BadEnvelope

log = logging.getLogger(__name__)

WallClock = Callable[[], datetime]

DEADLINE_SECONDS = 4.0
"""Of the platform's five, from the request's start: the rest is for the way back."""


def wechat_callback(
    settings: WeChatSettings,
    receive: Receive,
    keep: Keep,
    *,
    deadline_seconds: float = DEADLINE_SECONDS,
    clock: WallClock = lambda: datetime.now(UTC),
) -> ASGIApp:
    """Answers what comes to the callback's address.

    ``receive`` answers a message, ``keep`` makes it safe when that takes too long.
    """
    return _Callback(settings, Reception(receive, keep), deadline_seconds, clock)


class _Callback:
    """The two requests the platform makes."""

    def __init__(self, settings: WeChatSettings, reception: Reception, seconds: float, clock: WallClock) -> None:
        self._envelopes, self._allow_plain = Envelopes(settings), settings.allow_plain
        self._reception, self._seconds, self._clock = reception, seconds, clock

    async def __call__(self, scope: Scope, receive: Incoming, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._respond(request)
        except HTTPException as refused:
            response = Response(status_code=refused.status_code)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if request.method == "POST":
            return await self.answer(request)
        if request.method == "GET":
            return await self.echo(request)
        return Response(status_code=405, headers={"Allow": "GET, POST"})

    async def echo(self, request: Request) -> Response:
        """The platform asks whether this address is ours, when the operator saves it in the console."""
        with _refused_with(403):
            self._envelopes.check_address(request.query_params, self._clock())
        return _plain(request.query_params.get("echostr", ""))

    async def answer(self, request: Request) -> Response:
        """One message or event."""
        ends_at = asyncio.get_running_loop().time() + self._seconds
        with _refused_with(403):
            self._check_mode(request.query_params)
        with _refused_with(400):
            envelope = read(decode(await _content(request, ends_at)))
        body, cipher = self._open(envelope, request.query_params)
        with _refused_with(400):
            call = parse(body)
        return await self._reply(call, cipher, ends_at)

    def _check_mode(self, query: Query) -> None:
        if not (self._allow_plain or _is_sealed(query)):
            raise BadEnvelope("plain messages are not taken: anybody can forge them")

    def _open(self, envelope: Body, query: Query) -> tuple[Body, Cipher | None]:
        """What is inside. In compatible mode the open fields are not looked at: no signature covers them."""
        if not _is_sealed(query):
            with _refused_with(403):
                self._envelopes.check_address(query, self._clock())
            return envelope, None
        with _refused_with(403):
            opened = self._envelopes.open(envelope.fields.get("Encrypt", ""), query, self._clock())
        with _refused_with(400):
            return read(opened.text), opened.cipher

    async def _reply(self, call: Call, cipher: Cipher | None, ends_at: float) -> Response:
        if call.message is None:
            return _plain("success")
        try:
            replies = await self._reception.replies_to(call.message, ends_at)
        except Exception as error:  # noqa: BLE001 - the edge: the platform delivers again what we could not keep
            log.critical("a message could not be kept: %s", type(error).__name__)
            return Response(status_code=503)
        text = passive(replies)
        return self._written(call, text, cipher) if text else _plain("success")

    def _written(self, call: Call, text: str, cipher: Cipher | None) -> Response:
        """The reply in the format and under the key the message came with."""
        answer = write(_fields(call, text, self._clock()), is_json=call.is_json)
        if cipher:
            answer = write(self._envelopes.seal(answer, cipher, self._clock()), is_json=call.is_json)
        return Response(answer, media_type="application/json" if call.is_json else "text/xml")


def _fields(call: Call, text: str, now: datetime) -> dict[str, str | int]:
    return {
        "ToUserName": call.openid,
        "FromUserName": call.account,
        "CreateTime": int(now.timestamp()),
        "MsgType": "text",
        "Content": text,
    }


def _is_sealed(query: Query) -> bool:
    return "msg_signature" in query or query.get("encrypt_type") == "aes"


def _plain(text: str) -> Response:
    return Response(text, media_type="text/plain", headers={"X-Content-Type-Options": "nosniff"})


@contextmanager
def _refused_with(status: int) -> Iterator[None]:
    """Whoever sent it learns a bare status, so that forging teaches nothing; the log has the reason."""
    try:
        yield
    except BadEnvelope as error:
        log.info("a callback was refused: %s", error)
        raise HTTPException(status) from None


async def _content(request: Request, ends_at: float) -> bytes:
    """The body, refused as soon as it is longer or slower than any genuine one."""
    try:
        async with asyncio.timeout_at(ends_at):
            return await _capped(request)
    except (TimeoutError, ClientDisconnect):
        raise BadEnvelope("the body did not arrive") from None


async def _capped(request: Request) -> bytes:
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > MAX_BODY_BYTES:
            raise BadEnvelope("the body is too long")
    return bytes(content)
