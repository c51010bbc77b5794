"""The access token: one holder for the account, one fetch at a time, and never a storm of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from typing import TypeVar

from bots.tencent.api import Answer
from core.errors import ChannelStopped, DeliveryError, TryLater

T = TypeVar("T")

Ask = Callable[[bool], Awaitable[Answer]]
"""Asks the platform for the token; where told so, for another one than it gave before. Raises TryLater or ChannelStopped."""

QUIET_SECONDS = 30.0
"""After a failed or a forced fetch. The platform allows twenty forced ones a day, this far apart."""

_MARGIN_SECONDS, _SHORTEST_SECONDS = 300, 60
"""The platform hands out the same token until five minutes before its end, and may say that little is left."""


class AccessToken:
    """Holds the token that every process of the account gets alike, so no lock between them.

    ``called`` is the platform, ``stale`` its codes for a token that is wrong, illegal or expired.
    """

    def __init__(
        self, called: str, ask: Ask, stale: Collection[str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._called, self._ask, self._stale = called, ask, stale
        self._clock, self._lock = clock, asyncio.Lock()
        self._token, self._good_until = "", 0.0
        self._fetched_at = -QUIET_SECONDS
        self._fault: DeliveryError | None = None
        self._quiet_until = 0.0

    async def lend(self, call: Callable[[str], Awaitable[T]]) -> T:
        """Call with the token. A rejected one is replaced once: whoever is rejected twice has the wrong credentials, and stops."""
        token = await self.current()
        try:
            return await call(token)
        except ChannelStopped as error:
            if error.code not in self._stale:
                raise
        return await call(await self.replace(token))

    async def current(self) -> str:
        """The token, fetched if there is none or it is about to end. Raises TryLater or ChannelStopped."""
        if self._is_good():
            return self._token
        async with self._lock:
            if not self._is_good():
                await self._fetch()
            return self._token

    async def replace(self, rejected: str) -> str:
        """Another token than the one the platform rejected.

        Of many senders whose token was rejected only the first fetches: the others find that it is no longer the
        stored one. The platform hands out the same token to all who ask, so asking again for one that just came is in vain.
        """
        async with self._lock:
            if rejected == self._token and self._clock() - self._fetched_at >= QUIET_SECONDS:
                await self._fetch()
            if rejected == self._token:
                await self._fetch(force=True)
                self._be_quiet(ChannelStopped(f"{self._called} rejects a new access token too", "40001"))
            return self._token

    def _is_good(self) -> bool:
        return bool(self._token) and self._clock() < self._good_until

    async def _fetch(self, *, force: bool = False) -> None:
        if self._fault and self._clock() < self._quiet_until:
            raise self._fault.with_traceback(None)
        try:
            await self._take(force)
        except DeliveryError as error:
            self._be_quiet(error)
            raise

    async def _take(self, force: bool) -> None:
        asked_at = self._clock()
        answer = await self._ask(force)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not (isinstance(token, str) and token and isinstance(seconds, int)):
            raise TryLater(f"something else than {self._called} answered", "token")
        self._token, self._fetched_at = token, asked_at
        self._good_until = asked_at + max(_SHORTEST_SECONDS, seconds - _MARGIN_SECONDS)

    def _be_quiet(self, fault: DeliveryError) -> None:
        self._fault, self._quiet_until = fault, self._clock() + QUIET_SECONDS
