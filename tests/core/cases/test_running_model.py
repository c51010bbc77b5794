"""Random pauses, extensions, levels and new rounds across holidays, beside a model that lives through every day of them.

The model knows nothing of the future: it passes midnights and closings one by one, and a clock of it ends when it ends. What
the service said beforehand must be what comes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.cases import running
from core.cases.calendar import calendar
from core.cases.clocks import ZONE
from core.errors import Refused
from core.policies.policy import Clock
from core.store.case_clocks import StoredClock
from tests.core.cases.small_pack import Book, clock, pack
from tests.core.cases.test_calendar import worked_days

RULES = pack(
    clock("acceptance", "receipt", 3, ends_on="accepted"),
    clock("days", "receipt", 12, "calendar_day", extension=(4, 2)),
    clock("hours", "receipt", 90, "hour", extension=(30, 3)),
    clock("general", "acceptance", 8, level="general", extension=(3, 2)),
    clock("major", "acceptance", 15, level="major", extension=(5, 1)),
)
CLOSES = time(17)


@cache
def worked() -> frozenset[date]:
    """The official days, read by other means than the service's."""
    return frozenset(worked_days())


@dataclass
class Watch:
    """A clock that somebody carries along. ``units`` is what has passed of it, ``over`` when it ran out."""

    rule: Clock
    limit: float
    last: datetime
    units: float = 0
    spoiled: bool = False
    standing: bool = False
    over: datetime | None = None
    extensions: int = 0
    counted: list[date] = field(default_factory=list)

    def live_until(self, moment: datetime) -> None:
        while self.over is None and self.last < moment:
            self._pass(min(moment, self._next()))

    def _next(self) -> datetime:
        """The next closing or midnight."""
        closing = datetime.combine(self.last.date(), CLOSES, ZONE)
        return closing if self.last < closing else datetime.combine(self.last.date() + timedelta(days=1), time(), ZONE)

    def _pass(self, moment: datetime) -> None:
        if self.rule.unit == "hour":
            self._pass_hours(moment)
        elif moment.time() == time():
            self._begin_day(moment.date())
        elif moment.time() == CLOSES:
            self._close(moment)
        self.last = moment

    def _pass_hours(self, moment: datetime) -> None:
        if self.standing:
            return
        left = timedelta(hours=self.limit - self.units)
        if self.last + left <= moment:
            self.over = self.last + left
        self.units += (moment - self.last) / timedelta(hours=1)

    def _begin_day(self, on: date) -> None:
        """A day that begins while the clock stands still is lost; any other one counts, whatever comes on it."""
        self.spoiled = self.standing
        if not self.spoiled and (self.rule.unit == "calendar_day" or on in worked()):
            self.units += 1
            self.counted.append(on)

    def _close(self, moment: datetime) -> None:
        fit = moment.date() in worked() and not self.spoiled and not self.standing
        if fit and self.units >= self.limit:
            self.over = moment


