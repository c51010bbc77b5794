"""The statement of a month, and that its person confirmed it; what is corrected after that is to be confirmed again."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.cases.clocks import ZONE
from core.cases.office import Office
from core.errors import Refused
from core.people.attendance.book import Book, open_book, pack_of
from core.people.attendance.judging import Day
from core.people.attendance.months import Month, Statement, statement
from core.records import plain, record
from core.store import attendance, office_timeline
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork

LEAD_UP = timedelta(days=31)
"""So long before a month is looked at for what runs into it."""

SHORT = 8
"""So many signs of a statement's digest name it in a chat."""


@record(frozen=True, slots=True)
class Account:
    """One person's month: its days, what they come to, and whether that very statement was confirmed.

    ``stale`` is true where they confirmed another than it is now.
    """

    member: StaffMember
    month: Month
    days: tuple[Day, ...]
    figures: Statement
    confirmed_at: datetime | None
    stale: bool


def book_of(uow: UnitOfWork, office: Office, month: Month, member_id: int | None = None) -> Book:
    """What the statements of a month are made from. Raises Refused."""
    return open_book(uow, office, month.first - LEAD_UP, month.last, member_id)


def account(uow: UnitOfWork, book: Book, member: StaffMember, month: Month, now: datetime) -> Account:
    """The month of one person as it stands now."""
    lead_up = [month.first - timedelta(days=passed) for passed in range(LEAD_UP.days, 0, -1)]
    days = book.days(member, month.days, now)
    figures = statement(book.pack, days, book.days(member, lead_up, now))
    kept = attendance.confirmed(uow, member.id, month.key)
    holds = kept is not None and kept.digest == figures.digest
    return Account(
        member, month, tuple(days), figures, kept.at if kept and holds else None, kept is not None and not holds
    )


def confirm(
    uow: UnitOfWork, office: Office, member: StaffMember, month: Month, digest: str, now: datetime
) -> tuple[Account, bool]:
    """Confirm one's own month, once it is over, as it was shown under this digest; whether it is confirmed now.

    It is not where it has changed since; what is returned is how it stands. Raises Refused.
    """
    if month.last >= pack_of(office).day_of(now.astimezone(ZONE)):
        raise Refused("attendance.month_open", month=month.key)
    own = account(uow, book_of(uow, office, month, member.id), member, month, now)
    if not own.days:
        raise Refused("attendance.no_month", month=month.key)
    if digest and not own.figures.digest.startswith(digest):
        return own, False
    if own.confirmed_at is None:
        attendance.confirm(uow, member.id, month.key, own.figures.digest, plain(own.figures), now)
        who = f"staff:{member.account}"
        office_timeline.add(uow, now, "attendance_confirmed", who, f"{month.key} {own.figures.digest[:12]}")
    return own, True
