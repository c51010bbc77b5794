"""One request to the platform's API, and the one place where its faults become errors of ours."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from core.errors import DeliveryError, TryLater

_MAX_ANSWER_BYTES = 1024 * 1024
_CONNECT_SECONDS, _READ_SECONDS = 5.0, 10.0
_ASK_SECONDS, _DOWNLOAD_SECONDS = 15.0, 60.0

Answer = Mapping[str, object]
Params = Mapping[str, str]
Refusal = Callable[[int, str], DeliveryError]
"""The error that a code of the platform stands for, with the words that came with it."""


class TooLarge(Exception):
    """An answer is longer than what we take."""


@dataclass(frozen=True, slots=True)
class Download:
    """What came back for a file: the file, or the platform's reason in JSON."""

    content: bytes
    mime: str
    disposition: str

    @property
    def is_text(self) -> bool:
        return self.mime == "application/json" or self.mime.startswith("text/")


class Api:
    """A platform's HTTP API at one address: what it is ``called``, and what its ``refusal`` is in errors of ours."""

    def __init__(self, base_url: str, called: str, refusal: Refusal) -> None:
        self._called, self._refusal = called, refusal
        self._http = httpx.AsyncClient(
            base_url=base_url,
            timeout=httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS),
            headers={"Accept-Encoding": "identity"},
            transport=_HidingTransport(httpx.AsyncHTTPTransport()),
            trust_env=False,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def ask(self, path: str, body: Mapping[str, object], token: str = "") -> Answer:
        """Post JSON, get the answer's fields. Raises TryLater, Held, Undeliverable or ChannelStopped."""
        return await self._answer(self._http.build_request("POST", path, json=dict(body), extensions=_hidden(token)))

    async def look(self, path: str, token: str) -> Answer:
        """Get the fields of what can only be read. Raises as ``ask`` does."""
        return await self.look_with(path, {"access_token": token})

    async def look_with(self, path: str, secrets: Params) -> Answer:
        """As ``look``, by parameters that no log line may quote."""
        return await self._answer(self._http.build_request("GET", path, extensions={HIDDEN: dict(secrets)}))

    async def _answer(self, request: httpx.Request) -> Answer:
        try:
            content, _ = await self._exchange(request, _MAX_ANSWER_BYTES, _ASK_SECONDS)
        except TooLarge:
            raise self.strange("length") from None
        return self.answer_of(content)

    def answer_of(self, content: bytes) -> Answer:
        """The fields of a JSON answer. A gateway's page also comes with status 200, so only an object is an answer."""
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise self.strange("html")
        code = answer.get("errcode", 0)
        if code != 0:
            raise self._refusal(code if isinstance(code, int) else -1, str(answer.get("errmsg", "")))
        return answer

    def strange(self, code: str) -> TryLater:
        """What came is no answer of the platform's."""
        return TryLater(f"something else than {self._called} answered", code)

    async def download(self, url: str, params: Params, limit: int, token: str = "") -> Download:
        """Get a file. Raises TryLater, or TooLarge as soon as more than ``limit`` bytes came."""
        request = self._http.build_request("GET", url, params=params or None, extensions=_hidden(token))
        content, headers = await self._exchange(request, limit, _DOWNLOAD_SECONDS)
        mime = headers.get("content-type", "").partition(";")[0].strip().lower()
        return Download(content, mime, headers.get("content-disposition", ""))

    async def _exchange(self, request: httpx.Request, limit: int, seconds: float) -> tuple[bytes, httpx.Headers]:
        try:
            async with asyncio.timeout(seconds):
                return await self._read(request, limit)
        except (httpx.HTTPError, TimeoutError) as error:
            fault = type(error).__name__
            raise TryLater(f"{self._called} could not be reached ({fault})", fault) from None

    async def _read(self, request: httpx.Request, limit: int) -> tuple[bytes, httpx.Headers]:
        response = await self._http.send(request, stream=True)
        try:
            self._check_status(response)
            return await _capped(response, limit), response.headers
        finally:
            await response.aclose()

    def _check_status(self, response: httpx.Response) -> None:
        if response.status_code != 200:
            seconds = re.fullmatch("[0-9]{1,5}", response.headers.get("retry-after", ""))
            after = float(seconds[0]) if seconds else None
            status = response.status_code
            raise TryLater(f"{self._called} answered with status {status}", str(status), after)


async def _capped(response: httpx.Response, limit: int) -> bytes:
    content = bytearray()
    async for piece in response.aiter_raw():
        content += piece
        if len(content) > limit:
            raise TooLarge
    return bytes(content)


HIDDEN = "hidden_params"


def _hidden(token: str) -> dict[str, object]:
    return {HIDDEN: {"access_token": token}} if token else {}


class _HidingTransport(httpx.AsyncBaseTransport):
    """Puts tokens and secrets into the address below the client, whose log lines and errors quote addresses."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        hidden = request.extensions.get(HIDDEN)
        if not hidden:
            return await self._inner.handle_async_request(request)
        url = request.url.copy_merge_params(hidden)
        addressed = httpx.Request(
            request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions
        )
        return await self._inner.handle_async_request(addressed)

    async def aclose(self) -> None:
        await self._inner.aclose()
