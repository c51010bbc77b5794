"""What the office arranges: from which day attendance counts, how the device knows somebody, which hours they have."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

from core.cases.clocks import local_day
from core.cases.office import Office
from core.errors import Refused
from core.people.attendance.book import SINCE, pack_of
from core.people.attendance.device_cells import Unread
from core.people.attendance.device_files import code_of
from core.people.staffing import somebody
from core.store import attendance, office_timeline, service_rows, staff
from core.store.unit_of_work import UnitOfWork


def start(uow: UnitOfWork, office: Office, on: date, by: str, now: datetime) -> None:
    """Attendance counts from this day on; for whoever works here now, too, however late they were registered. Raises Refused."""
    if on < pack_of(office).effective_from:
        raise Refused("attendance.before_pack", day=f"{pack_of(office).effective_from}")
    service_rows.put(uow, SINCE, on.isoformat())
    known = {each.staff_id for each in attendance.hours(uow) if each.from_on <= on}
    for member in staff.everybody(uow):
        if local_day(member.added_at) > on and member.id not in known:
            attendance.put_hours(uow, member.id, on, "")
    office_timeline.add(uow, now, "attendance_started", by, on.isoformat())


def know_by(uow: UnitOfWork, office: Office, account: str, code: str, by: str, now: datetime) -> None:
    """The device knows them by this code from now on, "" for by none. Raises Refused."""
    pack_of(office)
    member, code = somebody(uow, account), _code(code)
    holder = attendance.codes(uow).get(code)
    if holder is not None and holder != member.id:
        raise Refused("attendance.code_taken", code=code, account=staff.by_id(uow, holder).account)
    attendance.put_code(uow, member.id, code)
    office_timeline.add(uow, now, "attendance_code", by, f"{account} {code}")


def have_hours(uow: UnitOfWork, office: Office, account: str, key: str, from_on: date, by: str, now: datetime) -> None:
    """They have these hours of the pack from a day on, "" for those of their post. Raises Refused."""
    pack, member = pack_of(office), somebody(uow, account)
    if key and pack.hours_named(key) is None:
        known = "、".join(f"{each.key} {each.label.zh}" for each in pack.hours)
        raise Refused("attendance.no_such_hours", hours=key, known=known)
    attendance.put_hours(uow, member.id, from_on, key)
    office_timeline.add(uow, now, "attendance_hours", by, f"{account} {from_on} {key}")


def _code(typed: str) -> str:
    """The code as the device's files have it. Raises Refused where none of them can."""
    with suppress(Unread):
        code = code_of(typed)
        if code or not typed.strip():
            return code
    raise Refused("attendance.code")
