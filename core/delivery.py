"""The one door out: what a channel must be able to do, and claim → send → settle."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, runtime_checkable

from core.departures import Departure, answering, claim
from core.errors import (
    ChannelStopped,
    DeliveryError,
    Gone,
    Held,
    Moved,
    RungClosed,
    TryLater,
    Undeliverable,
    WindowShut,
)
from core.ladder import Limits
from core.messages import Address, Attachment, Elsewhere, FetchedFile, OutboundMessage
from core.sending import Sending
from core.settling import Together
from core.store import grants, sessions, settlements, turns
from core.store.outbox import Claimed
from core.store.settlements import Sent
from core.store.unit_of_work import Store, UnitOfWork, Work


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
class Climbing(Protocol):
    """A channel with several ways to a person; which one is open is found when a message is claimed."""

    async def send_by(self, departure: Departure) -> str:
        """As ``send``, by the rung of the departure. Raises the same, and WindowShut or RungClosed."""
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
class Upkeep(Protocol):
    """A channel that has something to renew before it ends, such as a token: no message should wait for that."""

    async def keep_up(self) -> None:
        """Renew what ends soon; mostly there is nothing to do. Raises what ``send`` raises."""
        ...


@runtime_checkable
class Sharing(Protocol):
    """A channel whose platform counts what all processes send together."""

    def share(self, processes: int) -> None:
        """So many of us send."""
        ...


@runtime_checkable
class Inviting(Protocol):
    """A channel that people reach by a link."""

    def invitation(self) -> Elsewhere | None:
        """None as long as the link is not known."""
        ...


LEASE_SECONDS = 60.0
BATCH = 50
LANES = 2
RETRY_SECONDS = (2, 5, 15, 60, 300, 900)
"""Waits between tries; the last one is kept to: at most so much later than the platform is back a message goes out.

What may still arrive is never given up.
"""
STOPPED_SECONDS = 600
NOT_LIVE_SECONDS = 300

log = logging.getLogger("tousu.delivery")

Alarm = Callable[[UnitOfWork, str, str], None]
"""Tells staff of a channel that stopped, by its name and the platform's code, in the unit that settles the message."""


def no_alarm(uow: UnitOfWork, channel: str, code: str) -> None:
    """Nobody is told but the log."""


Seen = Callable[[str, str, str], None]
"""Hears of each try to send: the channel, the rung, and the platform's code, "" where it took the message."""


def nobody_looks(channel: str, rung: str, code: str) -> None:
    """Nobody counts."""


Departed = Callable[[UnitOfWork, int, Gone | Moved], bool]
"""Hears, in the unit that settles the message, that a chat is no more, or is elsewhere now; True where all that waits for it has
found another way."""


def nobody_departs(uow: UnitOfWork, session_id: int, error: Gone | Moved) -> bool:
    """What waits for a chat waits for it alone."""
    return False


