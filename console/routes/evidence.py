"""The evidence of one case for one member of staff, by a link that they were given in their own chat.

What a citizen sent may be made to harm whoever opens it: nothing of it is taken for a page, and only pictures are shown.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from console import pages
from console.routes.status import MAX_TOKEN_CHARACTERS, language_of
from console.views import EvidenceFile, EvidenceView
from core.errors import StoreUnavailable
from core.messages import Language
from core.throttle import Throttle, network

PATH = "/evidence"
MAX_POSITION_DIGITS = 6

SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
"""What every browser shows and runs nothing of; all else is saved."""

CLOSED = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""A file is no page of ours: it loads nothing, runs nothing, stands in no frame and has no origin."""

PICTURE = f"{CLOSED}; style-src 'unsafe-inline'"
"""By style a browser fits a picture to its window; a picture brings none of its own."""

OpenList = Callable[[str], Awaitable[EvidenceView | None]]
"""``open_list(token)``: the evidence that this link is for; None for one that is forged, over, or of somebody who may not any more."""

OpenFile = Callable[[str, int], Awaitable[EvidenceFile | None]]
"""``open_file(token, position)``: one of these files; None as above."""


def evidence_router(
    open_list: OpenList, open_file: OpenFile, title: Mapping[Language, str], throttle: Throttle
) -> APIRouter:
    """``GET`` alone, and nothing is used up by it: the platform of the chat opens a link before its reader does.

    The list says no more than the chat did, for that reason. ``throttle`` is the one of the status page's links.
    """
    router = APIRouter(include_in_schema=False)

    @router.get(f"{PATH}/{{token}}")
    async def listed(request: Request, token: str) -> Response:
        if _must_wait(request, throttle):
            return _page(request, title, "busy", status=429)
        try:
            view = await open_list(token) if len(token) <= MAX_TOKEN_CHARACTERS else None
        except StoreUnavailable:
            return _page(request, title, "unavailable", status=503)
        return _page(request, title, "found", view, token) if view else _page(request, title, "over", status=404)

    @router.get(f"{PATH}/{{token}}/{{position}}")
    async def content(request: Request, token: str, position: str) -> Response:
        if _must_wait(request, throttle):
            return _page(request, title, "busy", status=429)
        try:
            fits = len(token) <= MAX_TOKEN_CHARACTERS
            file = await open_file(token, _number(position)) if fits else None
        except StoreUnavailable:
            return _page(request, title, "unavailable", status=503)
        if file is None:
            return _page(request, title, "over", status=404)
        return _content(file) if file.state == "stored" else _page(request, title, file.state, None, token, 404)

    return router


def _must_wait(request: Request, throttle: Throttle) -> bool:
    return bool(throttle.wait(network(request.client.host if request.client else "")))


def _number(typed: str) -> int:
    """The number of a file; 0, which none has, for what is none."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= MAX_POSITION_DIGITS else 0


def _page(
    request: Request,
    title: Mapping[Language, str],
    outcome: str,
    view: EvidenceView | None = None,
    token: str = "",
    status: int = 200,
) -> Response:
    html = pages.evidence(language_of(request), title, outcome, view, f"{PATH}/{token}" if token else "")
    return HTMLResponse(html, status, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


def _content(file: EvidenceFile) -> Response:
    how, policy = ("inline", PICTURE) if file.mime in SHOWN else ("attachment", CLOSED)
    return Response(
        file.content,
        media_type=file.mime,
        headers={
            "Content-Disposition": f'{how}; filename="{file.name}"',
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
        },
    )
