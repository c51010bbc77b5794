"""The clocks of a case in words: since when, until when, why longer, and how they ended. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from core.files.notes import clock_label
from core.files.people import People
from core.files.words import minute, word_for, words
from core.policies.policy import Policy
from core.records import record
from core.store.case_clocks import Extended, Stop, StoredClock


@record(frozen=True, slots=True)
class Term:
    """One clock. ``more`` is a line for each stop and each extension."""

    label: str
    started_at: datetime
    due_at: datetime
    provisional: bool
    ended_at: datetime | None
    ended_by: str
    paused: bool
    more: tuple[str, ...]

    def late(self, now: datetime) -> bool:
        """Whether it ended behind its time, or has not ended by now; one that stands still is not late."""
        return not self.paused and (self.ended_at or now) > self.due_at

    def lines(self, now: datetime) -> Iterator[str]:
        doubt = words("term", "provisional") if self.provisional else ""
        started, due, state = minute(self.started_at), minute(self.due_at), self._state(now)
        yield words("term", "line", label=self.label, started=started, due=due, doubt=doubt, state=state)
        yield from self.more

    def _state(self, now: datetime) -> str:
        if self.ended_at is not None:
            key = "ended_late" if self.late(now) else "ended"
            return words("term", key, at=minute(self.ended_at), by=word_for("ended_by", self.ended_by))
        if self.paused:
            return words("term", "paused")
        return words("term", "overdue" if self.late(now) else "running")


def term_of(clock: StoredClock, pack: Policy | None, people: People) -> Term:
    unit = next((row.unit for row in pack.clocks if row.key == clock.clock), "") if pack else ""
    extended = (_extended(one, unit, people) for one in clock.extensions)
    return Term(
        label=clock_label(clock.clock, pack),
        started_at=clock.started_at,
        due_at=clock.due_at,
        provisional=clock.provisional,
        ended_at=clock.ended_at,
        ended_by=clock.ended_by,
        paused=clock.ended_at is None and any(stop.until is None for stop in clock.stops),
        more=(*map(_stopped, clock.stops), *extended),
    )


def _stopped(stop: Stop) -> str:
    why, since = word_for("stop", stop.why), minute(stop.since)
    if stop.until is None:
        return words("term", "open_stop", why=why, since=since)
    return words("term", "stop", why=why, since=since, until=minute(stop.until))


def _extended(extended: Extended, unit: str, people: People) -> str:
    by, counted = people.actor(extended.by), word_for("unit", unit)
    return words("term", "extended", at=minute(extended.at), by=by, further=extended.further, unit=counted)
