"""What was kept long enough is erased, a batch a night: contents, reasons, files, notes and notices; counts stay right."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.cases import clocks
from core.cases.clocks import ZONE, local_day
from core.cases.office import Office, rules
from core.store import aging, cases, relays, service_rows, sessions, timeline
from core.store.unit_of_work import UnitOfWork

BATCH = 200
KEEP_CONVERSATIONS = timedelta(days=365)
MORNING = 6
DONE = "retention"


def erase_by_night(uow: UnitOfWork, office: Office, now: datetime, limit: int = BATCH) -> int:
    """Once a night, while nobody works: erase whose time is over; how many cases and conversations."""
    today = local_day(now).isoformat()
    if service_rows.get(uow, DONE) == today or not _is_night(office, now):
        return 0
    service_rows.put(uow, DONE, today)
    return erase_cases(uow, office, now, limit) + erase_conversations(uow, now, limit)


def _is_night(office: Office, now: datetime) -> bool:
    return now.astimezone(ZONE).hour < MORNING or not clocks.is_open(office.policy, now, office.calendar)


def erase_cases(uow: UnitOfWork, office: Office, now: datetime, limit: int) -> int:
    """Cases that ended longer ago than their own pack keeps them."""
    erased = 0
    for policy_id, version in aging.packs_kept(uow):
        keep_years = rules(uow, office, policy_id, version).privacy.keep_years
        for case_id in aging.cases_over(uow, policy_id, version, years_before(now, keep_years), limit - erased):
            _erase(uow, case_id, now)
            erased += 1
    return erased


def _erase(uow: UnitOfWork, case_id: int, now: datetime) -> None:
    aging.forget_notices(uow, case_id)
    relays.forget_case(uow, case_id)
    cases.erase(uow, case_id)
    timeline.add(uow, cases.by_id(uow, case_id), now, "erased", "service", public=False)


def erase_conversations(uow: UnitOfWork, now: datetime, limit: int) -> int:
    """Of people who have no case and no draft, and said nothing for a year."""
    found = aging.silent(uow, now - KEEP_CONVERSATIONS, limit)
    erasable = [each for each in found if not _has_draft(uow, each)]
    for session_id in erasable:
        sessions.erase(uow, session_id, now)
    return len(erasable)


def _has_draft(uow: UnitOfWork, session_id: int) -> bool:
    state = sessions.get(uow, session_id).state or {}
    return bool(state.get("draft_keys") or state.get("session", {}).get("draft"))


def years_before(now: datetime, years: int) -> datetime:
    """The same day so many years ago; of the 29th of February the day behind it."""
    local = now.astimezone(ZONE)
    leap_day = (local.month, local.day) == (2, 29)
    on = (local + timedelta(days=leap_day)).date()
    return datetime.combine(on.replace(year=on.year - years), local.time(), ZONE)
