"""The public look-up: number and query code in, the case's progress out. Wrong, unknown and locked look the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console import pages
from console.views import StatusSettings, StatusView
from core.errors import StoreUnavailable
from core.languages import LANGUAGE_COOKIE, chosen, preferred
from core.messages import Language
from core.throttle import Rate, Throttle, network

YEAR = 365 * 24 * 3600
MAX_BODY_BYTES = 4096
MAX_FIELD_CHARACTERS = 64

RATE = Rate(burst=30, per_second=0.5)
"""Of one network. The lock on wrong codes is in the database; this keeps guessing from filling it."""

LookUp = Callable[[str, str, str], Awaitable[StatusView | None]]
"""``look_up(number, code, asker)``: the case, or None for wrong, unknown and locked alike, in the same time.

The number comes as typed; the words of the view are in the language the case was filed in.
"""

OpenLink = Callable[[str], Awaitable[StatusView | None]]
"""``open_link(token)``: the case whose notice this link is for, or None for a link that is forged, torn or over."""

MAX_TOKEN_CHARACTERS = 128


def status_router(
    look_up: LookUp, open_link: OpenLink, settings: StatusSettings, throttle: Throttle | None = None
) -> APIRouter:
    """``GET`` shows the form, ``POST`` the answer; nothing that was typed is ever in a URL.

    The number alone may be in the address that opens the form: a slip has it in its QR code, and it is no secret. A link that was
    sent with a notice opens its case without either while it is good. ``throttle`` may be one of several pages that open links.
    """
    router, throttle = APIRouter(include_in_schema=False), throttle or Throttle(RATE)

    @router.get("/status")
    async def form(request: Request) -> Response:
        number = _field({"number": request.query_params.getlist("number")}, "number")
        if wish := chosen(request.query_params.get("language")):
            return _remember_language(wish, number, settings.secure)
        return _page(request, settings, "form", number=number)

    @router.post("/status")
    async def answer(request: Request) -> Response:
        asker = network(request.client.host if request.client else "")
        if throttle.wait(asker):
            return _page(request, settings, "busy", status=429)
        number, code = await _typed(request)
        try:
            view = await look_up(number, code, asker)
        except StoreUnavailable:
            return _page(request, settings, "unavailable", status=503)
        return _page(request, settings, "found" if view else "not_found", view)

    @router.get("/status/n/{token}")
    async def linked(request: Request, token: str) -> Response:
        if throttle.wait(network(request.client.host if request.client else "")):
            return _page(request, settings, "busy", status=429)
        try:
            view = await open_link(token) if len(token) <= MAX_TOKEN_CHARACTERS else None
        except StoreUnavailable:
            return _page(request, settings, "unavailable", status=503)
        return _page(request, settings, "found" if view else "over", view)

    return router


def _page(
    request: Request,
    settings: StatusSettings,
    outcome: str,
    view: StatusView | None = None,
    status: int = 200,
    number: str = "",
) -> Response:
    html = pages.status(language_of(request), settings, outcome, view, number)
    return HTMLResponse(html, status, {"Cache-Control": "no-store"})


async def _typed(request: Request) -> tuple[str, str]:
    """The two fields of the form; what is too long or no form at all is as good as nothing typed."""
    body = b""
    async for chunk in request.stream():
        body = (body + chunk)[: MAX_BODY_BYTES + 1]
    if len(body) > MAX_BODY_BYTES:
        return "", ""
    fields = parse_qs(body.decode("utf-8", "replace"))
    return _field(fields, "number"), _field(fields, "code")


def _field(fields: Mapping[str, list[str]], name: str) -> str:
    typed = (fields.get(name) or [""])[0].replace("\0", "").strip()
    return typed if len(typed) <= MAX_FIELD_CHARACTERS else ""


def language_of(request: Request) -> Language:
    return chosen(request.cookies.get(LANGUAGE_COOKIE)) or preferred(request.headers.get("accept-language", ""))


def _remember_language(wish: Language, number: str, secure: bool) -> Response:
    response = RedirectResponse(f"/status?number={quote(number)}" if number else "/status", 303)
    response.set_cookie(LANGUAGE_COOKIE, wish, max_age=YEAR, path="/", secure=secure, httponly=True, samesite="lax")
    return response
