"""The guarded ways to a case, one for each audience. Missing and forbidden look the same, in words and in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.cases import codes, numbers
from core.policies.policy import Policy
from core.store import cases, keys, lookups, queries, timeline
from core.store.cases import StoredCase
from core.store.queries import CaseDetail
from core.store.timeline import Entry
from core.store.unit_of_work import UnitOfWork

ASKER_FAILURES = 10
GLOBAL_FAILURES = 300
FAILURES_WITHIN = timedelta(hours=1)
MOST_OWN = 20
UNKNOWN = "?"
"""The number of no case, looked up where what was typed is none: the work stays the same."""


def own_cases(uow: UnitOfWork, session_id: int) -> list[StoredCase]:
    """This person's cases, newest first."""
    return cases.of_session(uow, session_id)[:MOST_OWN]


def own_case(
    uow: UnitOfWork, policy: Policy, session_id: int, typed: str, *, for_update: bool = False
) -> StoredCase | None:
    """One's own case by its number; somebody else's looks like none."""
    case = cases.by_number(uow, numbers.looks_like(policy.number, typed) or UNKNOWN, for_update=for_update)
    return case if case is not None and case.session_id == session_id else None


def by_code(uow: UnitOfWork, policy: Policy, typed: str, code: str, asker: str, now: datetime) -> StoredCase | None:
    """The case for whoever has its code. Wrong, unknown and locked do the same work and look the same."""
    number = numbers.looks_like(policy.number, typed) or UNKNOWN
    fits = _code_fits(uow, policy, number, code)
    locked = _locked(uow, policy, number, asker, now)
    if fits and not locked:
        return cases.by_number(uow, number)
    for scope in _scopes(number, asker):
        lookups.record(uow, scope, now)
    return None


def _code_fits(uow: UnitOfWork, policy: Policy, number: str, code: str) -> bool:
    """By the code, or by the phone's last four digits where the pack takes them."""
    typed = codes.plain(code)
    by_code, by_phone = cases.secrets_fit(uow, number, code_hash(uow, number, code), typed)
    return by_code or (by_phone and policy.lookup.phone_last_four and len(typed) == 4)


def _locked(uow: UnitOfWork, policy: Policy, number: str, asker: str, now: datetime) -> bool:
    """Too many wrong answers: for this number, from this asker, or from everywhere together."""
    rules = policy.lookup
    by_number, by_asker, everywhere = _scopes(number, asker)
    recently = now - FAILURES_WITHIN
    failures = (
        lookups.reached(uow, by_number, now - timedelta(hours=rules.lock_hours), rules.failures),
        lookups.reached(uow, by_asker, recently, ASKER_FAILURES),
        lookups.reached(uow, everywhere, recently, GLOBAL_FAILURES),
    )
    return any(failures)


def _scopes(number: str, asker: str) -> tuple[str, str, str]:
    return f"number:{number}", f"asker:{asker}", "everywhere"


def code_hash(uow: UnitOfWork, number: str, code: str) -> bytes:
    """What is kept of a query code; bound to the number, so that one code fits one case."""
    return keys.blind(uow, "case.code", f"{number}\0{codes.plain(code)}")


def for_staff(uow: UnitOfWork, policy: Policy, typed: str) -> CaseDetail | None:
    """A case with all that was told, for the people who work on it."""
    return queries.case_detail(uow, numbers.looks_like(policy.number, typed) or typed)


def public_timeline(uow: UnitOfWork, case: StoredCase) -> list[Entry]:
    """What its complainant may see of what happened, oldest first."""
    return [entry for entry in timeline.of_case(uow, case) if entry.public]
