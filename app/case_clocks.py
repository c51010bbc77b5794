"""``tousu case clocks``: why a case is due when it is, day by day, with what was not counted and what was added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.case_records import seen_by
from app.resources import at_the_desk
from app.texts_cli import say
from core.cases import expected, running
from core.cases.clocks import ZONE, DayCounted
from core.cases.office import Office, rules_of
from core.cases.standing import latest
from core.policies.policy import Policy
from core.store.case_clocks import StoredClock
from core.store.queries import CaseDetail
from core.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from app.settings import Settings

Record = dict[str, Any]


def explain(settings: Settings, number: str, account: str, now: datetime) -> Record | None:
    """Every clock of the case that began, and those that will; None where there is no such case for this viewer."""
    with at_the_desk(settings) as (store, office):

        def work(uow: UnitOfWork) -> Record | None:
            detail = seen_by(uow, office, number, account, now)
            return _record(office, rules_of(uow, office, detail.case), detail) if detail else None

        return store.write(work)


def _record(office: Office, policy: Policy, detail: CaseDetail) -> Record:
    case, rows = detail.case, detail.clocks
    begun = [_clock(office, policy, row) for row in rows]
    ahead = expected.projected(policy, case.level, rows, office.calendar, since=case.registered_at)
    there = set(latest(rows))
    later = [
        {
            "clock": key,
            "label": policy.clock(key).label.zh,
            "expected_at": _moment(due.at),
            "provisional": due.provisional,
        }
        for key, due in ahead.items()
        if key not in there and case.closed_at is None
    ]
    return {"number": case.number, "promised_on": case.promised_on.isoformat(), "clocks": begun, "later": later}


def _clock(office: Office, policy: Policy, row: StoredClock) -> Record:
    return {
        "clock": row.clock,
        "label": policy.clock(row.clock).label.zh,
        "round": row.round,
        "starts_at": _moment(row.started_at),
        "due_at": _moment(row.due_at),
        "provisional": row.provisional,
        "ended_at": _moment(row.ended_at) if row.ended_at else None,
        "ended_by": row.ended_by,
        "stops": [
            {"since": _moment(stop.since), "until": _moment(stop.until) if stop.until else None, "why": stop.why}
            for stop in row.stops
        ],
        "extensions": [{"further": each.further, "at": _moment(each.at), "by": each.by} for each in row.extensions],
        "days": [_day(day) for day in running.explained(policy, row, office.calendar)],
    }


def _day(day: DayCounted) -> Record:
    return {"on": day.on.isoformat(), "kind": day.kind, "name": day.name, "nth": day.nth, "stopped": day.stopped}


def lines(record: Mapping[str, Any]) -> list[str]:
    head = say("case_clocks", "head", number=record["number"], promised_on=record["promised_on"])
    later = [say("case_clocks", "later", **clock) for clock in record["later"]]
    return [head, *(line for clock in record["clocks"] for line in _clock_lines(clock)), *later]


def _clock_lines(clock: Mapping[str, Any]) -> Iterator[str]:
    state = "ended" if clock["ended_at"] else "stopped" if _stands_still(clock) else "running"
    yield say("case_clocks", state, **clock)
    for stop in clock["stops"]:
        yield say(
            "case_clocks", "stop", since=stop["since"], until=stop["until"] or "…", why=say("clock_stop", stop["why"])
        )
    for more in clock["extensions"]:
        yield say("case_clocks", "extension", **more)
    counted = "、".join(_day_words(day) for day in clock["days"])
    if counted:
        yield say("case_clocks", "days", days=counted)


def _stands_still(clock: Mapping[str, Any]) -> bool:
    return any(stop["until"] is None for stop in clock["stops"])


def _day_words(day: Mapping[str, Any]) -> str:
    on = day["on"][5:]
    if day["nth"]:
        return say("case_clocks", "counted", on=on, nth=day["nth"])
    why = (
        say("clock_stop", day["stopped"])
        if day["stopped"]
        else day["name"] or say("policy_day", day["kind"], name=day["name"])
    )
    return say("case_clocks", "not_counted", on=on, why=why)


def _moment(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="seconds")
