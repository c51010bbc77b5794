"""Everything that happens with time, as a table: name, how often, what. Jobs look at rows; nothing lives in a timer."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from core.cases import calendar_changes, notifying, telling, watching
from core.cases.office import stopped_channel
from core.collection import collect_due
from core.delivery import Channel, Delivery, Keeper, all_of
from core.dialog.service import House, wake
from core.dialog.spool import Spool
from core.errors import StoreUnavailable
from core.store import calendar, evidence, lookups, outbox, service_rows, sessions
from core.store.unit_of_work import Store, UnitOfWork

BATCH = 50
KEEP_FAILURES = timedelta(days=8)
KEEP_UPLOADS = timedelta(days=3)
"""As long as a platform keeps what was sent to it."""

log = logging.getLogger("tousu.jobs")


def clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Workplace:
    """What the jobs work with."""

    store: Store
    house: House
    channels: Mapping[str, Channel]
    spool: Spool
    now: Callable[[], datetime] = clock


@dataclass(frozen=True, slots=True)
class Job:
    """``seconds`` is the pause between two ticks; a tick that finds nothing costs one indexed read."""

    name: str
    seconds: float
    run: Callable[[Workplace], Awaitable[None]]


async def take_over(place: Workplace) -> None:
    """Begin where the last process ended: where there can be no other, what it had in hand waits for nobody.

    Where the database cannot take it, the leases run out by themselves.
    """

    def free(uow: UnitOfWork) -> None:
        outbox.free_leases(uow)
        evidence.free_leases(uow)

    if place.store.alone:
        with contextlib.suppress(StoreUnavailable):
            await place.store.awrite(free)


async def deliver(place: Workplace) -> None:
    """Send what is due."""
    alarm = partial(stopped_channel, place.house.office, place.now)
    await Delivery(place.store, place.channels, place.now, alarm).deliver_due()


async def fetch_evidence(place: Workplace) -> None:
    """Fetch what was sent before the platform deletes it."""
    await collect_due(place.store, place.channels, place.house.office, place.now)


async def replay_spool(place: Workplace) -> None:
    """Take in what could not be answered in time."""
    for name in place.spool.waiting():
        try:
            await place.spool.take_in(name, place.store, place.house, place.now())
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the job edge: one that fails must not hold up the others
            log.critical("message %s in the spool could not be taken in: %s", name, type(error).__name__)
            place.spool.set_aside(name)


async def wake_drafts(place: Workplace) -> None:
    """Remind of unfinished complaints once, and let them go in time."""
    now = place.now()
    due = await place.store.aread(partial(sessions.due, now=now, limit=BATCH))
    await all_of(place.store.awrite(partial(wake, house=place.house, session_id=each, now=now)) for each in due)


async def keep_promises(place: Workplace) -> None:
    """On the day a promise breaks: an apology and a new day."""
    now, office = place.now(), place.house.office
    await place.store.awrite(lambda uow: telling.keep_promises(uow, office, now))


async def ask_staff(place: Workplace) -> None:
    """Ask staff to tell what no chat brought in time."""
    now, office = place.now(), place.house.office
    await place.store.awrite(lambda uow: notifying.ask_staff(uow, office, now))


async def watch_clocks(place: Workplace) -> None:
    """Tell staff of clocks that end soon, end now, or have ended."""
    now, office = place.now(), place.house.office
    await place.store.awrite(lambda uow: watching.watch_clocks(uow, office, now))


async def follow_calendar(place: Workplace) -> None:
    """Count by the calendar as it is kept now. What was promised meanwhile by the former one is counted again."""
    now, office = place.now(), place.house.office
    if await place.store.aread(calendar.version) == office.calendar.version:
        return
    former, office.calendar = office.calendar, await place.store.aread(calendar_changes.current)
    try:
        await place.store.awrite(lambda uow: calendar_changes.recount(uow, office, now))
    except BaseException:
        office.calendar = former
        raise


async def tidy(place: Workplace) -> None:
    """Forget failed look-ups that no longer count and uploads that nobody came for, and leave a sign of life."""
    now = place.now()

    def work(uow: UnitOfWork) -> None:
        lookups.forget_before(uow, now - KEEP_FAILURES)
        service_rows.put(uow, "heartbeat", now.isoformat())

    await place.store.awrite(work)
    for channel in place.channels.values():
        if isinstance(channel, Keeper):
            await channel.let_go_before(now - KEEP_UPLOADS)


FOLLOW_CALENDAR = Job("follow_calendar", 20.0, follow_calendar)

JOBS: tuple[Job, ...] = (
    Job("deliver", 0.5, deliver),
    Job("fetch_evidence", 1.0, fetch_evidence),
    Job("replay_spool", 2.0, replay_spool),
    Job("wake_drafts", 30.0, wake_drafts),
    FOLLOW_CALENDAR,
    Job("keep_promises", 60.0, keep_promises),
    Job("watch_clocks", 30.0, watch_clocks),
    Job("ask_staff", 60.0, ask_staff),
    Job("tidy", 60.0, tidy),
)

JOBS_OF_WEB: tuple[Job, ...] = (FOLLOW_CALENDAR,)
"""What every process does for itself, also one that leaves the work to others."""
