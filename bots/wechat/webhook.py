"""The callback: every request is checked, read once, and answered within the platform's five seconds.

The platform is told either the reply itself or ``success``, and never ``success`` before the message is safe.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.types import ASGIApp, Scope, Send
from starlette.types import Receive as Incoming

from bots.tencent.body import body_of
from bots.tencent.callback import DEADLINE_SECONDS, NOT_KEPT, Callback, plain
from bots.tencent.crypto import Cipher, Envelopes, Forged, Query
from bots.tencent.wire import Body, read, write
from bots.wechat.config import MAX_BODY_BYTES, WeChatSettings
from bots.wechat.parse import Call, parse
from bots.wechat.reception import Keep, Receive, Reception
from bots.wechat.render import passive
from bots.wechat.reports import Reports, Take, ignore

log = logging.getLogger(__name__)

WallClock = Callable[[], datetime]


def wechat_callback(
    settings: WeChatSettings,
    receive: Receive,
    keep: Keep,
    take: Take = ignore,
    *,
    deadline_seconds: float = DEADLINE_SECONDS,
    clock: WallClock = lambda: datetime.now(UTC),
) -> ASGIApp:
    """Answers what comes to the callback's address.

    ``receive`` answers a message, ``keep`` makes it safe when that takes too long. ``take`` writes down what the platform
    reports.
    """
    calls = _Calls(settings, Reception(receive, keep), Reports(take), clock)
    return Callback(log, calls.echo, calls.take, deadline_seconds)


class _Calls:
    """What the account is asked and told."""

    def __init__(self, settings: WeChatSettings, reception: Reception, reports: Reports, clock: WallClock) -> None:
        keys = (settings.aes_key, settings.aes_key_previous)
        self._envelopes = Envelopes(settings.token, keys, settings.app_id)
        self._allow_plain = settings.allow_plain
        self._ours = settings.subscribe_template
        self._reception, self._reports, self._clock = reception, reports, clock

    def echo(self, query: Query) -> ASGIApp:
        """What the platform said is to be said again."""
        self._envelopes.check_address(query, self._clock())
        return plain(query.get("echostr", ""))

    async def take(self, query: Query, receive: Incoming, ends_at: float) -> ASGIApp:
        """One message or event."""
        is_sealed = "msg_signature" in query or query.get("encrypt_type") == "aes"
        if not (is_sealed or self._allow_plain):
            raise Forged("plain messages are not taken: anybody can forge them")
        envelope = await body_of(receive, ends_at, MAX_BODY_BYTES)
        body, cipher = (self._opened if is_sealed else self._checked)(envelope, query)
        return await self._reply(parse(body), cipher, ends_at)

    def _opened(self, envelope: Body, query: Query) -> tuple[Body, Cipher]:
        """What is inside. In compatible mode the open fields are not looked at: no signature covers them."""
        opened = self._envelopes.open(envelope.fields.get("Encrypt", ""), query, self._clock())
        return read(opened.text), opened.cipher

    def _checked(self, body: Body, query: Query) -> tuple[Body, None]:
        self._envelopes.check_address(query, self._clock())
        return body, None

    async def _reply(self, call: Call, cipher: Cipher | None, ends_at: float) -> ASGIApp:
        if call.message is None:
            self._pass_on(call)
            return SUCCESS
        try:
            replies = await self._reception.replies_to(call.message, ends_at)
        except Exception as error:  # noqa: BLE001 - the edge: the platform delivers again what we could not keep
            log.critical("a message could not be kept: %s", type(error).__name__)
            return NOT_KEPT
        text = passive(replies)
        return self._written(call, text, cipher) if text else SUCCESS

    def _pass_on(self, call: Call) -> None:
        """Of what a person allows only our own form concerns us; it may be one of many on the account."""
        for report in call.reports:
            if report.kind in ("arrived", "failed") or report.reference == self._ours:
                self._reports.put(report)

    def _written(self, call: Call, text: str, cipher: Cipher | None) -> ASGIApp:
        """The reply in the format and under the key the message came with."""
        now = self._clock()
        answer = write(_fields(call, text, now), is_json=call.is_json)
        if cipher:
            answer = write(self._envelopes.seal(answer, cipher, now), is_json=call.is_json)
        return _Written(answer.encode(), JSON if call.is_json else XML)


class _Written:
    """An answer as the server takes it, without what a Response does to find out its headers."""

    __slots__ = ("_body", "_kind")

    def __init__(self, body: bytes, kind: tuple[bytes, bytes]) -> None:
        self._body, self._kind = body, kind

    async def __call__(self, scope: Scope, receive: Incoming, send: Send) -> None:
        headers = [(b"content-length", b"%d" % len(self._body)), self._kind]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self._body})


def _fields(call: Call, text: str, now: datetime) -> dict[str, str | int]:
    return {
        "ToUserName": call.openid,
        "FromUserName": call.account,
        "CreateTime": int(now.timestamp()),
        "MsgType": "text",
        "Content": text,
    }


SUCCESS = plain("success")
JSON, XML = (b"content-type", b"application/json"), (b"content-type", b"text/xml; charset=utf-8")
