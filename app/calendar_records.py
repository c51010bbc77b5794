"""What ``tousu calendar`` shows and does: records for programs, lines for people. Works beside a running service."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from app.resources import open_store
from app.texts_cli import say
from core.cases import calendar_changes
from core.cases.calendar import Calendar, Change, DayMark, calendar
from core.cases.calendar_changes import Consequences
from core.cases.clocks import ZONE
from core.cases.office import Office
from core.cases.vocabulary import OPEN
from core.policies.load import load
from core.store import calendar as rows
from core.store import cases
from core.texts import load_texts

if TYPE_CHECKING:
    from app.settings import Settings
    from core.store.calendar import StoredChange
    from core.store.unit_of_work import UnitOfWork

Record = dict[str, Any]


def standing(settings: Settings) -> Record:
    """Which years are known and from where, the office's own days, and how many open cases wait for a provisional day."""
    store = open_store(settings, read_only=True)
    try:
        return store.read(_standing)
    finally:
        store.close()


def change(settings: Settings, changes: Sequence[Change], actor: str, now: datetime, *, done: bool) -> Record:
    """Make these changes, or, where they are not to be ``done`` yet, say what they would do."""
    office = Office(load(settings.policy), calendar(), load_texts())
    store = open_store(settings, beside=True) if done else open_store(settings, read_only=True)
    try:
        if done:
            outcome = store.write(
                partial(calendar_changes.change, office=office, changes=changes, actor=actor, now=now)
            )
        else:
            outcome = store.read(partial(calendar_changes.consequences, office=office, changes=changes, now=now))
    finally:
        store.close()
    return _outcome(outcome) | {"done": done}


def standing_lines(record: Record) -> list[str]:
    shipped = record["shipped"]
    imported = [say("calendar", "imported", **row, count=len(row["notices"])) for row in record["imported"]]
    own = [
        say("calendar", "own_work" if row["worked"] else "own_rest", days=_days(row), **row) for row in record["own"]
    ]
    return [
        say("calendar", "shipped", first=shipped[0], last=shipped[-1]),
        *imported,
        say("calendar", "provisional", year=record["provisional_from"]),
        *([say("calendar", "own"), *own] if own else []),
        say("calendar", "waiting", count=record["open_provisional"]),
    ]


def change_lines(record: Record) -> list[str]:
    if not record["changes"]:
        return [say("calendar", "nothing_new")]
    days = [say("calendar", "turns_work" if day["worked"] else "turns_rest", **day) for day in record["days"]]
    return [
        *(_change_line(change) for change in record["changes"]),
        *days,
        say("calendar", "cases_done" if record["done"] else "cases_would", **record["cases"]),
        say("calendar", "done" if record["done"] else "not_done"),
    ]


def _days(row: Record) -> str:
    return str(row["first"]) if row["first"] == row["last"] else f"{row['first']}..{row['last']}"


def _change_line(change: Record) -> str:
    key = "change_year" if change["year"] else "change_own"
    return say("calendar", key, **change, count=len(change["notices"]))


def _standing(uow: UnitOfWork) -> Record:
    kept, now = rows.changes(uow), calendar_changes.current(uow)
    latest = {row.year: _kept_record(row) for row in kept if row.year is not None}
    return {
        "version": now.version,
        "shipped": sorted(calendar().years.keys() - latest.keys()),
        "imported": [record for _, record in sorted(latest.items())],
        "provisional_from": max(now.years) + 1,
        "own": list(_spans(now)),
        "open_provisional": sum(case.status in OPEN for case in cases.provisional(uow)),
        "history": [_kept_record(row) for row in kept],
    }


def _kept_record(row: StoredChange) -> Record:
    at = row.at.astimezone(ZONE).isoformat(timespec="minutes")
    about = {"version": row.version, "at": at, "by": row.actor, "year": row.year, "title": row.title}
    return about | {"notices": list(row.notices), "sha256": row.sha256}


def _spans(now: Calendar) -> Iterable[Record]:
    """The office's own days; those in a row that are alike are one."""
    spans: list[tuple[date, date, DayMark]] = []
    for on, mark in sorted(now.own.items()):
        if spans and spans[-1][1] == on - timedelta(days=1) and _alike(spans[-1][2], mark):
            spans[-1] = (spans[-1][0], on, mark)
        else:
            spans.append((on, on, mark))
    for first, last, mark in spans:
        yield {"first": str(first), "last": str(last), "worked": mark.worked, "reason": mark.name}


def _alike(one: DayMark, other: DayMark) -> bool:
    return (one.worked, one.name) == (other.worked, other.name)


def _outcome(outcome: Consequences) -> Record:
    return {
        "changes": [
            {"year": each.year, "title": each.title, "notices": list(each.notices), "sha256": each.sha256}
            for each in outcome.changes
        ],
        "days": [{"on": str(on), "worked": mark.worked, "name": mark.name} for on, mark in outcome.turned],
        "cases": {
            "provisional": outcome.provisional,
            "recounted": len(outcome.recounts),
            "moved": outcome.moved,
        },
    }
