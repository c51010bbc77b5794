"""The guarded ways to a case, one for each audience. Missing and forbidden look the same, in words and in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from core.cases import codes, numbers, rights
from core.cases.office import Office, rules_of
from core.errors import KeyDestroyed
from core.policies.policy import Policy
from core.store import cases, keys, lookups, office_timeline, queries, recusals, staff, timeline
from core.store.cases import StoredCase
from core.store.queries import CaseDetail
from core.store.staff import StaffMember
from core.store.timeline import Entry
from core.store.unit_of_work import UnitOfWork

ASKER_FAILURES = 10
PHONE_FAILURES = 100
PHONES, CODES = "phones", "codes"
LAST_FOUR = 4
FAILURES_WITHIN = timedelta(hours=1)
MOST_OWN = 20
OPERATOR = "operator"
NO_CASE = 0

Note = Callable[[CaseDetail], str]


def nothing_more(detail: CaseDetail) -> str:
    return ""


def number_meant(policy: Policy, typed: str) -> str:
    """The number that was typed, however it was typed; one of an older pattern must be typed as it was printed."""
    return numbers.looks_like(policy.number, typed) or typed.strip().upper()


def own_cases(uow: UnitOfWork, session_id: int) -> list[StoredCase]:
    """This person's cases, newest first."""
    return cases.of_session(uow, session_id)[:MOST_OWN]


def own_case(
    uow: UnitOfWork, policy: Policy, session_id: int, typed: str, *, for_update: bool = False
) -> StoredCase | None:
    """One's own case by its number; somebody else's looks like none."""
    case = cases.by_number(uow, number_meant(policy, typed), for_update=for_update)
    return case if case is not None and case.session_id == session_id else None


def by_code(uow: UnitOfWork, policy: Policy, typed: str, code: str, asker: str, now: datetime) -> StoredCase | None:
    """The case for whoever has its code. Wrong, unknown and locked do the same work and look the same."""
    number, digits = number_meant(policy, typed), codes.plain(code)
    code_fits, phone_fits = cases.secrets_fit(uow, number, code_hash(uow, number, code), digits)
    locked, phones_locked = _locks(uow, policy, number, asker, now)
    takes_phone = policy.lookup.phone_last_four and is_phone(code) and not phones_locked
    if (code_fits or (phone_fits and takes_phone)) and not locked:
        return cases.by_number(uow, number)
    for scope in (f"number:{number}", f"asker:{asker}", PHONES if is_phone(code) else CODES):
        lookups.record(uow, scope, now)
    return None


def is_phone(code: str) -> bool:
    """Whether what was typed are four digits of a phone, which many people know, and no query code."""
    return len(codes.plain(code)) == LAST_FOUR


def _locks(uow: UnitOfWork, policy: Policy, number: str, asker: str, now: datetime) -> tuple[bool, bool]:
    """Too many wrong answers: for this number or from this asker; and, for four digits, from everywhere together.

    One guess at each of ten thousand numbers finds four digits somewhere, so those are counted over all. A code is not found
    that way, and nobody can lock it for everybody.
    """
    rules, recently = policy.lookup, now - FAILURES_WITHIN
    since = now - timedelta(hours=rules.lock_hours)
    by_number = lookups.reached(uow, f"number:{number}", since, rules.failures)
    by_asker = lookups.reached(uow, f"asker:{asker}", recently, ASKER_FAILURES)
    return by_number or by_asker, lookups.reached(uow, PHONES, recently, PHONE_FAILURES)


def code_hash(uow: UnitOfWork, number: str, code: str) -> bytes:
    """What is kept of a query code; bound to the number, so that one code fits one case."""
    return keys.blind(uow, "case.code", f"{number}\0{codes.plain(code)}")


def held_for(uow: UnitOfWork, office: Office, member: StaffMember, typed: str) -> StoredCase | None:
    """A case under its lock, for somebody of staff who is to do something with it; one they must not know of looks like none."""
    case = cases.by_number(uow, number_meant(office.policy, typed), for_update=True)
    # Asked of a case that is not there, too: finding none takes no less time than one that must not be known.
    kept_out = recusals.keeps_away(uow, case.id if case else NO_CASE, member.id)
    return None if kept_out else case


def look(
    uow: UnitOfWork,
    office: Office,
    member: StaffMember | None,
    typed: str,
    now: datetime,
    kind: str = "read",
    note: Note = nothing_more,
) -> CaseDetail | None:
    """A case with all that was told, for somebody whose post needs it; that they read or exported it, or tried to, is written down.

    One they must not know of looks like none, and to posts that only administer or audit every case does. No ``member`` is
    whoever runs the machine and holds its keys. ``note`` says of what they find what is put down behind the line.
    """
    by = f"staff:{member.account}" if member else OPERATOR
    detail = queries.case_detail(uow, number_meant(office.policy, typed), viewer=member.id if member else None)
    if detail is not None and (member is None or reads(uow, rules_of(uow, office, detail.case), member)):
        timeline.add(uow, detail.case, now, kind, by, note(detail), public=False)
        return detail
    hidden = cases.by_number(uow, number_meant(office.policy, typed))
    if hidden is not None:
        note_refusal(uow, hidden, by, kind, now)
    elif member is not None:
        # A number that there is not is written down as well: who waits longer for one than for the other has learnt something.
        office_timeline.add(uow, now, "refused", by, f"{typed.strip()} {kind}")
    return None


def note_refusal(uow: UnitOfWork, case: StoredCase, by: str, what: str, now: datetime) -> None:
    """That somebody tried what they may not; a case that is erased keeps no words, not even these."""
    try:
        keys.open_key(uow, case.key_id)
    except KeyDestroyed:
        what = ""
    timeline.add(uow, case, now, "refused", by, what, public=False)


def reads(uow: UnitOfWork, policy: Policy, member: StaffMember) -> bool:
    """Whether one of their posts needs to read cases. Whoever only administers or audits learns of none how it stands."""
    return rights.reads_cases(policy, rights.posts_held(policy, member, staff.everybody(uow)))


def public_timeline(uow: UnitOfWork, case: StoredCase) -> list[Entry]:
    """What its complainant may see of what happened, oldest first."""
    return [entry for entry in timeline.of_case(uow, case) if entry.public]
