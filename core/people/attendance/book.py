"""All that is known of attendance between two days, read at once, and each day judged from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import cast

from core.cases.calendar import Calendar
from core.cases.clocks import ZONE, local_day
from core.cases.office import Office
from core.errors import Refused
from core.people.attendance import judging
from core.people.attendance.judging import Day
from core.people.attendance.presence import Approved, Becomes, Punch, Way
from core.policies.attendance import Attendance, Hours
from core.records import record
from core.store import attendance, service_rows
from core.store.attendance import StoredHours, StoredPunch, StoredRequest
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork

SINCE = "attendance.since"


@record(frozen=True, slots=True)
class Book:
    """``since`` is the day from which attendance counts here; punches and approvals are by member."""

    pack: Attendance
    calendar: Calendar
    since: date
    hours: Mapping[int, Sequence[StoredHours]]
    punches: Mapping[int, Sequence[StoredPunch]]
    approved: Mapping[int, Sequence[Approved]]

    def hours_of(self, member: StaffMember, on: date) -> Hours:
        """Which hours somebody has on a day: their own, else those of their post. Hours that the pack has no more are none."""
        own = [each.hours for each in self.hours.get(member.id, ()) if each.from_on <= on]
        return (self.pack.hours_named(own[-1]) if own else None) or self.pack.hours_of(member.posts)

    def counts(self, member: StaffMember, on: date) -> bool:
        """Whether the day is one of theirs: attendance counts already, and they work here."""
        first = min([local_day(member.added_at), *(each.from_on for each in self.hours.get(member.id, ()))])
        gone = member.left_at is not None and on >= local_day(member.left_at)
        return on >= max(first, self.since) and not gone

    def day(self, member: StaffMember, on: date, now: datetime) -> Day | None:
        """The day as it stands now; None where it does not count, or has not begun."""
        if not self.counts(member, on) or on > self.pack.day_of(now.astimezone(ZONE)):
            return None
        near = midnight(on) - timedelta(days=1), midnight(on) + timedelta(days=2)
        punches = [
            Punch(each.at, cast(Way, each.way))
            for each in self.punches.get(member.id, ())
            if near[0] <= each.at < near[1]
        ]
        hours, mark, approved = self.hours_of(member, on), self.calendar.day(on), self.approved.get(member.id, ())
        return judging.judge(self.pack, hours, mark, on, punches, approved, now)

    def days(self, member: StaffMember, days: Sequence[date], now: datetime) -> list[Day]:
        return [day for on in days if (day := self.day(member, on, now)) is not None]


def pack_of(office: Office) -> Attendance:
    """The pack that is in use. Raises Refused where there is none."""
    if office.attendance is None:
        raise Refused("attendance.off")
    return office.attendance


def since(uow: UnitOfWork) -> date | None:
    """The day from which attendance counts here; None as long as nobody said."""
    kept = service_rows.get(uow, SINCE)
    return date.fromisoformat(kept) if kept else None


def open_book(uow: UnitOfWork, office: Office, first: date, last: date, member_id: int | None = None) -> Book:
    """The book of the days from ``first`` to ``last``, of one member or of all. Raises Refused where attendance is not kept."""
    pack, begins = pack_of(office), since(uow)
    if begins is None:
        raise Refused("attendance.not_started")
    # A punch after midnight may belong to the day before.
    span = midnight(first), midnight(last) + timedelta(days=2)
    hours, punches = defaultdict[int, list[StoredHours]](list), defaultdict[int, list[StoredPunch]](list)
    approved = defaultdict[int, list[Approved]](list)
    for own in attendance.hours(uow):
        hours[own.staff_id].append(own)
    for punch in attendance.punches(uow, *span, member_id):
        punches[punch.staff_id].append(punch)
    for request in attendance.requests(uow, *span, member_id):
        if request.state == "approved":
            approved[request.staff_id].append(_approved(request))
    return Book(pack, office.calendar, begins, hours, punches, approved)


def midnight(on: date) -> datetime:
    """When a day of the institution begins."""
    return datetime.combine(on, time.min, ZONE)


def _approved(request: StoredRequest) -> Approved:
    becomes = cast(Becomes, request.becomes)
    return Approved(becomes, request.begins_at, request.ends_at, corrects=request.kind == "correction")
