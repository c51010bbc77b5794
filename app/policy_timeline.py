"""What ``tousu policy timeline`` shows: every clock of a pack from one moment on, as a record and in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.texts_cli import say
from core.cases.calendar import Calendar
from core.cases.clocks import ZONE, DayCounted, Due, deadlines, of_review
from core.policies.policy import Clock, Policy


def timeline_record(pack: Policy, received_at: datetime, calendar: Calendar, level: str) -> dict[str, Any]:
    """The clocks of a case of ``level`` as programs read them; moments at the institution's zone."""
    ends = deadlines(pack, received_at, calendar, level)
    clocks = [_clock_record(key, due, calendar) for key, due in ends.items()]
    return {"policy": pack.id, "level": level, "received_at": _iso(received_at), "clocks": clocks}


def timeline_lines(pack: Policy, received_at: datetime, calendar: Calendar, level: str) -> Iterator[str]:
    """The same for people: each clock, why it ends on that day, and what is doubtful about it."""
    names = {"title": pack.title.zh, "id": pack.id, "version": pack.version}
    yield say("policy_timeline", "head", **names, level=say("policy_level", level))
    yield say("policy_timeline", "received", moment=_moment(received_at))
    ends = deadlines(pack, received_at, calendar, level)
    for key, due in ends.items():
        yield ""
        yield from _explained(pack, pack.clock(key), due, calendar)
    if any(due.starts_from != "receipt" for due in ends.values()):
        yield ""
        yield say("policy_timeline", "supposed")
    if labels := [clock.label.zh for clock in pack.clocks if clock.runs_for(level) and of_review(pack, clock)]:
        yield ""
        yield say("policy_timeline", "review", labels="、".join(labels))


def _clock_record(key: str, due: Due, calendar: Calendar) -> dict[str, Any]:
    return {
        "clock": key,
        "from": due.starts_from,
        "starts_at": _iso(due.starts_at),
        "due_at": _iso(due.at),
        "provisional": due.provisional,
        "days": [_day_record(day, calendar) for day in due.days],
    }


def _day_record(day: DayCounted, calendar: Calendar) -> dict[str, Any]:
    counted = {"counted": day.nth > 0, "nth": day.nth or None, "provisional": calendar.is_provisional(day.on)}
    return {"date": day.on.isoformat(), "kind": day.kind, "name": day.name, **counted}


def _explained(pack: Policy, clock: Clock, due: Due, calendar: Calendar) -> Iterator[str]:
    yield say("policy_timeline", "clock", label=clock.label.zh, key=clock.key, due=_moment(due.at))
    yield say("policy_timeline", clock.unit, start=_start(pack, due), limit=clock.limit)
    yield from (_day_line(day, clock, last=day == due.days[-1]) for day in due.days)
    if extension := clock.extension:
        more = {"times": extension.times, "limit": extension.limit, "unit": say("unit", clock.unit)}
        yield say("policy_timeline", "extension", **more, approved_by=pack.post(extension.approved_by).label.zh)
    if due.provisional:
        yield _doubt(pack, due, calendar)


def _start(pack: Policy, due: Due) -> str:
    if due.starts_from == "receipt":
        return say("policy_timeline", "from_receipt")
    label = pack.clock(due.starts_from).label.zh
    return say("policy_timeline", "from_clock", label=label, moment=_moment(due.starts_at))


def _day_line(day: DayCounted, clock: Clock, *, last: bool) -> str:
    named = day.kind == "working_day" and day.name
    what = say("policy_day", "own_working_day" if named else day.kind, name=day.name)
    said = {"on": day.on.isoformat(), "weekday": _weekday(day.on.weekday())}
    return say("policy_timeline", "day", **said, what=what, counted=_counted(day, clock, last=last))


def _counted(day: DayCounted, clock: Clock, *, last: bool) -> str:
    if day.nth:
        return say("policy_timeline", "last" if last else "nth", nth=day.nth, unit=say("policy_counted", clock.unit))
    if clock.unit == "calendar_day":
        return say("policy_timeline", "put_off_last" if last else "put_off")
    return say("policy_timeline", "not_counted")


def _doubt(pack: Policy, due: Due, calendar: Calendar) -> str:
    years = sorted({str(day.on.year) for day in due.days if calendar.is_provisional(day.on)})
    if years:
        return say("policy_timeline", "provisional", years=" ".join(years))
    return say("policy_timeline", "provisional_before", label=pack.clock(due.starts_from).label.zh)


def _moment(at: datetime) -> str:
    local = at.astimezone(ZONE)
    said = {"on": local.date().isoformat(), "weekday": _weekday(local.weekday())}
    return say("policy_timeline", "moment", **said, at=f"{local:%H:%M}")


def _weekday(number: int) -> str:
    return say("policy_weekday", str(number))


def _iso(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="seconds")
