"""The web chat over HTTP: the page, its JSON API and the stream of new lines."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import wraps
from traceback import format_tb

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse

from bots.webchat import events, multipart, parse, render
from bots.webchat.client import WebChannel
from bots.webchat.config import (
    COOKIE_SECONDS,
    LINES_ON_RETURN,
    MAX_BODY_BYTES,
    History,
    Keep,
    Receive,
    Uploads,
    WebchatSettings,
)
from bots.webchat.guards import READS_PER_POST, Gate, Refusal, is_cross_site, refusal_of
from bots.webchat.identity import Identities
from bots.webchat.page import pages
from core.errors import StoreUnavailable
from core.languages import LANGUAGE_COOKIE, chosen, preferred
from core.messages import Address, Attachment, InboundMessage, Language, OutboundMessage

log = logging.getLogger(__name__)
NO_STORE = {"Cache-Control": "no-store"}
MAX_PAGES_OPEN = 8
Handler = Callable[[Request], Awaitable[Response]]


def chat_router(
    receive: Receive,
    keep: Keep,
    history: History,
    uploads: Uploads,
    signing_key: bytes,
    channel: WebChannel,
    settings: WebchatSettings,
) -> APIRouter:
    """The routes of the chat. ``receive`` answers a message, ``keep`` makes it durable when the database is away."""
    chat = _Chat(receive, keep, history, uploads, Identities(signing_key, settings.secure), channel, settings)
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/", chat.page, methods=["GET"])
    router.add_api_route("/chat/history", _polite(chat.lines), methods=["GET"])
    router.add_api_route("/chat/events", _polite(chat.events), methods=["GET"])
    router.add_api_route("/chat/messages", _polite(chat.post_message), methods=["POST"])
    router.add_api_route("/chat/files", _polite(chat.post_files), methods=["POST"])
    return router


class _Chat:
    """What the handlers share."""

    def __init__(
        self,
        receive: Receive,
        keep: Keep,
        history: History,
        uploads: Uploads,
        identities: Identities,
        channel: WebChannel,
        settings: WebchatSettings,
    ) -> None:
        self._receive, self._keep, self._history = receive, keep, history
        self._uploads, self._identities, self._channel = uploads, identities, channel
        self._settings = settings
        self._posts, self._reads = Gate(), Gate(READS_PER_POST)

    async def page(self, request: Request) -> Response:
        if wish := chosen(request.query_params.get("language")):
            return _remember_language(RedirectResponse("/", 303), wish, self._settings.secure)
        response = HTMLResponse(pages.html(self._settings, _language(request)), headers=NO_STORE)
        self._identities.remember(response, self._identities.of(request))
        return response

    async def lines(self, request: Request) -> Response:
        after = request.query_params.get("after")
        lines = await self._history(self._reader(request), _cursor(after) if after else None, LINES_ON_RETURN)
        return JSONResponse([render.line(line) for line in lines], headers=NO_STORE)

    async def events(self, request: Request) -> Response:
        address = self._reader(request)
        if self._channel.pages_open(address) >= MAX_PAGES_OPEN:
            raise Refusal(429, "busy", 30)
        after = _cursor(request.headers.get("last-event-id") or request.query_params.get("after") or "0")
        lines = events.stream(address, after, self._history, self._channel)
        headers = NO_STORE | {"X-Accel-Buffering": "no"}
        return StreamingResponse(lines, media_type="text/event-stream", headers=headers)

    async def post_message(self, request: Request) -> Response:
        address = self._writer(request)
        posted = parse.fields(await _body(request))
        return await self._answer(request, parse.message(address, posted, datetime.now(UTC), _wish(request)))

    async def post_files(self, request: Request) -> Response:
        address = self._writer(request)
        saved: list[Attachment] = []
        try:
            client_id = await self._save_files(request, saved)
            message = parse.files_message(address, client_id, saved, datetime.now(UTC), _wish(request))
        except BaseException:
            # Files of a message that never became one would wait for nobody.
            for attachment in saved:
                await self._uploads.drop(attachment.reference)
            raise
        return await self._answer(request, message)

    def _reader(self, request: Request) -> Address:
        return self._admit(request, self._reads)

    def _writer(self, request: Request) -> Address:
        if is_cross_site(request.headers, self._settings.base_url):
            raise Refusal(403, "cross_site")
        return self._admit(request, self._posts)

    def _admit(self, request: Request, gate: Gate) -> Address:
        address = self._identities.of(request)
        gate.admit(address.peer, request.client.host if request.client else "")
        return address

    async def _save_files(self, request: Request, saved: list[Attachment]) -> str:
        client_id = ""
        content_type = request.headers.get("content-type", "")
        async for part in multipart.parts(request.stream(), content_type, self._settings.max_file_bytes):
            if part.filename is None:
                client_id = part.text if part.name == "id" else client_id
            elif len(saved) == self._settings.max_files:
                raise Refusal(413, "too_many")
            elif part.content:
                saved.append(await self._save(part))
        return client_id

    async def _save(self, part: multipart.Part) -> Attachment:
        name = parse.file_name(part.filename or "")
        reference = await self._uploads.save(bytes(part.content), name, part.mime)
        return parse.attachment(reference, name, part.mime, len(part.content))

    async def _answer(self, request: Request, message: InboundMessage) -> Response:
        try:
            response = _replies(await self._receive(message), 200)
        except StoreUnavailable:
            await self._keep(message)
            response = _replies((OutboundMessage(_sentence(request, "kept")),), 202)
        self._channel.wake(message.address)
        self._identities.remember(response, message.address)
        return response


def _polite(handler: Handler) -> Handler:
    """Every failure becomes a status, a key and a sentence in the visitor's language; none shows its insides."""

    @wraps(handler)
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Exception as error:  # noqa: BLE001 - the webhook edge: nothing may leave it as a bare 500.
            refusal = refusal_of(error)
            if refusal.status == 500:
                _report(error)
            return _refused(request, refusal)

    return answer


def _report(error: Exception) -> None:
    """Log where it failed but not the error's own message, which may quote what a person wrote."""
    log.error("%s\n%s", type(error).__name__, "".join(format_tb(error.__traceback__)))


def _refused(request: Request, refusal: Refusal) -> Response:
    headers = NO_STORE | ({"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {})
    body = {"error": refusal.key, "message": _sentence(request, refusal.key)}
    return JSONResponse(body, refusal.status, headers)


def _replies(replies: tuple[OutboundMessage, ...], status: int) -> Response:
    return JSONResponse({"replies": [render.reply(reply) for reply in replies]}, status, NO_STORE)


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise parse.TooLong
    return body


def _wish(request: Request) -> Language | None:
    return chosen(request.cookies.get(LANGUAGE_COOKIE))


def _language(request: Request) -> Language:
    return _wish(request) or preferred(request.headers.get("accept-language", ""))


def _sentence(request: Request, key: str) -> str:
    return pages.texts(_language(request))["errors"][key]


def _remember_language(response: Response, wish: Language, secure: bool) -> Response:
    response.set_cookie(
        LANGUAGE_COOKIE, wish, max_age=COOKIE_SECONDS, path="/", secure=secure, httponly=True, samesite="lax"
    )
    return response


def _cursor(text: str) -> int:
    """A cursor from a URL or header; what is no number up to 64 bits counts as the beginning."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
