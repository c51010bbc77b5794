"""Each case at its time: an apology where a promise breaks, a word where none came for long, a question once it is answered.

One moment of a case says when it is looked at next; what is to be done then is read from what happened to it. So whoever sets
that moment too early harms nothing, and a clock that jumps tells nobody twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.cases import clocks, running
from core.cases.clocks import by_day, local_day
from core.cases.office import Office, rules_of
from core.cases.telling import new_promise, promised, silence_ends, survey_at, tell
from core.cases.vocabulary import OPEN
from core.policies.policy import Policy, Words
from core.store import case_clocks, cases, timeline, work
from core.store.cases import StoredCase
from core.store.timeline import Entry
from core.store.unit_of_work import UnitOfWork

BATCH = 50
ANSWERS = frozenset({"closed", "review_upheld", "review_changed"})
GOING_ON = "going_on"
"""What is told where nothing happened; who looks at the case sees that without it."""

STALE = timedelta(days=7)
"""Whoever should have been asked so long ago, while nobody was there, is not asked any more."""

SURVEYED = ("surveyed", "surveyed_again")
"""Asked, and reminded once."""


def look_after_cases(uow: UnitOfWork, office: Office, now: datetime, limit: int = BATCH) -> int:
    """Do for each case whose time has come what its status asks for; how many were looked at.

    All of it is in this unit: somebody who was told, and the moment at which they are told next, are written together.
    """
    due = cases.due(uow, now, limit, for_update=True)
    for case in due:
        _look_after(uow, office, case, now)
    return len(due)


def _look_after(uow: UnitOfWork, office: Office, case: StoredCase, now: datetime) -> None:
    policy, entries = rules_of(uow, office, case), timeline.of_case(uow, case)
    if case.status in OPEN:
        _keep_promise(uow, office, policy, case, entries, now)
    elif case.status == "closed":
        _ask_whether_content(uow, office, policy, case, entries, now)
    else:
        cases.wake(uow, case, None)


# ── while it is worked on ───────────────────────────────────────────────────────────────────────────────────────────────


def _keep_promise(
    uow: UnitOfWork, office: Office, policy: Policy, case: StoredCase, entries: Sequence[Entry], now: datetime
) -> None:
    """On the day a promise breaks an apology and a new day; on a day before it a word where nothing was heard for long."""
    day_ends = promise_ends(uow, office, policy, case)
    long_after = silence_ends(office, policy, _told_at(case, entries))
    if now >= day_ends:
        _apologise(uow, office, policy, case, now)
    elif case.session_id is None or long_after is None or local_day(now) >= case.promised_on:
        cases.wake(uow, case, day_ends)
    elif now < long_after or by_day(now) > now:
        cases.wake(uow, case, min(day_ends, max(long_after, by_day(now))))
    else:
        _tell_progress(uow, office, policy, case, day_ends, now)


def promise_ends(uow: UnitOfWork, office: Office, policy: Policy, case: StoredCase) -> datetime:
    """The moment at which the promised day is over: that of the clock that leads to it, else when the office closes."""
    rows = case_clocks.of_case(uow, case.id)
    if rows:
        accepted = case.status != "registered"
        due = running.promise(policy, accepted, case.level, rows, office.calendar, since=case.registered_at)
        if due.on == case.promised_on:
            return due.at
    return clocks.closing(case.promised_on, policy.institution.hours)


def _told_at(case: StoredCase, entries: Sequence[Entry]) -> datetime:
    return max((entry.at for entry in entries if entry.public or entry.kind == GOING_ON), default=case.registered_at)


def _apologise(uow: UnitOfWork, office: Office, policy: Policy, case: StoredCase, now: datetime) -> None:
    moved = cases.update(uow, case, **promised(office, policy, new_promise(office, policy, now), now))
    timeline.add(uow, moved, now, "promise_moved", "service")
    tell(uow, office, moved, "promise_moved", "", now)


def _tell_progress(
    uow: UnitOfWork, office: Office, policy: Policy, case: StoredCase, day_ends: datetime, now: datetime
) -> None:
    long_after = silence_ends(office, policy, now)
    wake_at = min(day_ends, long_after) if long_after else day_ends
    moved = cases.update(uow, case, wake_at=wake_at)
    timeline.add(uow, moved, now, GOING_ON, "service", public=False)
    tell(uow, office, moved, GOING_ON, "", now, step=_step(uow, office, policy, case))


def _step(uow: UnitOfWork, office: Office, policy: Policy, case: StoredCase) -> Words:
    """How far the case has come, and with whom it is."""
    named = work.of(uow, case.id).unit
    unit = policy.category(case.category).unit
    texts, key = office.texts, f"status.is.{case.status}"
    if case.status == "registered":
        return Words(zh=texts.render("zh", key), en=texts.render("en", key))
    return Words(
        zh=texts.render("zh", "follow_up.step", status=texts.render("zh", key), unit=named or unit.zh),
        en=texts.render("en", "follow_up.step", status=texts.render("en", key), unit=named or unit.en),
    )


# ── once it is answered ─────────────────────────────────────────────────────────────────────────────────────────────────


def _ask_whether_content(
    uow: UnitOfWork, office: Office, policy: Policy, case: StoredCase, entries: Sequence[Entry], now: datetime
) -> None:
    """Ask once, remind once; whoever gave stars, or has no chat, is not asked."""
    asks_at = next_survey(policy, case, entries)
    if asks_at is None or case.session_id is None or now - asks_at > STALE:
        cases.wake(uow, case, None)
    elif max(asks_at, by_day(now)) > now:
        cases.wake(uow, case, max(asks_at, by_day(now)))
    else:
        _survey(uow, office, policy, case, len(_surveys(entries)), now)


def _survey(uow: UnitOfWork, office: Office, policy: Policy, case: StoredCase, asked: int, now: datetime) -> None:
    kind, days = SURVEYED[asked], policy.follow_up.survey_again_after_days
    moved = cases.update(uow, case, wake_at=by_day(now + timedelta(days=days)) if days and not asked else None)
    timeline.add(uow, moved, now, kind, "service", public=False)
    tell(uow, office, moved, kind, "", now)


def next_survey(policy: Policy, case: StoredCase, entries: Sequence[Entry]) -> datetime | None:
    """When its complainant is to be asked, or reminded; None where that was done, or they gave stars."""
    asked = _surveys(entries)
    if (
        case.closed_at is None
        or len(asked) == len(SURVEYED)
        or any(row.kind == "rated" for row in _since_answer(entries))
    ):
        return None
    if not asked:
        return survey_at(policy, case.closed_at)
    days = policy.follow_up.survey_again_after_days
    return by_day(asked[0].at + timedelta(days=days)) if days else None


def _surveys(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in _since_answer(entries) if entry.kind in SURVEYED]


def _since_answer(entries: Sequence[Entry]) -> Sequence[Entry]:
    at = max((index for index, entry in enumerate(entries) if entry.kind in ANSWERS), default=-1)
    return entries[at + 1 :]
