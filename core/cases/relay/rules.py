"""When something is to be done by itself about a conversation of a complainant with staff. Pure.

Who asked for somebody is promised the wait that the pack names, in the hours of the office. Where nobody comes within it, more
people are asked, rung by rung, and so it is with a word of theirs that nobody answers. Where nobody has anything more to say,
it ends.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from core.cases import clocks
from core.cases.calendar import Calendar
from core.policies.policy import Duty, Policy

SILENCE = timedelta(minutes=30)
"""So long after the last word of staff nobody has more to say."""

ANSWERED_WITHIN = timedelta(days=3)
"""So long a question of staff waits for its answer."""

GIVEN_UP_AFTER = timedelta(hours=12)
"""So long after the last who could be asked was asked."""

NOBODY_ASKED, WHO_HAS_IT, COLLEAGUES, LEADERS = range(4)
"""The rungs: nobody was asked yet; whoever has the case, or where nobody has it those who receive people; whoever works on
cases; those who lead."""

DUTIES: dict[int, tuple[Duty, ...]] = {
    WHO_HAS_IT: ("reception",),
    COLLEAGUES: ("reception", "investigation", "handling"),
    LEADERS: ("leadership",),
}


def next_look(policy: Policy, calendar: Calendar, state: str, last_by: str, rung: int, since: datetime) -> datetime:
    """When to look at it again, of which ``last_by`` said the last word, or which was asked for, at ``since``."""
    if state == "question" and last_by == "staff":
        return since + ANSWERED_WITHIN
    if state == "open" and last_by != "complainant":
        return since + SILENCE
    if rung >= LEADERS:
        return since + GIVEN_UP_AFTER
    return promised(policy, calendar, since)


def promised(policy: Policy, calendar: Calendar, since: datetime) -> datetime:
    """By when somebody is there for who asked at ``since``: the wait that the pack names, counted while the office is open."""
    wait = timedelta(minutes=policy.institution.reply_minutes)
    at = clocks.open_from(policy, since, calendar) + wait
    return clocks.open_from(policy, at, calendar)
