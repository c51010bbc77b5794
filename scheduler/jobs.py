"""Everything that happens with time, as a table: name, how often, what. Jobs look at rows; nothing lives in a timer."""

from __future__ import annotations

import contextlib
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from core import desk
from core.cases import briefings, calendar_changes, following_up, notifying, retention, summoning, watching
from core.cases.office import Office
from core.cases.relay import watching as watching_relays
from core.cases.telling_staff import stopped_channel
from core.collection import collect_due
from core.delivery import Channel, Delivery, Keeper, Seen, Sharing, Upkeep, nobody_looks
from core.dialog.service import House, wake
from core.dialog.spool import Spool
from core.errors import ChannelStopped, DeliveryError, StoreUnavailable
from core.people import reminding
from core.sending import all_of
from core.store import calendar, claims, evidence, leases, lookups, sessions, summons
from core.store.unit_of_work import Store, UnitOfWork

BATCH = 50
KEEP_FAILURES = timedelta(days=8)
KEEP_UPLOADS = timedelta(days=3)
"""As long as a platform keeps what was sent to it."""
KEEP_SET_ASIDE = timedelta(days=30)
LEAST_LEASE_SECONDS = 90.0
SENDER = "sender:"

T = TypeVar("T")

log = logging.getLogger("tousu.jobs")


def clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Workplace:
    """What the jobs work with. ``process`` names who works, to tell one process from another."""

    store: Store
    house: House
    channels: Mapping[str, Channel]
    spool: Spool
    now: Callable[[], datetime] = clock
    seen: Seen = nobody_looks
    process: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass(frozen=True, slots=True)
class Job:
    """``seconds`` is the pause between two ticks; a tick that finds nothing costs one indexed read.

    Any number of processes may tick. What looks at rows claims them; ``alone`` is what one process at a time does.
    """

    name: str
    seconds: float
    run: Callable[[Workplace], Awaitable[None]]
    alone: bool = False


async def turn(place: Workplace, job: Job) -> bool:
    """Run a job once; False where another process does it. Whoever has it keeps it as long as they come back for it."""
    if job.alone and not await place.store.awrite(partial(_lead, place=place, job=job)):
        return False
    await job.run(place)
    return True


def _lead(uow: UnitOfWork, place: Workplace, job: Job) -> bool:
    seconds = max(2 * job.seconds, LEAST_LEASE_SECONDS)
    return leases.hold(uow, f"job:{job.name}", place.process, place.now(), seconds)


async def take_over(place: Workplace) -> None:
    """Begin where the last process ended: where there can be no other, what it had in hand waits for nobody.

    Where the database cannot take it, the leases run out by themselves.
    """

    def free(uow: UnitOfWork) -> None:
        claims.free_leases(uow)
        evidence.free_leases(uow)

    if place.store.alone:
        with contextlib.suppress(StoreUnavailable):
            await place.store.awrite(free)


async def deliver(place: Workplace) -> None:
    """Send what is due."""
    alarm = partial(stopped_channel, place.house.office, place.now)
    departed = partial(desk.departed, place.house.office, place.now)
    await Delivery(place.store, place.channels, place.now, alarm, place.seen, departed).deliver_due()


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


async def _in_the_office(place: Workplace, work: Callable[[UnitOfWork, Office, datetime], T]) -> T:
    now, office = place.now(), place.house.office
    return await place.store.awrite(lambda uow: work(uow, office, now))


async def look_after_cases(place: Workplace) -> None:
    """Apologise where a promise broke, say that work goes on, ask whether people were content."""
    while await _in_the_office(place, following_up.look_after_cases) == following_up.BATCH:
        pass


async def watch_relays(place: Workplace) -> None:
    """Look after conversations of complainants with staff: ask more people, end what is over, tell of words that wait."""
    await _in_the_office(place, watching_relays.watch_relays)


async def ask_staff(place: Workplace) -> None:
    """Ask staff to tell what no chat brought in time."""
    await _in_the_office(place, notifying.ask_staff)


async def watch_clocks(place: Workplace) -> None:
    """Tell staff of clocks that end soon, end now, or have ended."""
    await _in_the_office(place, watching.watch_clocks)


async def call_leaders(place: Workplace) -> None:
    """Call the next leader to what nobody confirmed in time; each in a unit of its own."""
    now, office = place.now(), place.house.office
    for each in await place.store.aread(partial(summons.due, now=now, limit=BATCH)):
        await place.store.awrite(partial(summoning.call_next, office=office, summons_id=each, now=now))