class Delivery:
    """The way out of one process: ``channels`` by name, the clock, and whom to tell when a platform shuts its door."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        alarm: Alarm = no_alarm,
        seen: Seen = nobody_looks,
        departed: Departed = nobody_departs,
    ) -> None:
        self._store, self._channels, self._clock, self._alarm, self._seen = store, channels, clock, alarm, seen
        self._departed = departed
        self._settling = Together(store)
        # Asking a protocol costs more than most of what is done for a message.
        self._climbing = {name: channel for name, channel in channels.items() if isinstance(channel, Climbing)}

    async def deliver_due(self) -> int:
        """Send what is due: claim and commit, send with no transaction open, settle. Returns how many were due."""
        return sum(await asyncio.gather(*(self._lane() for _ in range(LANES))))

    async def _lane(self) -> int:
        """While one lane waits for the disk or a platform, the others claim. What was sent is settled with the next claim."""
        in_all, sending = 0, Sending(self._send_out)
        while True:
            due, departures = await self._claim()
            if not due:
                break
            await sending.send(departures)
            in_all += due
        await sending.is_written()
        return in_all

    async def _claim(self) -> tuple[int, list[Departure]]:
        """How many were due, and what goes out now."""
        limits, settled = self._limits, self._settling.take()

        def work(uow: UnitOfWork) -> tuple[int, list[Departure]]:
            settled.settle(uow)
            # What a settlement had to say is due by now.
            return claim(uow, limits, self._clock(), BATCH, LEASE_SECONDS)

        unit = asyncio.ensure_future(self._store.awrite(work))
        unit.add_done_callback(partial(self._settling.is_over, settled))
        return await asyncio.shield(unit)

    @property
    def _limits(self) -> dict[str, Limits]:
        return {name: channel.limits for name, channel in self._channels.items()}

    async def carry(self, claimed: Claimed) -> None:
        """Send one message that is claimed already."""
        limits = self._limits.get(claimed.address.channel, Limits())
        written = await self._send_out(answering(claimed, limits))
        await asyncio.shield(written)

    async def _send_out(self, departure: Departure) -> asyncio.Future[None]:
        """Send one message. Whatever happens to it becomes a state of its rows; what is returned is done when that is written.

        Others wait for the same: whoever stops waiting must not cancel it.
        """
        channel = self._channels.get(departure.to.channel)
        if channel is None:
            return self._settling.add(_each(departure, _later(NOT_LIVE_SECONDS, "not_live", self._clock())))
        try:
            answer = await self._send(channel, departure)
        except DeliveryError as error:
            self._seen(channel.name, departure.rung.name, error.code)
            return self._settle(departure, error)
        self._seen(channel.name, departure.rung.name, "")
        now, rung = self._clock(), departure.rung
        return self._settling.add(
            tuple(Sent(row, answer, now, rung.name, not rung.later, rung.on_page) for row in departure.rows)
        )

    async def _send(self, channel: Channel, departure: Departure) -> str:
        climbing = self._climbing.get(channel.name)
        if climbing is not None:
            return await climbing.send_by(departure)
        return await channel.send(departure.to, departure.message, departure.key)

    def _settle(self, departure: Departure, error: DeliveryError) -> asyncio.Future[None]:
        now, channel = self._clock(), departure.to.channel
        settle_rows = _each(departure, _settlement(departure, error, now))
        if isinstance(error, ChannelStopped):
            log.error("channel %s is stopped, code %s: run `tousu doctor`", channel, error.code)

        def work(uow: UnitOfWork) -> None:
            if isinstance(error, Gone | Moved) and self._departed(uow, departure.claimed.session_id, error):
                return
            settle_rows(uow)
            _give_back(uow, departure, error, now)
            if isinstance(error, ChannelStopped):
                self._alarm(uow, channel, error.code)

        return self._settling.add(work)


def _give_back(uow: UnitOfWork, departure: Departure, error: DeliveryError, now: datetime) -> None:
    """What was taken for a try that the platform did not take. Where it did, and its answer was lost, its own count says so."""
    if isinstance(error, WindowShut):
        sessions.open_window(uow, departure.claimed.session_id, 0, now)
    elif departure.rung.spends:
        sessions.give_back(uow, departure.claimed.session_id)
    if departure.grant is not None and not isinstance(error, Held | RungClosed | Undeliverable):
        grants.give_back(uow, departure.grant)
    if departure.in_turn and isinstance(error, TryLater | ChannelStopped):
        turns.close(uow, departure.claimed.session_id, now, _wait(departure, error))


Settle = Callable[[UnitOfWork, Claimed], None]


def _each(departure: Departure, settle: Settle) -> Work[None]:
    """All rows of a departure have the same fate."""

    def work(uow: UnitOfWork) -> None:
        for row in departure.rows:
            settle(uow, row)

    return work


def _settlement(departure: Departure, error: DeliveryError, now: datetime) -> Settle:
    """What a channel's word means for a row: the next rung, later, held, or dead."""
    rung, code, answer = departure.rung.name, error.code, error.answer
    if isinstance(error, Held | RungClosed):
        return lambda uow, row: settlements.settle_passed(uow, row, rung, code, now, answer)
    if isinstance(error, Undeliverable):
        if departure.in_turn and departure.along:
            return _later(0.0, turns.ALONE, now, rung, answer)
        return lambda uow, row: settlements.settle_dead(uow, row, code, now, rung, answer)
    return _later(_wait(departure, error), code, now, rung, answer)


def _wait(departure: Departure, error: DeliveryError) -> float:
    """Seconds until it is tried again."""
    if isinstance(error, ChannelStopped):
        return STOPPED_SECONDS
    if isinstance(error, TryLater) and error.after is not None:
        return error.after
    return RETRY_SECONDS[min(departure.claimed.attempts, len(RETRY_SECONDS)) - 1]


def _later(seconds: float, code: str, now: datetime, rung: str = "", answer: str = "") -> Settle:
    due = now + timedelta(seconds=seconds)
    return lambda uow, row: settlements.settle_later(uow, row, due, code, now, rung, answer)
