"""The one door out: what a channel must be able to do, and claim → send → settle."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, runtime_checkable

from core.errors import ChannelStopped, DeliveryError, Held, StoreUnavailable, TryLater, Undeliverable
from core.messages import Address, Attachment, Elsewhere, FetchedFile, OutboundMessage
from core.records import record
from core.store import outbox
from core.store.outbox import Claimed
from core.store.unit_of_work import Store, Work


@record(frozen=True, slots=True)
class Limits:
    """What one bubble of a channel holds. ``characters`` and ``utf8_bytes`` are both upper bounds (0: no bound).

    ``buttons`` says whether choices are shown as buttons; where not, they are numbered lines in the text.
    ``can_push`` says whether the channel lets us write without being written to.
    """

    characters: int = 0
    utf8_bytes: int = 0
    buttons: bool = False
    can_push: bool = True


class Channel(Protocol):
    """A chat platform as the core sees it."""

    name: str
    limits: Limits

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        """Send one message; return the platform's id for it ("" if none). ``key`` is the same for every try.

        Raises TryLater, Held, Undeliverable or ChannelStopped, and nothing else.
        """
        ...

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        """Get the bytes of a file a person sent. Raises FetchError (try again) or FetchRefused (never)."""
        ...


@runtime_checkable
class Keeper(Protocol):
    """A channel that holds what people send itself. It must not have it for longer than it is needed."""

    async def let_go(self, attachment: Attachment) -> None:
        """The file is kept as evidence now, or will never be."""
        ...

    async def let_go_before(self, moment: datetime) -> None:
        """Nobody came for what was sent before this moment, and nobody will."""
        ...


@runtime_checkable
class Inviting(Protocol):
    """A channel that people reach by a link."""

    def invitation(self) -> Elsewhere | None:
        """None as long as the link is not known."""
        ...


LEASE_SECONDS = 60.0
BATCH = 50
RETRY_SECONDS = (2, 5, 15, 60, 300, 900, 3600)
"""Waits between tries; the last one is kept to. A message that may still arrive is never given up."""
SETTLE_SECONDS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 10, 10, 10)
"""Waits between tries to settle what was sent; together less than the lease."""
STOPPED_SECONDS = 600
NOT_LIVE_SECONDS = 300

log = logging.getLogger("tousu.delivery")


async def deliver_due(store: Store, channels: Mapping[str, Channel], clock: Callable[[], datetime]) -> int:
    """Send what is due: claim and commit, send with no transaction open, settle. Returns how many were claimed."""
    claimed_in_all = 0
    while claimed := await store.awrite(partial(outbox.claim, now=clock(), limit=BATCH, lease_seconds=LEASE_SECONDS)):
        await all_of(deliver(store, channels, clock, message) for message in claimed)
        claimed_in_all += len(claimed)
    return claimed_in_all


async def all_of(tasks: Iterable[Awaitable[None]]) -> None:
    """Let all come to their end, whatever happens to one of them; then raise what happened first."""
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if outcome is not None:
            raise outcome


async def deliver(
    store: Store, channels: Mapping[str, Channel], clock: Callable[[], datetime], claimed: Claimed
) -> None:
    """Send one claimed message. Whatever happens to it becomes a state of its row."""
    channel = channels.get(claimed.address.channel)
    if channel is None:
        await store.awrite(_later(claimed, clock(), NOT_LIVE_SECONDS, "not_live"))
        return
    try:
        platform_id = await channel.send(claimed.address, claimed.message, claimed.dedupe_key)
    except DeliveryError as error:
        await _settle(store, _settlement(claimed, error, clock()))
        return
    now = clock()
    await _settle(store, lambda uow: outbox.settle_sent(uow, claimed, platform_id, now))


async def _settle(store: Store, work: Work[None]) -> None:
    """What was sent and is not settled would be sent again: where the database is away it is asked until the lease ends."""
    for pause in SETTLE_SECONDS:
        try:
            return await store.awrite(work)
        except StoreUnavailable:
            await asyncio.sleep(pause)
    return await store.awrite(work)


def _settlement(claimed: Claimed, error: DeliveryError, now: datetime) -> Work[None]:
    """What a channel's word means for the row: later, held, dead, or stopped and told to the operator."""
    if isinstance(error, Held):
        return lambda uow: outbox.settle_held(uow, claimed.id, error.code)
    if isinstance(error, Undeliverable):
        return lambda uow: outbox.settle_dead(uow, claimed.id, error.code)
    if isinstance(error, ChannelStopped):
        log.error("channel %s is stopped, code %s: run `tousu doctor`", claimed.address.channel, error.code)
        return _later(claimed, now, STOPPED_SECONDS, error.code)
    after = error.after if isinstance(error, TryLater) else None
    step = RETRY_SECONDS[min(claimed.attempts, len(RETRY_SECONDS)) - 1]
    return _later(claimed, now, after if after is not None else step, error.code)


def _later(claimed: Claimed, now: datetime, seconds: float, code: str) -> Work[None]:
    return lambda uow: outbox.settle_later(uow, claimed.id, now + timedelta(seconds=seconds), code)