async def tell_briefings(place: Workplace) -> None:
    """Tell staff how the whole stands: each morning, each week, each month."""
    await _in_the_office(place, briefings.tell_briefings)


async def tell_of_absence(place: Workplace) -> None:
    """Tell staff that nobody was there for a while, and what was caught up."""
    await _in_the_office(place, briefings.tell_of_absence)


async def ask_for_holidays(place: Workplace) -> None:
    """Tell staff that next year's holidays are not known yet."""
    await _in_the_office(place, briefings.ask_for_holidays)


async def remind_people(place: Workplace) -> None:
    """Plan trainings, and remind of what is due for the office's own people."""
    await _in_the_office(place, reminding.remind_people)


async def tell_attendance(place: Workplace) -> None:
    """Tell of late and missing on the same day, and give each their month to confirm."""
    if place.house.office.attendance is None:
        return
    # Whoever keeps none holds nothing of it in memory.
    from core.people.attendance import telling

    await _in_the_office(place, telling.tell_attendance)


async def erase_by_night(place: Workplace) -> None:
    """Erase what was kept long enough."""
    await _in_the_office(place, retention.erase_by_night)


async def keep_up(place: Workplace) -> None:
    """Let each channel renew what ends soon, so that no message waits for it."""
    kept = [channel for channel in place.channels.values() if isinstance(channel, Upkeep)]
    await all_of(_keep_up(place, channel.name, channel) for channel in kept)


async def _keep_up(place: Workplace, name: str, channel: Upkeep) -> None:
    try:
        await channel.keep_up()
    except ChannelStopped as error:
        code, office = error.code, place.house.office
        log.error("channel %s is stopped, code %s: run `tousu doctor`", name, code)
        await place.store.awrite(lambda uow: stopped_channel(office, place.now, uow, name, code))
    except DeliveryError as error:
        log.warning("channel %s could not be kept up: %s", name, error.code)


async def share_rates(place: Workplace) -> None:
    """Say that this process sends, and let each channel keep to its part of what the platform allows all of us."""
    sharing = [channel for channel in place.channels.values() if isinstance(channel, Sharing)]
    if not sharing or place.store.alone:
        return
    processes = await place.store.awrite(partial(_senders, place=place))
    for channel in sharing:
        channel.share(processes)


def _senders(uow: UnitOfWork, place: Workplace) -> int:
    leases.hold(uow, f"{SENDER}{place.process}", place.process, place.now(), LEAST_LEASE_SECONDS)
    return leases.count(uow, SENDER, place.now())


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
    """Forget failed look-ups that no longer count and files that nobody came for, and leave a sign of life."""
    now = place.now()

    def work(uow: UnitOfWork) -> None:
        lookups.forget_before(uow, now - KEEP_FAILURES)
        briefings.beat(uow, now)

    await place.store.awrite(work)
    place.spool.let_go_before(now - KEEP_SET_ASIDE)
    for channel in place.channels.values():
        if isinstance(channel, Keeper):
            await channel.let_go_before(now - KEEP_UPLOADS)


FOLLOW_CALENDAR = Job("follow_calendar", 20.0, follow_calendar)
KEEP_UP = Job("keep_up", 60.0, keep_up)
SHARE_RATES = Job("share_rates", 30.0, share_rates)

JOBS: tuple[Job, ...] = (
    Job("deliver", 0.5, deliver),
    Job("fetch_evidence", 1.0, fetch_evidence),
    Job("replay_spool", 2.0, replay_spool),
    Job("wake_drafts", 30.0, wake_drafts),
    FOLLOW_CALENDAR,
    KEEP_UP,
    SHARE_RATES,
    Job("look_after_cases", 60.0, look_after_cases),
    Job("watch_clocks", 30.0, watch_clocks),
    Job("ask_staff", 60.0, ask_staff),
    Job("call_leaders", 10.0, call_leaders),
    Job("watch_relays", 5.0, watch_relays),
    Job("tell_briefings", 60.0, tell_briefings, alone=True),
    Job("ask_for_holidays", 3600.0, ask_for_holidays, alone=True),
    Job("remind_people", 3600.0, remind_people, alone=True),
    Job("tell_attendance", 60.0, tell_attendance, alone=True),
    Job("erase_by_night", 600.0, erase_by_night, alone=True),
    Job("tidy", 60.0, tidy),
    Job("tell_of_absence", 60.0, tell_of_absence, alone=True),
)

JOBS_OF_WEB: tuple[Job, ...] = (FOLLOW_CALENDAR, KEEP_UP, SHARE_RATES)
"""What every process does for itself, also one that leaves the work to others."""