class Cases(RuleBasedStateMachine):
    """One case, as the service keeps it and as somebody lives through it."""

    @initialize(start=st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31)))
    def register(self, start: datetime) -> None:
        self.now = start.replace(microsecond=0, tzinfo=ZONE)
        self.registered_at = self.now
        self.level, self.round, self.accepted, self.open, self.still = "general", 0, False, True, False
        self.watches: dict[tuple[str, int], Watch] = {}
        self.book = Book(running.opened(RULES, self.level, self.now, calendar()))
        self._carry("acceptance", "days", "hours")

    def _carry(self, *keys: str) -> None:
        for key in keys:
            of = RULES.clock(key)
            self.watches[key, self.round] = Watch(of, of.limit, self.now, standing=self.still)

    def _current(self) -> list[tuple[StoredClock, Watch]]:
        """What runs, and the model of it."""
        return [(row, self.watches[row.clock, row.round]) for row in self.book.rows if row.ended_at is None]

    @rule(hours=st.one_of(st.integers(1, 30), st.integers(1, 400)), minutes=st.integers(0, 59))
    def wait(self, hours: int, minutes: int) -> None:
        self._wait_until(self.now + timedelta(hours=hours, minutes=minutes))

    @precondition(lambda self: self.open)
    @rule(data=st.data(), hours=st.sampled_from((2, 6, 20, -2)), stopping=st.booleans())
    def come_close_to_an_end(self, data: st.DataObject, hours: int, stopping: bool) -> None:
        row, _ = data.draw(st.sampled_from(self._current()))
        self._wait_until(max(self.now, row.due_at - timedelta(hours=hours)))
        if stopping and not self.still:
            self.stop()

    def _wait_until(self, moment: datetime) -> None:
        self.now = moment
        for row in self.book.rows:
            if row.ended_at is None or row.ended_by == "level":
                self.watches[row.clock, row.round].live_until(self.now)

    @precondition(lambda self: self.open and not self.accepted)
    @rule()
    def accept(self) -> None:
        self.accepted = True
        self._happen("accepted")
        self._carry(self.level)

    def _happen(self, stage: str) -> None:
        self.book.apply(
            running.happened(RULES, self.level, self.book.rows, stage, self.now, calendar(), self.round)  # type: ignore[arg-type]
        )

    @precondition(lambda self: self.open and not self.still)
    @rule()
    def stop(self) -> None:
        self.book.put(running.stopped(self.book.rows, "supplement", self.now))
        self.still = True
        self._stand(still=True)

    @precondition(lambda self: self.open and self.still)
    @rule()
    def resume(self) -> None:
        self.book.put(running.resumed(RULES, self.book.rows, self.now, calendar()))
        self.still = False
        self._stand(still=False)

    def _stand(self, *, still: bool) -> None:
        for watch in self.watches.values():
            watch.standing = still

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def extend(self, data: st.DataObject) -> None:
        row, watch = data.draw(st.sampled_from(self._current()))
        extension = watch.rule.extension
        why = (
            "act.not_extendable" if extension is None
            else "act.clock_stopped" if self.still
            else "act.too_late_to_extend" if watch.over and watch.over < self.now
            else "act.extended_enough" if watch.extensions == extension.times
            else ""
        )  # fmt: skip
        if why or extension is None:
            with pytest.raises(Refused, match=f"^{why}$"):
                running.extended(RULES, row, self.now, "staff:head", calendar())
            return
        self.book.put([running.extended(RULES, row, self.now, "staff:head", calendar())])
        watch.limit += extension.limit
        watch.extensions += 1
        watch.over = None

    @precondition(lambda self: self.open and self.accepted and self.round == 0)
    @rule()
    def change_level(self) -> None:
        """To the other level; its clock is as if it had been carried along all the time."""
        former, self.level = self.level, "major" if self.level == "general" else "general"
        change = running.releveled(
            RULES, self.level, self.book.rows, self.registered_at, self.now, calendar(), self.round
        )
        self.book.apply(change)
        if (self.level, 0) not in self.watches:
            self.watches[self.level, 0] = self._lived_through(self.watches[former, 0])

    def _lived_through(self, other: Watch) -> Watch:
        """A watch of this level that began, stood still and went on with the other one, by the stops in its row."""
        row = self.book.row(other.rule.key)
        of = RULES.clock(self.level)
        watch = Watch(of, of.limit, row.started_at)
        for stop in row.stops:
            watch.live_until(stop.since)
            watch.standing = True
            watch.live_until(stop.until or self.now)
            watch.standing = stop.until is None
        watch.live_until(self.now)
        return watch

    @precondition(lambda self: self.open)
    @rule()
    def close(self) -> None:
        if self.still:
            self.resume()
        self._happen("closed")
        self.open = False
        assert self.book.running == []

    @precondition(lambda self: not self.open and self.round < 3)
    @rule()
    def reopen(self) -> None:
        self.round += 1
        self.book.begin(running.again(RULES, self.level, self.now, calendar(), self.round))
        self.open = self.accepted = True
        self._carry("days", "hours", self.level)

    @invariant()
    def what_is_over_ended_when_it_was_said_to(self) -> None:
        for row, watch in self._current():
            if watch.over is not None:
                assert row.due_at == watch.over
            elif not self.still:
                assert row.due_at >= self.now
            assert running.overdue(row, self.now) == (watch.over is not None and watch.over < self.now)

    @invariant()
    def what_has_passed_and_what_is_left_is_the_whole(self) -> None:
        for row, watch in self._current():
            days = [day for day in running.explained(RULES, row, calendar()) if day.nth]
            if watch.rule.unit == "hour" or self.still:
                continue
            assert len(days) == watch.limit
            passed = [day.on for day in days if day.on <= self.now.date()]
            assert passed == watch.counted[: int(watch.limit)]
            assert [day.nth for day in days] == list(range(1, len(days) + 1))

    @invariant()
    def nothing_is_lost(self) -> None:
        expected = {"days", "hours", self.level if self.accepted else "acceptance"} if self.open else set()
        assert set(self.book.running) == expected
        for row, watch in self._current():
            assert len(row.extensions) == watch.extensions
            assert any(stop.until is None for stop in row.stops) == self.still

    def teardown(self) -> None:
        """Go on, and let all of it run out: each ends at the moment that is promised now."""
        if not self.watches:
            return
        if self.still and self.open:
            self.resume()
        for row, watch in self._current():
            watch.live_until(row.due_at + timedelta(days=3))
            assert watch.over == row.due_at


Cases.TestCase.settings = settings(max_examples=100, stateful_step_count=25, deadline=None)
TestCases = Cases.TestCase
