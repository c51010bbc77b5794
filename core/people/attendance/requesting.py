"""What somebody asks for, and who decides: leave, a forgotten check, a business trip, overtime, a correction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Literal

from core.cases import rights
from core.cases.calendar import Calendar
from core.cases.clocks import ZONE
from core.cases.office import Office
from core.errors import Refused
from core.people.attendance.book import open_book, pack_of
from core.people.attendance.presence import Becomes
from core.policies.attendance import Attendance
from core.records import record
from core.store import attendance, office_timeline, staff
from core.store.attendance import StoredRequest
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork

RequestKind = Literal["leave", "forgot", "business", "overtime", "correction"]

MAY_BECOME: Mapping[str, frozenset[str]] = {
    "leave": frozenset({"leave"}),
    "business": frozenset({"business"}),
    "overtime": frozenset({"overtime"}),
    "forgot": frozenset({"in", "out"}),
    "correction": frozenset({"in", "out", "leave", "business"}),
}
"""What can be asked for: overtime never behind it, whatever it is called."""

LONGEST_WORDS = 300
LONGEST_SPAN = timedelta(days=200)


@record(frozen=True, slots=True)
class Wish:
    """What is asked for: that the time from ``begins`` to ``ends`` counts as what it ``becomes``. ``words`` say why, ``proof``
    what shows it."""

    kind: RequestKind
    becomes: Becomes
    begins: datetime
    ends: datetime
    words: str
    proof: str = ""


def ask(uow: UnitOfWork, office: Office, member: StaffMember, wish: Wish, now: datetime) -> StoredRequest:
    """Ask for it; the same once more is the one that is there. Raises Refused."""
    pack = pack_of(office)
    _check_wish(wish)
    # Of two messages that ask for the same at once the second waits here, and finds what the first one wrote.
    staff.by_account(uow, member.account, for_update=True)
    near = attendance.requests(uow, wish.begins, wish.ends + timedelta(minutes=1), member.id)
    same = [each for each in near if _is_same(each, wish)]
    if same:
        return same[0]
    _CHECKS[wish.kind](pack, office.calendar, wish, now)
    if wish.kind == "forgot":
        _check_forgotten(uow, office, member, wish, now)
    words = "\n".join(filter(None, (wish.words, wish.proof)))
    new_id = attendance.ask(uow, member.id, wish.kind, wish.becomes, wish.begins, wish.ends, words, now)
    office_timeline.add(
        uow, now, "attendance_asked", f"staff:{member.account}", f"{member.account} #{new_id} {wish.kind}"
    )
    made = attendance.request(uow, new_id)
    assert made is not None
    return made


def may_decide(uow: UnitOfWork, office: Office, member: StaffMember) -> bool:
    """Whether somebody decides what others ask for: by their post, or by standing in for one."""
    posts = rights.posts_held(office.policy, member, staff.everybody(uow))
    return not member.absent and any(rights.with_duty(office.policy, posts, pack_of(office).asking.decided_by))


def waiting(uow: UnitOfWork, office: Office, member: StaffMember) -> list[StoredRequest]:
    """What waits for this member to decide, the oldest first; nothing of their own. Raises Refused."""
    if not may_decide(uow, office, member):
        raise Refused("attendance.not_yours_to_decide")
    return [each for each in attendance.asked(uow) if each.staff_id != member.id]


def decide(
    uow: UnitOfWork, office: Office, member: StaffMember, request_id: int, note: str, now: datetime, *, approve: bool
) -> StoredRequest:
    """Approve it, or refuse it with a reason; what was approved can be refused later. Raises Refused."""
    pack, found = pack_of(office), attendance.request(uow, request_id)
    if not may_decide(uow, office, member):
        raise Refused("attendance.not_yours_to_decide")
    if found is None:
        raise Refused("attendance.no_such_request", request=str(request_id))
    if found.staff_id == member.id:
        raise Refused("attendance.own_request")
    _check_decision(pack, found, note, now, approve=approve)
    state = "approved" if approve else "refused"
    if not attendance.decide(uow, found, state, member.id, note.strip(), now):
        raise Refused("attendance.decided_already", request=str(request_id))
    whose = staff.by_id(uow, found.staff_id).account
    note_ = f"{whose} #{found.id} {found.kind}"
    office_timeline.add(uow, now, f"attendance_{state}", f"staff:{member.account}", note_)
    decided = attendance.request(uow, request_id)
    assert decided is not None
    return decided


def _check_decision(pack: Attendance, found: StoredRequest, note: str, now: datetime, *, approve: bool) -> None:
    if found.state == "refused" or (approve and found.state == "approved"):
        raise Refused("attendance.decided_already", request=str(found.id))
    if not approve and not note.strip():
        raise Refused("attendance.needs_note", request=str(found.id))
    if len(note) > LONGEST_WORDS:
        raise Refused("attendance.words_too_long", most=str(LONGEST_WORDS))
    beforehand = {"leave": pack.asking.leave_beforehand, "overtime": pack.asking.overtime_beforehand}
    if approve and beforehand.get(found.kind, False) and found.begins_at <= now:
        raise Refused("attendance.begun", request=str(found.id))


# ── what may be asked for ───────────────────────────────────────────────────────────────────────────────────────────────


def _check_wish(wish: Wish) -> None:
    if wish.becomes not in MAY_BECOME[wish.kind]:
        raise ValueError(f"{wish.kind} does not become {wish.becomes}")
    if not timedelta() <= wish.ends - wish.begins <= LONGEST_SPAN:
        raise Refused("attendance.span")
    if wish.becomes in ("leave", "business", "overtime") and wish.ends == wish.begins:
        raise Refused("attendance.span")
    if not wish.words.strip():
        raise Refused("attendance.needs_reason")
    if len(wish.words) + len(wish.proof) > LONGEST_WORDS:
        raise Refused("attendance.words_too_long", most=str(LONGEST_WORDS))


def _is_same(known: StoredRequest, wish: Wish) -> bool:
    asked = (wish.kind, wish.becomes, wish.begins, wish.ends)
    return known.state != "refused" and asked == (known.kind, known.becomes, known.begins_at, known.ends_at)


def _check_leave(pack: Attendance, calendar: Calendar, wish: Wish, now: datetime) -> None:
    if pack.asking.leave_beforehand and wish.begins <= now:
        raise Refused("attendance.leave_beforehand")


def _check_overtime(pack: Attendance, calendar: Calendar, wish: Wish, now: datetime) -> None:
    if pack.asking.overtime_beforehand and wish.begins <= now:
        raise Refused("attendance.overtime_beforehand")


def _check_forgot(pack: Attendance, calendar: Calendar, wish: Wish, now: datetime) -> None:
    if wish.begins > now:
        raise Refused("attendance.not_yet")
    today, on = pack.day_of(now.astimezone(ZONE)), pack.day_of(wish.begins.astimezone(ZONE))
    if working_days_between(calendar, on, today) > pack.asking.forgot_within or (
        today > on and not pack.asking.forgot_within
    ):
        raise Refused("attendance.forgot_late", days=str(pack.asking.forgot_within))


def _check_business(pack: Attendance, calendar: Calendar, wish: Wish, now: datetime) -> None:
    if pack.asking.business_proof and not wish.proof.strip():
        raise Refused("attendance.proof")
    back, today = wish.ends.astimezone(ZONE).date(), now.astimezone(ZONE).date()
    if working_days_between(calendar, back, today) > pack.asking.business_within:
        raise Refused("attendance.business_late", days=str(pack.asking.business_within))


def _check_correction(pack: Attendance, calendar: Calendar, wish: Wish, now: datetime) -> None:
    if wish.begins > now:
        raise Refused("attendance.not_yet")


_CHECKS: Mapping[RequestKind, Callable[[Attendance, Calendar, Wish, datetime], None]] = {
    "leave": _check_leave,
    "forgot": _check_forgot,
    "business": _check_business,
    "overtime": _check_overtime,
    "correction": _check_correction,
}


def _check_forgotten(uow: UnitOfWork, office: Office, member: StaffMember, wish: Wish, now: datetime) -> None:
    """A check that was made was not forgotten; what is wrong about it is corrected."""
    on = pack_of(office).day_of(wish.begins.astimezone(ZONE))
    day = open_book(uow, office, on, on, member.id).day(member, on, now)
    if day is not None and (day.came if wish.becomes == "in" else day.went) is not None:
        raise Refused("attendance.not_forgotten")


def working_days_between(calendar: Calendar, first: date, last: date) -> int:
    """Working days after the first day up to the last."""
    return sum(calendar.day(first + timedelta(days=passed + 1)).worked for passed in range(max(0, (last - first).days)))
