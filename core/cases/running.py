"""The clocks of one case, as what happens to it makes them begin, end, stand still and move. Pure: rows in, rows out.

A clock ends when its stage happens, or a later one. Whatever starts from it begins at that moment, and ends at once where its
own stage was reached before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from core.cases import clocks, ladder
from core.cases.calendar import Calendar
from core.cases.clocks import of_review, stands_still
from core.cases.expected import projected, promise, promised_clock, review_promise
from core.cases.standing import LEVEL, closed, counted_again, explained, overdue, paused, runs, sleeps, stops_of, waits
from core.errors import Refused
from core.policies.policy import EVENTS, Clock, ClockEnd, Policy
from core.records import record
from core.store.case_clocks import Extended, NewClock, Stop, StoredClock

__all__ = [
    "Change", "Ended", "again", "all_ended", "explained", "extended", "happened", "marked", "opened", "overdue",
    "projected", "promise", "promised_clock", "recounted", "releveled", "resumed", "review_asked", "review_promise", "stopped",
]  # fmt: skip

STAGES: tuple[ClockEnd, ...] = ("told", "accepted", "assigned", "investigated", "decided", "closed")
"""What happens in a round of a case, in order; ``reviewed`` and ``marked`` happen beside it."""

AGAIN: ClockEnd = "accepted"
"""What needs not happen again in a new round."""

_PLACE: Mapping[str, int] = {stage: place for place, stage in enumerate(STAGES)}


class Ended(NamedTuple):
    """A running clock that ends ``at`` this moment, ``by`` that stage or event."""

    row: StoredClock
    at: datetime
    by: str


@record(frozen=True, slots=True)
class Change:
    """What happens to the clocks of a case: ``revived`` are rows that had ended and go on, as they are now."""

    ended: tuple[Ended, ...] = ()
    begun: tuple[NewClock, ...] = ()
    revived: tuple[StoredClock, ...] = ()


@record(frozen=True, slots=True)
class _Moment:
    """When clocks begin, and how far the case has come: what is ``reached`` ends them at once, and ``by`` is told for it."""

    policy: Policy
    level: str
    at: datetime
    calendar: Calendar
    round: int
    reached: str
    by: str
    paused: str = ""


def opened(policy: Policy, level: str, at: datetime, calendar: Calendar, *, told: bool = True) -> tuple[NewClock, ...]:
    """The clocks of a case that is registered now; ``told`` where its complainant has the receipt at once."""
    stage = "told" if told else ""
    return tuple(_begun("receipt", _Moment(policy, level, at, calendar, 0, stage, stage)))


def again(policy: Policy, level: str, at: datetime, calendar: Calendar, round_: int) -> tuple[NewClock, ...]:
    """The clocks of a new round, as if it were received now: of a case taken up again, or reviewed and done anew."""
    return tuple(_begun("receipt", _Moment(policy, level, at, calendar, round_, AGAIN, AGAIN)))


def review_asked(policy: Policy, level: str, at: datetime, calendar: Calendar, round_: int) -> tuple[NewClock, ...]:
    """The clocks of a review; what was reached before it has no part in them."""
    return tuple(_begun("review", _Moment(policy, level, at, calendar, round_, "", "")))


def happened(
    policy: Policy,
    level: str,
    rows: Sequence[StoredClock],
    stage: ClockEnd,
    at: datetime,
    calendar: Calendar,
    round_: int,
    *,
    reached: str = "",
) -> Change:
    """A stage happens. ``rows`` are all clocks of the case.

    How far the round had come is read from its rows; ``reached`` says it where a pack may have no clock that would.
    """
    far = _furthest(stage, reached, *_reached_by(rows, round_))
    ending = [row for row in rows if runs(row) and _ends(policy, policy.clock(row.clock), stage, far)]
    moment = _Moment(policy, level, at, calendar, round_, far, stage, paused(rows))
    return Change(tuple(Ended(row, at, stage) for row in ending), tuple(_followed(rows, ending, moment)))


def marked(
    policy: Policy,
    level: str,
    rows: Sequence[StoredClock],
    row: StoredClock,
    at: datetime,
    calendar: Calendar,
    *,
    reached: str = "",
) -> Change:
    """Staff say that this clock's stage is done; where it is the receipt's, all that wait for that end with it."""
    if policy.clock(row.clock).ends_on == "told":
        return happened(policy, level, rows, "told", at, calendar, row.round, reached=reached)
    far = _furthest(reached, *_reached_by(rows, row.round))
    moment = _Moment(policy, level, at, calendar, row.round, far, "marked", paused(rows))
    return Change((Ended(row, at, "marked"),), tuple(_followed(rows, [row], moment)))


def all_ended(rows: Sequence[StoredClock], by: str, at: datetime) -> Change:
    """Whatever runs ends, and nothing follows: the case is declined, referred, withdrawn or merged, or begins anew."""
    return Change(tuple(Ended(row, at, by) for row in rows if runs(row)))


def releveled(
    policy: Policy,
    level: str,
    rows: Sequence[StoredClock],
    registered_at: datetime,
    at: datetime,
    calendar: Calendar,
    round_: int,
    *,
    reached: str = "",
) -> Change:
    """The case is of this ``level`` from now on: its clocks run since when they would have begun, those of the other end."""
    mine = [row for row in rows if row.round == round_]
    far = _furthest(reached, *_reached_by(mine, round_))
    moment = _Moment(policy, level, at, calendar, round_, far, far)
    left = (row for row in rows if runs(row) and not policy.clock(row.clock).runs_for(level))
    began = min((row.started_at for row in mine), default=registered_at) if round_ else registered_at
    begun = tuple(_caught_up(mine, began, moment))
    awake = {new.clock for new in begun if new.ended_at is None}
    revived = (replace(row, ended_at=None, ended_by="") for row in mine if sleeps(row) and row.clock in awake)
    asleep = {row.clock for row in mine if sleeps(row)}
    return Change(
        tuple(Ended(row, at, LEVEL) for row in left),
        tuple(new for new in begun if new.clock not in asleep),
        tuple(counted_again(policy, row, calendar) for row in revived),
    )


def stopped(rows: Sequence[StoredClock], why: str, at: datetime) -> tuple[StoredClock, ...]:
    """Those that stand still from now on, as they are now."""
    return tuple(
        replace(row, stops=(*row.stops, Stop(at, None, why)), alert_at=None)
        for row in rows
        if waits(row) and not stands_still(row.stops)
    )


def resumed(policy: Policy, rows: Sequence[StoredClock], at: datetime, calendar: Calendar) -> tuple[StoredClock, ...]:
    """Those that stood still and go on now, with their new ends."""
    return tuple(
        counted_again(policy, replace(row, stops=closed(row.stops, at)), calendar)
        for row in rows
        if waits(row) and stands_still(row.stops)
    )


def extended(policy: Policy, row: StoredClock, at: datetime, by: str, calendar: Calendar) -> StoredClock:
    """The clock with an extension that ``by`` allows now. Raises Refused."""
    extension = policy.clock(row.clock).extension
    if extension is None:
        raise Refused("act.not_extendable")
    if runs(row) and stands_still(row.stops):
        raise Refused("act.clock_stopped")
    if not runs(row) or at > row.due_at:
        raise Refused("act.too_late_to_extend")
    if len(row.extensions) >= extension.times:
        raise Refused("act.extended_enough")
    longer = replace(row, extensions=(*row.extensions, Extended(extension.limit, at, by)))
    return counted_again(policy, longer, calendar)


def recounted(
    policy: Policy, rows: Sequence[StoredClock], calendar: Calendar, now: datetime | None = None
) -> tuple[StoredClock, ...]:
    """Those whose end another calendar moves or settles. Only provisional ends move, and none that is past ``now``, or would be."""
    pairs = ((row, _settled(policy, row, calendar, now)) for row in rows if waits(row) and row.provisional)
    return tuple(new for old, new in pairs if (new.due_at, new.provisional) != (old.due_at, old.provisional))


def _settled(policy: Policy, row: StoredClock, calendar: Calendar, now: datetime | None) -> StoredClock:
    anew = counted_again(policy, row, calendar)
    if now is None or min(anew.due_at, row.due_at) > now or stands_still(row.stops):
        return anew
    return replace(row, provisional=anew.provisional)


def _begun(key: str, moment: _Moment) -> Iterator[NewClock]:
    """The clocks that start from this event or clock, each followed by those that begin at its end where that has come."""
    for clock in moment.policy.clocks:
        if clock.starts_from == key and clock.runs_for(moment.level):
            over = _over(clock, moment.reached)
            yield _new(clock, moment, over=over)
            if over:
                yield from _begun(clock.key, moment)


def _new(clock: Clock, moment: _Moment, *, over: bool) -> NewClock:
    due = clocks.due_at(clock, moment.at, moment.calendar, moment.policy.institution.hours)
    row = (clock.key, moment.round, moment.at, due.at, due.provisional)
    if over:
        return NewClock(*row, None, moment.at, moment.by)
    if moment.paused:
        return NewClock(*row, None, stops=(Stop(moment.at, None, moment.paused),))
    return NewClock(*row, ladder.first_alert(moment.policy, moment.at, due.at))


def _followed(rows: Iterable[StoredClock], ending: Iterable[StoredClock], moment: _Moment) -> Iterator[NewClock]:
    """What begins at the end of these clocks; those of a former round have no followers in this one."""
    there = {row.clock for row in rows if row.round == moment.round}
    for row in ending:
        if row.round == moment.round:
            yield from (new for new in _begun(row.clock, moment) if new.clock not in there)


def _caught_up(mine: Sequence[StoredClock], began: datetime, moment: _Moment) -> Iterator[NewClock]:
    """The clocks of the level that would have begun by now and do not run, as they would be."""
    starts = {"receipt": began}
    starts |= {row.clock: row.ended_at for row in mine if row.ended_at is not None and not sleeps(row)}
    there = {row.clock for row in mine if not sleeps(row)}
    stops = stops_of(mine)
    for clock in _in_order(moment.policy, moment.level):
        if clock.key in there or (start := starts.get(clock.starts_from)) is None:
            continue
        new = _belated(clock, start, stops, moment)
        if _over(clock, moment.reached):
            starts[clock.key] = max(start, _reached_at(mine, clock.ends_on, moment.at))
            new = replace(new, alert_at=None, ended_at=starts[clock.key], ended_by=moment.by)
        yield new


def _belated(clock: Clock, start: datetime, stops: Sequence[Stop], moment: _Moment) -> NewClock:
    """A clock that began in the past. It stood still when the others did."""
    own = tuple(stop for stop in stops if stop.until is None or stop.until > start)
    due = clocks.due_at(clock, start, moment.calendar, moment.policy.institution.hours, own)
    alert_at = None if stands_still(own) else ladder.first_alert(moment.policy, start, due.at)
    return NewClock(clock.key, moment.round, start, due.at, due.provisional, alert_at, stops=own)


def _in_order(policy: Policy, level: str) -> list[Clock]:
    """The clocks of a level, earlier before later."""
    return sorted((clock for clock in policy.clocks if clock.runs_for(level)), key=lambda clock: _depth(policy, clock))


def _depth(policy: Policy, clock: Clock) -> int:
    return 0 if clock.starts_from in EVENTS else 1 + _depth(policy, policy.clock(clock.starts_from))


def _ends(policy: Policy, clock: Clock, stage: ClockEnd, far: str) -> bool:
    """Whether a running clock ends by this stage; those of a review end by that, and closing waits for no mark."""
    if stage == "reviewed":
        return of_review(policy, clock)
    return _over(clock, far) or (stage == "closed" and clock.ends_on == "marked")


def _over(clock: Clock, reached: str) -> bool:
    """Whether a clock that begins now ends at once, ``reached`` being the furthest stage of the round."""
    if reached == "reviewed":
        return clock.ends_on != "marked"
    return _PLACE.get(clock.ends_on, len(STAGES)) <= _PLACE.get(reached, -1)


def _furthest(*stages: str) -> str:
    """The stage that lies furthest; a review that is over goes beyond them all."""
    return max(stages, key=lambda stage: len(STAGES) if stage == "reviewed" else _PLACE.get(stage, -1))


def _reached_by(rows: Iterable[StoredClock], round_: int) -> Iterator[str]:
    """The stages of the round that its rows know of."""
    yield AGAIN if round_ else ""
    yield from (row.ended_by for row in rows if row.round == round_ and row.ended_by in _PLACE)


def _reached_at(mine: Iterable[StoredClock], stage: str, default: datetime) -> datetime:
    """When a stage was reached, as far as the round's rows tell."""
    later = (row.ended_at for row in mine if row.ended_at and _PLACE.get(row.ended_by, -1) >= _PLACE[stage])
    return min(later, default=default)
