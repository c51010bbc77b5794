"""The shell of a callback: two kinds of request, each answered in time, and a bare status for what is refused."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bots.tencent.crypto import Forged, Query
from bots.tencent.wire import query_of
from core.errors import BadEnvelope

DEADLINE_SECONDS = 4.0
"""Of the platform's five, from the request's start: the rest is for the way back."""

Echo = Callable[[Query], ASGIApp]
"""Answers the question whether this address is ours, which the platform asks when the operator saves it. Raises BadEnvelope."""

Take = Callable[[Query, Receive, float], Coroutine[Any, Any, ASGIApp]]
"""Takes one message or event in, and answers by a moment of the running loop's clock. Raises BadEnvelope."""


class Callback:
    """The two requests the platform makes. ``log`` is the channel's own."""

    def __init__(self, log: logging.Logger, echo: Echo, take: Take, deadline_seconds: float) -> None:
        self._log, self._echo, self._take, self._seconds = log, echo, take, deadline_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whoever sent what is refused learns a bare status, so that forging teaches nothing; the log has the reason."""
        try:
            response = await self._respond(scope, receive)
        except BadEnvelope as error:
            self._log.info("a callback was refused: %s", error)
            response = FORGED if isinstance(error, Forged) else MALFORMED
        await response(scope, receive, send)

    async def _respond(self, scope: Scope, receive: Receive) -> ASGIApp:
        query = query_of(scope["query_string"])
        if scope["method"] == "POST":
            return await self._take(query, receive, asyncio.get_running_loop().time() + self._seconds)
        return self._echo(query) if scope["method"] == "GET" else OTHER_METHOD


def plain(text: str) -> Response:
    """An answer in words, which no browser takes for anything else."""
    return Response(text, media_type="text/plain", headers={"X-Content-Type-Options": "nosniff"})


FORGED, MALFORMED, NOT_KEPT = Response(status_code=403), Response(status_code=400), Response(status_code=503)
OTHER_METHOD = Response(status_code=405, headers={"Allow": "GET, POST"})
