"""One request to the platform's API, and the one place where its faults become errors of ours."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from bots.wechat.codes import refusal
from core.errors import TryLater

_MAX_ANSWER_BYTES = 1024 * 1024
_CONNECT_SECONDS, _READ_SECONDS = 5.0, 10.0
_ASK_SECONDS, _DOWNLOAD_SECONDS = 15.0, 60.0

Answer = Mapping[str, object]
Params = Mapping[str, str]


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
    """The platform's HTTP API at one address."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url,
            timeout=httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS),
            headers={"Accept-Encoding": "identity"},
            transport=_TokenTransport(httpx.AsyncHTTPTransport()),
            trust_env=False,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def ask(self, path: str, body: Mapping[str, object], token: str = "") -> Answer:
        """Post JSON, get the answer's fields. Raises TryLater, Held, Undeliverable or ChannelStopped."""
        return await self._answer(
            self._http.build_request("POST", path, json=dict(body), extensions={"access_token": token})
        )

    async def look(self, path: str, token: str) -> Answer:
        """Get the fields of what can only be read. Raises as ``ask`` does."""
        return await self._answer(self._http.build_request("GET", path, extensions={"access_token": token}))

    async def _answer(self, request: httpx.Request) -> Answer:
        try:
            content, _ = await self._exchange(request, _MAX_ANSWER_BYTES, _ASK_SECONDS)
        except TooLarge:
            raise TryLater("something else than WeChat answered", "length") from None
        return answer_of(content)

    async def download(self, url: str, params: Params, limit: int, token: str = "") -> Download:
        """Get a file. Raises TryLater, or TooLarge as soon as more than ``limit`` bytes came."""
        request = self._http.build_request("GET", url, params=params or None, extensions={"access_token": token})
        content, headers = await self._exchange(request, limit, _DOWNLOAD_SECONDS)
        mime = headers.get("content-type", "").partition(";")[0].strip().lower()
        return Download(content, mime, headers.get("content-disposition", ""))

    async def _exchange(self, request: httpx.Request, limit: int, seconds: float) -> tuple[bytes, httpx.Headers]:
        try:
            async with asyncio.timeout(seconds):
                return await self._read(request, limit)
        except (httpx.HTTPError, TimeoutError) as error:
            fault = type(error).__name__
            raise TryLater(f"WeChat could not be reached ({fault})", fault) from None

    async def _read(self, request: httpx.Request, limit: int) -> tuple[bytes, httpx.Headers]:
        response = await self._http.send(request, stream=True)
        try:
            _check_status(response)
            return await _capped(response, limit), response.headers
        finally:
            await response.aclose()


def answer_of(content: bytes) -> Answer:
    """The fields of a JSON answer. A gateway's page also comes with status 200, so only an object is an answer."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise TryLater("something else than WeChat answered", "html")
    code = answer.get("errcode", 0)
    if code != 0:
        raise refusal(code if isinstance(code, int) else -1, str(answer.get("errmsg", "")))
    return answer


def _check_status(response: httpx.Response) -> None:
    if response.status_code != 200:
        seconds = re.fullmatch("[0-9]{1,5}", response.headers.get("retry-after", ""))
        after = float(seconds[0]) if seconds else None
        raise TryLater(f"WeChat answered with status {response.status_code}", str(response.status_code), after)


async def _capped(response: httpx.Response, limit: int) -> bytes:
    content = bytearray()
    async for piece in response.aiter_raw():
        content += piece
        if len(content) > limit:
            raise TooLarge
    return bytes(content)


class _TokenTransport(httpx.AsyncBaseTransport):
    """Puts the access token into the address below the client, whose log lines and errors quote addresses."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        token = request.extensions.get("access_token")
        if not token:
            return await self._inner.handle_async_request(request)
        url = request.url.copy_merge_params({"access_token": token})
        addressed = httpx.Request(
            request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions
        )
        return await self._inner.handle_async_request(addressed)

    async def aclose(self) -> None:
        await self._inner.aclose()
