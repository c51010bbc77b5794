"""What staff read of the whole: each morning, each week, each month; after an absence; and that a year has no holidays yet.

Counts only: no number, no name, nothing of a case that one of its readers must not know of.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from statistics import mean

from core.cases import clocks
from core.cases.clocks import ZONE, by_day, local_day
from core.cases.office import Office, rules
from core.cases.periods import Span, last_ended
from core.cases.telling import objection_window
from core.cases.telling_staff import staff_alert
from core.records import pack, unpack
from core.store import service_rows, tallies
from core.store.tallies import CaughtUp, EndedCase, Morning
from core.store.unit_of_work import UnitOfWork

ABSENT = timedelta(minutes=10)
SETTLED = timedelta(minutes=2)
"""By then whoever came back has done the first round of everything."""

AWAY = "away"
HOLIDAYS_FROM = (11, 15)
"""By this day of the year the next one's holidays are usually announced."""


def tell_briefings(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """Tell what is due now that the office is open; how many were told.

    The first time it is open on a day is the day's, in a week the week's, in a month the month's. What was missed is not told
    late. The first look of all only begins to count.
    """
    today = local_day(now)
    if not (
        clocks.is_open(office.policy, now, office.calendar) and office.calendar.day(today).worked and by_day(now) == now
    ):
        return 0
    monday = today - timedelta(days=today.weekday())
    week = Span(monday - timedelta(days=7), monday - timedelta(days=1))
    told = [_tell_day(uow, office, today, now), _tell_span(uow, office, "week", week, now)]
    return sum([*told, _tell_span(uow, office, "month", last_ended(today, 1), now)])


def _tell_day(uow: UnitOfWork, office: Office, today: date, now: datetime) -> bool:
    since = _begin(uow, "day", today, now)
    if since is None:
        return False
    midnight = datetime.combine(today + timedelta(days=1), time.min, ZONE)
    found = tallies.morning(uow, since, now, midnight, midnight + timedelta(days=1))
    return staff_alert(
        uow,
        office,
        "briefing_day",
        f"briefing:day:{today}",
        now,
        day=_day(office, today),
        since=_moment(office, since),
        archivable=str(_archivable(uow, office, now)),
        **_counts(found),
    )


def _tell_span(uow: UnitOfWork, office: Office, name: str, span: Span, now: datetime) -> bool:
    """All that came in these days, and all that ended."""
    if _begin(uow, name, span.first, now) is None:
        return False
    by_category = tallies.received(uow, span.since, span.until)
    over = tallies.ended(uow, span.since, span.until)
    late = sum(case.late for case in over)
    return staff_alert(
        uow,
        office,
        f"briefing_{name}",
        f"briefing:{name}:{span.first}",
        now,
        since=_day(office, span.first),
        until=_day(office, span.last),
        received=str(sum(many for _, many in by_category)),
        ended=str(len(over)),
        on_time=str(len(over) - late),
        late=str(late),
        days=_average([(case.closed_at - case.registered_at) / timedelta(days=1) for case in over]),
        rating=_satisfaction(office, over),
        categories=_categories(office, by_category),
    )


def _begin(uow: UnitOfWork, name: str, first: date, now: datetime) -> datetime | None:
    """When this briefing was told last; None where it was told for this period, or never: then it counts from now on."""
    row = service_rows.get(uow, f"briefing.{name}")
    last, at = unpack(row.encode()) if row else ("", "")
    if last == first.isoformat():
        return None
    service_rows.put(uow, f"briefing.{name}", pack([first.isoformat(), now.isoformat()]).decode())
    return datetime.fromisoformat(at) if at else None


def _archivable(uow: UnitOfWork, office: Office, now: datetime) -> int:
    packs = tallies.packs_of_ended(uow)
    return sum(
        tallies.archivable(uow, key, version, now - objection_window(rules(uow, office, key, version)))
        for key, version in packs
    )


def _counts(found: Morning | CaughtUp) -> dict[str, str]:
    return {name: str(getattr(found, name)) for name in found.__dataclass_fields__}


def _average(numbers: Sequence[float]) -> str:
    return f"{mean(numbers):.1f}" if numbers else "0"


def _satisfaction(office: Office, over: Sequence[EndedCase]) -> str:
    stars = [case.rating for case in over if case.rating is not None]
    if not stars:
        return office.texts.render("zh", "alert.no_satisfaction")
    return office.texts.render("zh", "alert.satisfaction", stars=_average(stars), count=str(len(stars)))


def _categories(office: Office, by_category: Sequence[tuple[str, int]]) -> str:
    if not by_category:
        return ""
    labels = {row.key: row.label.zh for row in office.policy.categories}
    listed = "、".join(f"{labels.get(key, key)} {many}" for key, many in by_category)
    return office.texts.render("zh", "alert.categories", categories=listed)


def _day(office: Office, on: date) -> str:
    return office.texts.render("zh", "date.short", month=str(on.month), day=str(on.day))


def _moment(office: Office, at: datetime) -> str:
    local = at.astimezone(ZONE)
    return office.texts.render("zh", "date.moment", month=str(local.month), day=str(local.day), time=f"{local:%H:%M}")


# ── absence ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def beat(uow: UnitOfWork, now: datetime) -> None:
    """Leave a sign of life. Where the last one is long past nobody was there, and that is written down to be told."""
    last = service_rows.beat_at(uow)
    if last is not None and now - last > ABSENT:
        untold = service_rows.get(uow, AWAY)
        since = unpack(untold.encode())[0] if untold else last.isoformat()
        service_rows.put(uow, AWAY, pack([since, now.isoformat()]).decode())
    service_rows.put(uow, service_rows.HEARTBEAT, now.isoformat())


def tell_of_absence(uow: UnitOfWork, office: Office, now: datetime) -> bool:
    """Tell staff since when nobody was there, and what was caught up in the first round; whether there was anything to tell."""
    row = service_rows.get(uow, AWAY)
    if not row:
        return False
    since, back_at = (datetime.fromisoformat(text) for text in unpack(row.encode()))
    if back_at <= now < back_at + SETTLED:
        return False
    found = tallies.caught_up(uow, since, back_at - SETTLED)
    service_rows.put(uow, AWAY, "")
    key, began, ended = f"back:{since.isoformat()}", _moment(office, since), _moment(office, back_at)
    return staff_alert(uow, office, "back", key, now, since=began, until=ended, **_counts(found))


# ── the calendar ────────────────────────────────────────────────────────────────────────────────────────────────────────


def ask_for_holidays(uow: UnitOfWork, office: Office, now: datetime) -> bool:
    """Once a week, as long as the days that are promised may still move; whether it was said."""
    today = local_day(now)
    year = today.year + ((today.month, today.day) >= HOLIDAYS_FROM)
    if year in office.calendar.years:
        return False
    week = today.isocalendar()
    key = f"holidays:{year}:{week.year}-{week.week}"
    return staff_alert(uow, office, "holidays", key, now, year=str(year))
