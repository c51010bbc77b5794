"""The callback: every request is checked, read once, and acknowledged within the platform's five seconds.

It is acknowledged when the message is safe; the reply goes out by itself, since an answer here could hold no buttons.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.responses import Response
from starlette.types import ASGIApp, Scope, Send
from starlette.types import Receive as Incoming

from bots.tencent.body import content_of
from bots.tencent.crypto import Envelopes, Forged, Query
from bots.tencent.wire import decode, query_of, read
from bots.wecom.config import MAX_BODY_BYTES, WeComSettings
from bots.wecom.parse import parse
from bots.wecom.reception import Cards, Keep, Receive, Reception
from core.errors import BadEnvelope

log = logging.getLogger(__name__)

WallClock = Callable[[], datetime]

DEADLINE_SECONDS = 4.0
"""Of the platform's five, from the request's start: the rest is for the way back."""


def wecom_callback(
    settings: WeComSettings,
    cards: Cards,
    receive: Receive,
    keep: Keep,
    *,
    deadline_seconds: float = DEADLINE_SECONDS,
    clock: WallClock = lambda: datetime.now(UTC),
) -> ASGIApp:
    """Answers what comes to the callback's address.

    ``receive`` takes a message in and has it answered, ``keep`` makes it safe when that takes too long or fails.
    """
    return _Callback(settings, Reception(cards, receive, keep), deadline_seconds, clock)


class _Callback:
    """The two requests the platform makes."""

    def __init__(self, settings: WeComSettings, reception: Reception, seconds: float, clock: WallClock) -> None:
        self._corp_id, self._agent_id = settings.corp_id, settings.agent_id
        self._envelopes = Envelopes(settings.token, (settings.aes_key,), settings.corp_id)
        self._reception, self._seconds, self._clock = reception, seconds, clock

    async def __call__(self, scope: Scope, receive: Incoming, send: Send) -> None:
        """Whoever sent what is refused learns a bare status, so that forging teaches nothing; the log has the reason."""
        try:
            response = await self._respond(scope, receive)
        except BadEnvelope as error:
            log.info("a callback was refused: %s", error)
            response = FORGED if isinstance(error, Forged) else MALFORMED
        await response(scope, receive, send)

    async def _respond(self, scope: Scope, receive: Incoming) -> Response:
        query = query_of(scope["query_string"])
        if scope["method"] == "POST":
            return await self._take(query, receive)
        return self._echo(query) if scope["method"] == "GET" else OTHER_METHOD

    def _echo(self, query: Query) -> Response:
        """The platform asks whether this address is ours, when the operator saves it: what it sealed is to be said openly."""
        # A plus sign that was not escaped in the address reads as a space, which base64 does not have.
        sealed = query.get("echostr", "").replace(" ", "+")
        return _plain(self._envelopes.open(sealed, query, self._clock()).text)

    async def _take(self, query: Query, receive: Incoming) -> Response:
        """One message or event. Nothing outside the envelope is believed."""
        ends_at = asyncio.get_running_loop().time() + self._seconds
        envelope = read(decode(await content_of(receive, ends_at, MAX_BODY_BYTES)))
        opened = self._envelopes.open(envelope.fields.get("Encrypt", ""), query, self._clock())
        call = parse(read(opened.text), self._corp_id, self._agent_id)
        try:
            await self._reception.take(call, ends_at)
        except Exception as error:  # noqa: BLE001 - the edge: the platform delivers again what we could not keep
            log.critical("a message could not be kept: %s", type(error).__name__)
            return NOT_KEPT
        return TAKEN


def _plain(text: str) -> Response:
    return Response(text, media_type="text/plain", headers={"X-Content-Type-Options": "nosniff"})


TAKEN = _plain("")
FORGED, MALFORMED, NOT_KEPT = Response(status_code=403), Response(status_code=400), Response(status_code=503)
OTHER_METHOD = Response(status_code=405, headers={"Allow": "GET, POST"})
