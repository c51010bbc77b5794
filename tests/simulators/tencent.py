"""What the simulators of WeChat and WeCom have in common: one platform in front of a callback, and its API."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NamedTuple, Self

import httpx
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp

from tests.simulators.wechat_serving import Served

TRY_SECONDS = 5.0


class Try(NamedTuple):
    """One delivery of a callback: its status (0 when it was cut off), answer and seconds."""

    status: int
    answer: str
    seconds: float


@dataclass
class Fault:
    """What a path answers instead of its own answer: an error code, or one of html, json, slow, lost, cut, status."""

    kind: str | int
    times: int
    value: float = 0


class Api:
    """What was called, by the platform's own clock, and faults on request."""

    app: ASGIApp

    def __init__(self) -> None:
        self.offset = 0.0
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.faults: dict[str, list[Fault]] = defaultdict(list)

    def now(self) -> float:
        return time.time() + self.offset

    def fail(self, path: str, kind: str | int, times: int = 1, value: float = 0) -> None:
        """Let the next calls of a path go wrong; ``times=-1`` for ever."""
        self.faults[path].append(Fault(kind, times, value))

    def count(self, path: str) -> int:
        return sum(1 for called, _ in self.calls if called == path)

    def _next_fault(self, path: str) -> Fault | None:
        for fault in self.faults[path]:
            if fault.times:
                fault.times -= 1
                return fault
        return None


def strange(kind: str | int) -> Response:
    """What somebody else says in the platform's place."""
    if kind == "html":
        return HTMLResponse("<html><title>Please log in to the network</title></html>")
    assert kind == "json", kind
    return JSONResponse({"login": "required"})


class Platform:
    """Delivers to ``callback_url``, and serves its API. ``time_scale`` shortens the platform's five seconds."""

    api: Api

    def __init__(self, callback_url: str, time_scale: float) -> None:
        self.callback_url, self.time_scale = callback_url, time_scale
        self._served = Served(self.api.app)
        self.api_base = self._served.url
        self._http = httpx.AsyncClient(trust_env=False, limits=httpx.Limits())
        self.tries: list[Try] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()
        self._served.stop()

    def advance(self, seconds: float) -> None:
        """Let time pass on the platform: windows close, tokens, media and codes end, minutes go by."""
        self.api.offset += seconds

    async def _try(self, query: dict[str, str], body: str) -> Try:
        began = time.monotonic()
        try:
            async with asyncio.timeout(TRY_SECONDS * self.time_scale):
                answer = await self._http.post(
                    self.callback_url,
                    params=query,
                    content=body.encode(),
                    headers={"Content-Type": "text/xml"},
                    timeout=None,
                )
        except (TimeoutError, httpx.HTTPError):
            return Try(0, "", time.monotonic() - began)
        return Try(answer.status_code, answer.text, time.monotonic() - began)
