"""What the complainant hears of a change, through the chat that filed the case; and the day by which they hear next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.cases import clocks
from core.cases.clocks import Due
from core.cases.notifying import notify
from core.cases.office import Office, rules_of
from core.cases.vocabulary import OPEN
from core.policies.policy import Clock, Policy, Words
from core.store import cases, timeline, work
from core.store.cases import StoredCase
from core.store.unit_of_work import UnitOfWork

GROUP_NOTICES = frozenset(
    {"closed", "declined", "referred", "withdrawn", "progress", "feedback", "extended", "reopened"}
    | {"review_changed", "review_redone", "fulfilled"}
)
"""What everybody hears whose complaint was joined to this one."""

JOINED_WORDS = {"closed": "closed_together", "declined": "declined_together", "withdrawn": "withdrawn_together"}
"""What reads otherwise for those who were joined: their own case ended when it was, and asks for nothing more."""


def promised(due: Due) -> dict[str, Any]:
    """What a case keeps of the day by which its complainant hears."""
    return {"promised_on": due.on, "promise_provisional": due.provisional, "wake_at": due.at}


def tell(
    uow: UnitOfWork, office: Office, case: StoredCase, notice: str, note: str, now: datetime, **params: Words
) -> None:
    """Put a notice into the outbox of the chat that filed the case, and of those joined to it; once for this version of it."""
    if not notice:
        return
    notify(uow, office, case, case, notice, note, now, params)
    tell_joined(uow, office, case, notice, note, now, **params)


def tell_joined(
    uow: UnitOfWork, office: Office, case: StoredCase, notice: str, note: str, now: datetime, **params: Words
) -> None:
    """Tell those alone whose complaints were joined to this one, where it concerns them."""
    if notice not in GROUP_NOTICES:
        return
    for joined in work.merged_into(uow, case.id):
        notify(uow, office, cases.by_id(uow, joined), case, JOINED_WORDS.get(notice, notice), note, now, params)


def keep_promises(uow: UnitOfWork, office: Office, now: datetime, limit: int = 50) -> int:
    """On the day a promise breaks: an apology and a new day, never silence. Returns how many were told."""
    due = [case for case in cases.due(uow, now, limit, for_update=True) if case.status in OPEN]
    for case in due:
        new = new_promise(office, rules_of(uow, office, case), now)
        moved = cases.update(uow, case, **promised(new))
        timeline.add(uow, moved, now, "promise_moved", "service")
        tell(uow, office, moved, "promise_moved", "", now)
    return len(due)


def new_promise(office: Office, policy: Policy, now: datetime) -> Due:
    """The day that is named when a promise breaks now."""
    days = policy.follow_up.apology_working_days
    clock = Clock(key="apology", label=policy.clocks[0].label, starts_from="receipt", limit=days, unit="working_day")
    return clocks.due_at(clock, now, office.calendar, policy.institution.hours)
