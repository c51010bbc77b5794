"""What the complainant hears of a change, through the chat that filed the case; and the day by which they hear next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from core.cases.clocks import Due, by_day, working_days_after
from core.cases.notifying import notify
from core.cases.office import Office
from core.policies.policy import Policy, Words
from core.store import cases, work
from core.store.cases import StoredCase
from core.store.unit_of_work import UnitOfWork

GROUP_NOTICES = frozenset(
    {"closed", "declined", "referred", "withdrawn", "progress", "going_on", "feedback", "extended", "reopened"}
    | {"review_changed", "review_redone", "fulfilled"}
)
"""What everybody hears whose complaint was joined to this one."""

JOINED_WORDS = {"closed": "closed_together", "declined": "declined_together", "withdrawn": "withdrawn_together"}
"""What reads otherwise for those who were joined: their own case ended when it was, and asks for nothing more."""


def promised(office: Office, policy: Policy, due: Due, told_at: datetime) -> dict[str, Any]:
    """What a case keeps of the day by which its complainant hears.

    ``told_at`` is when they heard last: the case is looked at when the day is there, or before, when they heard nothing for long.
    """
    long_after = silence_ends(office, policy, told_at)
    wake_at = min(due.at, long_after) if long_after else due.at
    return {"promised_on": due.on, "promise_provisional": due.provisional, "wake_at": wake_at}


def silence_ends(office: Office, policy: Policy, told_at: datetime) -> datetime | None:
    """When somebody who heard at ``told_at`` is told that work goes on; None where the pack tells it to nobody."""
    days = policy.follow_up.progress_after_working_days
    return by_day(working_days_after(policy, told_at, days, office.calendar).at) if days else None


def survey_at(policy: Policy, answered_at: datetime) -> datetime | None:
    """When somebody who was answered is asked whether they are content; None where the pack asks nobody."""
    hours = policy.follow_up.survey_after_hours
    return by_day(answered_at + timedelta(hours=hours)) if hours else None


def objection_window(policy: Policy) -> timedelta:
    """As long as a complainant may still object to an answer."""
    review = policy.review
    return timedelta(days=max(policy.follow_up.reopen_within_days, review.within_days if review.allowed else 0))


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


def new_promise(office: Office, policy: Policy, now: datetime) -> Due:
    """The day that is named when a promise breaks now."""
    return working_days_after(policy, now, policy.follow_up.apology_working_days, office.calendar)
