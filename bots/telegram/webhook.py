"""``POST /telegram``: every request is checked, read once, and acknowledged as soon as what it says is safe."""

from __future__ import annotations

import hmac
import logging

from fastapi import HTTPException, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bots.telegram.config import MAX_BODY_BYTES, RELEASE
from bots.telegram.reception import Reception
from bots.telegram.render import Release
from core.errors import Overloaded, SettingsError
from core.records import pack, unpack

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of the header, not what is in it
ONLY_POST = Response(status_code=405, headers={"Allow": "POST"})
TAKEN = Response()
LATER = Response(status_code=503, headers={"Retry-After": "5"})


def telegram_callback(secret: str, reception: Reception) -> ASGIApp:
    """Answers what comes to the webhook's address. Without a secret anybody could speak for anybody, so there is none without."""
    if not secret:
        raise SettingsError("the Telegram webhook needs a secret")
    return _Webhook(secret, reception)


class _Webhook:
    """The one request the platform makes."""

    def __init__(self, secret: str, reception: Reception) -> None:
        self._header, self._secret = SECRET_HEADER.lower().encode(), secret.encode()
        self._reception = reception

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._take(scope, receive) if scope["method"] == "POST" else ONLY_POST
        except HTTPException as refused:
            response = Response(status_code=refused.status_code)
        await response(scope, receive, send)

    async def _take(self, scope: Scope, receive: Receive) -> Response:
        """One update. Only what could not be made safe is refused: the platform then delivers it again."""
        self._check_secret(scope)
        update = _decoded(await _content(receive))
        try:
            pressed = await self._reception.take(update)
        except Exception as error:  # noqa: BLE001 - the edge: the platform delivers again what we could not keep
            if not isinstance(error, Overloaded):
                log.critical("an update could not be kept: %s", type(error).__name__)
            return LATER
        return _released(pressed) if pressed else TAKEN

    def _check_secret(self, scope: Scope) -> None:
        """Exactly one header with exactly the secret; whoever sends another learns a bare status."""
        given = [value for name, value in scope["headers"] if name == self._header]
        if len(given) != 1 or not hmac.compare_digest(given[0], self._secret):
            log.info("a call without the secret was refused")
            raise HTTPException(403)


def _released(pressed: Release) -> Response:
    """An answer may carry one call of ours."""
    call = {"method": RELEASE, **pressed.fields}
    return Response(pack(call), media_type="application/json")


def _decoded(content: bytes) -> object:
    """What is no JSON is no update; the reception will note it."""
    try:
        return unpack(content)
    except (ValueError, RecursionError):
        return None


async def _content(receive: Receive) -> bytes:
    """The body, nearly always in one piece."""
    content, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HTTPException(400)
        content, more = content + message.get("body", b""), message.get("more_body", False)
        if len(content) > MAX_BODY_BYTES:
            raise HTTPException(413)
    return content
