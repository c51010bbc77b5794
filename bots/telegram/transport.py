"""The library's way to the platform, over aiohttp: its own costs several times the work for each message sent."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final, cast

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from core.records import pack, record, unpack

# The library announces at every 429 that one attribute will change its type; this is how to say that we know.
os.environ.setdefault("PTB_TIMEDELTA", "true")

_MAX_ANSWER_BYTES = 8 * 1024 * 1024
"""A hundred updates come in one answer."""

_CONNECT_SECONDS, _READ_SECONDS = 5.0, 15.0
_CONNECTIONS: Final = 100
_TIMEOUT: Final = aiohttp.ClientTimeout(total=_READ_SECONDS + _CONNECT_SECONDS, connect=_CONNECT_SECONDS)
_AS_JSON: Final = {"Content-Type": "application/json"}


class TooLarge(Exception):
    """An answer is longer than what we take."""


@record(frozen=True, slots=True)
class _Fields:
    """Stands in for the library's RequestData, of which only ``parameters`` is read: JSON values by their names."""

    parameters: Mapping[str, object]


class Transport(BaseRequest):
    """HTTP to the Bot API. Reads no proxy from the environment, follows no redirect, writes no log line."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return _READ_SECONDS

    async def initialize(self) -> None:
        """Nothing to do: the first request opens what it needs, on the loop it runs on."""

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One call of a method; its fields travel as JSON. Files are never sent by us."""
        patience = _TIMEOUT if read_timeout is BaseRequest.DEFAULT_NONE else _patient(read_timeout)
        body = pack(request_data.parameters) if request_data else b"{}"
        try:
            return await self._exchange(method, url, body, patience, _MAX_ANSWER_BYTES)
        except TooLarge:
            raise NetworkError("something else than Telegram answered") from None

    async def call(self, url: str, fields: Mapping[str, object], read_timeout: float | None = None) -> Any:
        """One call with fields that are JSON already, its result as it came. Raises TelegramError.

        The library builds an object of each field, and of the whole message in the answer: most of the work of sending.
        """
        seconds = BaseRequest.DEFAULT_NONE if read_timeout is None else read_timeout
        return await self.post(url, cast(RequestData, _Fields(fields)), read_timeout=seconds)

    async def download(self, url: str, limit: int) -> tuple[int, bytes]:
        """Status and content of a file. Raises TelegramError, or TooLarge as soon as more than ``limit`` bytes came."""
        return await self._exchange("GET", url, None, _patient(60.0), limit)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """An answer of the platform. A gateway's page may come with status 200, and must not end up in a log."""
        try:
            answer = unpack(payload)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or not {"result", "description"} & answer.keys():
            raise TelegramError("something else than Telegram answered")
        return answer

    async def _exchange(
        self, method: str, url: str, body: bytes | None, patience: aiohttp.ClientTimeout, limit: int
    ) -> tuple[int, bytes]:
        headers = _AS_JSON if body is not None else None
        try:
            async with self._opened().request(
                method, url, data=body, headers=headers, timeout=patience, allow_redirects=False
            ) as response:
                return response.status, await _capped(response, limit)
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            # The words of these errors may quote the address, and the address holds the token.
            raise NetworkError(type(error).__name__) from None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            jar = aiohttp.DummyCookieJar()
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CONNECTIONS), cookie_jar=jar)
        return self._session


def _patient(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds + _CONNECT_SECONDS, connect=_CONNECT_SECONDS)


async def _capped(response: aiohttp.ClientResponse, limit: int) -> bytes:
    content = bytearray()
    async for piece in response.content.iter_any():
        content += piece
        if len(content) > limit:
            raise TooLarge
    return bytes(content)
