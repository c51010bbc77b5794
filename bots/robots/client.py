"""Sends to one robot, as the core's Channel, and the one place where the faults of its platform become errors of ours."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime

import httpx

from bots.robots.config import Robot
from bots.robots.platform import Answer, Letter
from bots.robots.render import room, text_of
from core.errors import FetchRefused, TryLater
from core.messages import Address, Attachment, FetchedFile, OutboundMessage
from core.records import pack, unpack

_MAX_ANSWER_BYTES = 64 * 1024
_CONNECT_SECONDS, _READ_SECONDS, _ALL_SECONDS = 5.0, 10.0, 15.0


def _now() -> datetime:
    return datetime.now(UTC)


class RobotChannel:
    """One robot in one group. ``foot`` is the line below each message, where we have something to show: robots have no buttons."""

    def __init__(self, robot: Robot, foot: str = "", clock: Callable[[], datetime] = _now) -> None:
        self.name = robot.name
        self.limits = room(robot.platform.limits, foot)
        self._robot, self._foot, self._clock = robot, foot, clock
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS),
            headers={"Accept-Encoding": "identity", "Content-Type": "application/json; charset=utf-8"},
            transport=_Addressing(httpx.AsyncHTTPTransport()),
            trust_env=False,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        """Send one message. No platform has an idempotency key for robots: a try whose answer was lost may repeat."""
        platform = self._robot.platform
        text = text_of(message, platform.limits, self._foot)
        error = platform.refusal(await self._post(platform.write(text, self._robot.secret, self._clock())))
        if error is not None:
            raise error
        return ""

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        raise FetchRefused

    async def _post(self, letter: Letter) -> Answer:
        address = httpx.URL(f"{self._robot.origin}{self._robot.path}")
        if letter.query:
            address = address.copy_merge_params(letter.query)
        # The client, whose log lines and errors quote addresses, knows the origin alone.
        request = self._http.build_request(
            "POST", self._robot.origin, content=pack(letter.body), extensions={"address": address}
        )
        try:
            async with asyncio.timeout(_ALL_SECONDS):
                return await self._answer(request)
        except (httpx.HTTPError, TimeoutError) as error:
            fault = type(error).__name__
            raise TryLater(f"the robot's platform could not be reached ({fault})", fault) from None

    async def _answer(self, request: httpx.Request) -> Answer:
        """A redirect is not followed: whoever it leads to would get what only the platform may have."""
        response = await self._http.send(request, stream=True)
        try:
            content = await _capped(response)
        finally:
            await response.aclose()
        answer = _fields(content)
        if answer is None or (response.status_code != 200 and not {"errcode", "code"} & answer.keys()):
            raise _no_answer(response)
        return answer


def _fields(content: bytes) -> Answer | None:
    """The fields of a JSON answer; None for anything else. A gateway's page also comes with status 200."""
    try:
        answer = unpack(content)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _no_answer(response: httpx.Response) -> TryLater:
    if response.status_code == 200:
        return TryLater("something else than the robot's platform answered", "html")
    seconds = re.fullmatch("[0-9]{1,5}", response.headers.get("retry-after", ""))
    code = str(response.status_code)
    return TryLater(f"the robot's platform answered with status {code}", code, float(seconds[0]) if seconds else None)


async def _capped(response: httpx.Response) -> bytes:
    """What is longer than any answer is none."""
    content = bytearray()
    async for piece in response.aiter_raw():
        content += piece
        if len(content) > _MAX_ANSWER_BYTES:
            return b""
    return bytes(content)


class _Addressing(httpx.AsyncBaseTransport):
    """Puts the whole address into the request below the client: the address of a robot is a secret."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        addressed = httpx.Request(
            request.method,
            request.extensions["address"],
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return await self._inner.handle_async_request(addressed)

    async def aclose(self) -> None:
        await self._inner.aclose()
