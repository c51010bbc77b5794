"""The only place that knows APScheduler: it ticks, in memory; what there is to do is in the database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from core.errors import TousuError
from scheduler.jobs import JOBS, Job, Workplace, clock, turn

log = logging.getLogger("tousu.jobs")


def start(place: Workplace, jobs: Sequence[Job] = JOBS) -> AsyncIOScheduler:
    """Begin to tick on the running event loop, at once by the real clock.

    A late tick is caught up once, never dropped, never doubled.
    """
    scheduler = AsyncIOScheduler(timezone="UTC")
    for job in jobs:
        scheduler.add_job(
            _tick,
            IntervalTrigger(seconds=job.seconds, timezone="UTC"),
            args=(place, job),
            id=job.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=clock(),
        )
    # The ticker's own log tells of every tick; ours tells of what went wrong.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler.start()
    return scheduler


async def _tick(place: Workplace, job: Job) -> None:
    """The job edge: what goes wrong is logged without personal data, and the next tick tries again."""
    try:
        await turn(place, job)
    except asyncio.CancelledError:
        # The service stops. What the tick had claimed comes back when its lease ends.
        return
    except TousuError as error:
        log.warning("job %s: %s", job.name, type(error).__name__)
    except Exception as error:  # noqa: BLE001 - the job edge: the next tick tries again
        log.error("job %s failed: %s", job.name, type(error).__name__)
