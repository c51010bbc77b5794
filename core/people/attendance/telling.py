"""What is told of attendance with time: the day to whom it concerns, the month to be confirmed.

Whoever was late hears of it in their own chat, whoever decides reads accounts in theirs; the staff's chat reads counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from core.cases.clocks import ZONE, by_day, local_day
from core.cases.office import Office
from core.cases.telling_staff import OWN_SLOTS, staff_alert
from core.messages import Choice, OutboundMessage
from core.people.attendance import wording
from core.people.attendance.book import Book, midnight, open_book, since
from core.people.attendance.confirming import account, book_of
from core.people.attendance.judging import Day
from core.people.attendance.months import Month
from core.people.attendance.requesting import may_decide
from core.store import outbox, service_rows, sessions, staff
from core.store.attendance import StoredRequest
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork

DAY_TOLD, MONTH_TOLD = "attendance.day", "attendance.month"

TO_REPORT = ("late", "early", "late_out", "short", "missing_in", "missing_out", "absent")
"""What its person explains on the same day."""

LOOKS_BACK = 14
"""Days; what was not told by then is only in the statement."""


def tell_attendance(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """Tell of the last working day that is over, and of the last month, what was not told yet; return how many days and months.

    A day without any punch, where a device is read, waits for its file, and that is said once.
    """
    begins = since(uow)
    if office.attendance is None or begins is None:
        return 0
    on = _last_day(office, now)
    if on is None or on < begins:
        return 0
    told = service_rows.get(uow, DAY_TOLD) or ""
    if told >= on.isoformat():
        return _tell_month(uow, office, begins, on, now)
    book = open_book(uow, office, on, on)
    if "chat" not in book.pack.clocking and not _has_punches(book, on):
        shown = wording.day(office, on)
        staff_alert(uow, office, "attendance_no_file", f"attendance:file:{on}", now, _tonight(now), day=shown)
        return 0
    _tell_day(uow, office, book, on, now)
    service_rows.put(uow, DAY_TOLD, on.isoformat())
    return 1 + _tell_month(uow, office, begins, on, now)


def tell_own(
    uow: UnitOfWork, member: StaffMember, text: str, key: str, now: datetime, choices: Sequence[Choice] = ()
) -> None:
    """Tell somebody in each chat that is theirs, by day; once for each ``key``."""
    for chat in sessions.of_member(uow, member.id):
        message, slot = OutboundMessage(text, tuple(choices)), f"{OWN_SLOTS}{key}"
        outbox.add(uow, sessions.get(uow, chat), message, f"alert:{key}:{chat}", by_day(now), now=now, slot=slot)


def tell_asked(uow: UnitOfWork, office: Office, asked: StoredRequest, now: datetime) -> None:
    """Tell whoever may decide, in their own chats, that somebody asks; what they wrote is read there, where it is asked for."""
    line = wording.request(office, asked, staff.by_id(uow, asked.staff_id).account)
    text = office.texts.render("zh", "attendance.asked_heads", request=line, number=str(asked.id))
    for head in staff.everybody(uow):
        if head.id != asked.staff_id and may_decide(uow, office, head):
            tell_own(uow, head, text, f"attendance:asked:{asked.id}:{head.account}", now)


def tell_decided(uow: UnitOfWork, office: Office, decided: StoredRequest, now: datetime) -> None:
    """Tell whoever asked what became of it."""
    member = staff.by_id(uow, decided.staff_id)
    line = wording.request(office, decided, member.account)
    if decided.state == "approved":
        text = office.texts.render("zh", "attendance.yours_approved", request=line)
    else:
        text = office.texts.render("zh", "attendance.yours_refused", request=line, note=decided.note)
    tell_own(uow, member, text, f"attendance:{decided.state}:{decided.id}:{member.account}", now)


def _last_day(office: Office, now: datetime) -> date | None:
    """The last working day whose time to be told has come."""
    local = now.astimezone(ZONE)
    assert office.attendance is not None
    last = local.date() if local.time() >= office.attendance.telling.at else local.date() - timedelta(days=1)
    days = (last - timedelta(days=passed) for passed in range(LOOKS_BACK))
    return next((on for on in days if office.calendar.day(on).worked), None)


def _has_punches(book: Book, on: date) -> bool:
    """Whether anybody was seen that day; the book holds the next morning, too."""
    return any(book.pack.day_of(each.at.astimezone(ZONE)) == on for own in book.punches.values() for each in own)


def _tell_day(uow: UnitOfWork, office: Office, book: Book, on: date, now: datetime) -> None:
    everybody = staff.everybody(uow)
    days = {member: day for member in everybody if (day := book.day(member, on, now)) is not None}
    to_report = {member: day for member, day in days.items() if set(day.found) & set(TO_REPORT)}
    shown = wording.day(office, on)
    for member, day in to_report.items():
        found = wording.findings(office, day, TO_REPORT)
        text = office.texts.render("zh", "attendance.day_yours", day=shown, found=found)
        tell_own(uow, member, text, f"attendance:{on}:{member.account}", now)
    _tell_heads(uow, office, everybody, to_report, on, now)
    counts = _counts(days.values())
    staff_alert(uow, office, "attendance_day", f"attendance:day:{on}", now, _tonight(now), day=shown, **counts)


def _tonight(now: datetime) -> datetime:
    """When this day is over: what is told of it is not left for the next morning."""
    return midnight(local_day(now) + timedelta(days=1))


def _tell_heads(
    uow: UnitOfWork,
    office: Office,
    everybody: Sequence[StaffMember],
    to_report: Mapping[StaffMember, Day],
    on: date,
    now: datetime,
) -> None:
    rows = "".join(
        f"\n{member.account} {wording.findings(office, day, TO_REPORT)}" for member, day in to_report.items()
    )
    if not rows:
        return
    text = office.texts.render("zh", "attendance.day_heads", day=wording.day(office, on), rows=rows)
    for head in everybody:
        if may_decide(uow, office, head):
            tell_own(uow, head, wording.in_one_bubble(text), f"attendance:{on}:heads:{head.account}", now)


def _counts(days: Collection[Day]) -> dict[str, str]:
    found = Counter(name for day in days for name in day.found)
    return {
        "due": str(len(days)),
        "late": str(found["late"]),
        "early": str(found["early"] + found["late_out"] + found["short"]),
        "missing": str(found["missing_in"] + found["missing_out"]),
        "absent": str(found["absent"]),
        "away": str(found["leave"] + found["business"]),
    }


def _tell_month(uow: UnitOfWork, office: Office, begins: date, on: date, now: datetime) -> int:
    """On the first working day of the next month each gets the statement of the last to confirm."""
    month = Month.of(on).before
    if month.last < begins or (service_rows.get(uow, MONTH_TOLD) or "") >= month.key:
        return 0
    book, serious, resigned, people = book_of(uow, office, month), 0, 0, 0
    for member in staff.everybody(uow):
        own = account(uow, book, member, month, now)
        if not own.days:
            continue
        people += 1
        serious, resigned = serious + own.figures.serious, resigned + own.figures.resigned
        text, choices = wording.statement(office, own, ask=True)
        tell_own(uow, member, text, f"attendance:{month.key}:{member.account}", now, choices)
    counts = {"people": str(people), "serious": str(serious), "resigned": str(resigned)}
    staff_alert(uow, office, "attendance_month", f"attendance:month:{month.key}", now, month=month.key, **counts)
    service_rows.put(uow, MONTH_TOLD, month.key)
    return 1
