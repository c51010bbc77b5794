"""Checking in and out by oneself, in one's own chat: nobody can do it for another."""

from __future__ import annotations

from datetime import datetime, time

from core.cases.clocks import ZONE
from core.cases.office import Office
from core.errors import Refused
from core.people.attendance.book import Book, open_book, pack_of
from core.people.attendance.judging import Day
from core.people.attendance.minutes import minute_of
from core.people.attendance.presence import Way
from core.records import record
from core.store import attendance, staff
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Checked:
    """How the day stands after a check; ``at`` is when it counts from, earlier than now where it was made ``before``."""

    at: time
    day: Day
    before: bool


def check(uow: UnitOfWork, office: Office, member: StaffMember, way: Way, now: datetime) -> Checked:
    """Check in or out now. Who did so already is told when; nothing is written twice. Raises Refused."""
    pack = pack_of(office)
    if "chat" not in pack.clocking:
        raise Refused("attendance.by_device")
    # Of two checks at once, from two chats of theirs, the second waits here and finds the first.
    staff.by_account(uow, member.account, for_update=True)
    on = pack.day_of(now.astimezone(ZONE))
    book = open_book(uow, office, on, on, member.id)
    day = book.day(member, on, now)
    if day is None:
        raise Refused("attendance.not_counted")
    made = day.came if way == "in" else _left(book, member, day)
    if made is not None:
        return Checked(clock_time(made), day, before=True)
    _check_window(book, member, way, now, day)
    at = now.replace(microsecond=0)
    attendance.punch(uow, member.id, at, way)
    after = open_book(uow, office, on, on, member.id).day(member, on, now)
    assert after is not None
    return Checked(at.astimezone(ZONE).time(), after, before=False)


def clock_time(minute: int) -> time:
    """A minute of the day as the clock shows it, that of the next day too."""
    hours, minutes = divmod(minute, 60)
    return time(hours % 24, minutes)


def _left(book: Book, member: StaffMember, day: Day) -> int | None:
    """When they checked out at the end of work; who went earlier may check out again."""
    ends = minute_of(book.hours_of(member, day.on).ends)
    return day.went if day.went is not None and day.went >= ends and not _extra(book, member, day) else None


def _extra(book: Book, member: StaffMember, day: Day) -> bool:
    """Whether they have overtime that day, behind which they check out again."""
    return any(
        each.becomes == "overtime" and each.begins.astimezone(ZONE).date() == day.on
        for each in book.approved.get(member.id, ())
    )


def _check_window(book: Book, member: StaffMember, way: Way, now: datetime, day: Day) -> None:
    """Too early is no check-in; a day of rest has none without overtime. Raises Refused."""
    if _extra(book, member, day):
        return
    if day.state == "rest":
        raise Refused("attendance.rest_day")
    hours, local = book.hours_of(member, day.on), now.astimezone(ZONE)
    opens = hours.check_in.opens
    if way == "in" and opens is not None and local < datetime.combine(day.on, opens, ZONE):
        raise Refused("attendance.too_early", opens=f"{opens:%H:%M}")
    if way == "out" and local <= datetime.combine(day.on, hours.begins, ZONE):
        raise Refused("attendance.not_begun")
