"""Cases as their complainants see them: what is public, what waits for them, what they can still ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from core.cases import access
from core.cases.clocks import local_day
from core.cases.notices import shown_note
from core.cases.office import Office, rules_of
from core.cases.telling import GROUP_NOTICES
from core.cases.vocabulary import OPEN
from core.dialog.events import CaseAction, CaseView, RelayState, RelayView, TimelineLine
from core.messages import Language
from core.policies.policy import Policy
from core.store import cases, work
from core.store.cases import StoredCase
from core.store.relays import STAFF, StoredRelay
from core.store.timeline import Entry
from core.store.unit_of_work import UnitOfWork
from core.store.work import CaseWork

SUPPLEMENT = "supplement"
"""Why the clocks of a case stand still while its complainant is waited for."""
NEW_ANSWER = frozenset({"reopened", "review_redone"})
"""What lies before one of these was said of another answer."""


def view(uow: UnitOfWork, office: Office, case: StoredCase, language: Language, now: datetime) -> CaseView:
    return views(uow, office, (case,), language, now)[0]


def views(
    uow: UnitOfWork, office: Office, found: Sequence[StoredCase], language: Language, now: datetime
) -> tuple[CaseView, ...]:
    """As many as there are, in the same order."""
    works = work.of_many(uow, (case.id for case in found)) if found else {}
    return tuple(_view(uow, office, case, works[case.id], language, now) for case in found)


def awaited(
    uow: UnitOfWork, office: Office, found: Sequence[StoredCase], language: Language, now: datetime
) -> tuple[CaseView, ...]:
    """Those that wait for a supplement of their complainant; who was asked last comes first."""
    running = [case for case in found if case.status in OPEN]
    works = work.of_many(uow, (case.id for case in running)) if running else {}
    waiting = [case for case in running if works[case.id].paused == SUPPLEMENT]
    seen = (_view(uow, office, case, works[case.id], language, now) for case in waiting)
    return tuple(sorted(seen, key=lambda case: case.asked_at or now, reverse=True))


def receipt(office: Office, case: StoredCase, language: Language) -> CaseView:
    """A case that was registered just now, of which nothing else is known yet."""
    return CaseView(
        number=case.number,
        status=case.status,
        category=_category_words(office.policy, case.category, language),
        registered_on=local_day(case.registered_at),
        promised_on=case.promised_on,
        provisional=case.promise_provisional,
    )


def relay(case: StoredCase, stored: StoredRelay) -> RelayView:
    """A conversation with staff about a case, as its complainant has part in it."""
    states: dict[str, RelayState] = {"asked": "asked", "open": "open", "question": "question"}
    return RelayView(case.number, states[stored.state], stored.last_at, stored.last_by == STAFF)


def _view(
    uow: UnitOfWork, office: Office, case: StoredCase, done: CaseWork, language: Language, now: datetime
) -> CaseView:
    entries = access.public_timeline(uow, case)
    policy = rules_of(uow, office, case)
    master = cases.by_id(uow, done.duplicate_of) if done.duplicate_of is not None else None
    day = master or case
    told = [*entries, *_told_with(uow, master, entries)]
    asked = _asked(entries) if done.paused == SUPPLEMENT else None
    return CaseView(
        number=case.number,
        status=case.status,
        category=_category_words(policy, case.category, language),
        registered_on=local_day(case.registered_at),
        promised_on=day.promised_on,
        provisional=day.promise_provisional,
        timeline=tuple(
            TimelineLine(local_day(entry.at), entry.kind, shown_note(entry.kind, entry.note))
            for entry in sorted(told, key=attrgetter("at"))
        ),
        paused=done.paused,
        asked_at=asked.at if asked else None,
        asked_for=asked.note if asked else "",
        ways_on=ways_on(policy, case, entries, now),
        together=master.status if master else "",
    )


def _told_with(uow: UnitOfWork, master: StoredCase | None, entries: Iterable[Entry]) -> list[Entry]:
    """What everybody was told whose complaint was joined to that one, since this one was."""
    if master is None:
        return []
    joined = [entry.at for entry in entries if entry.kind == "merged"]
    of_all = (entry for entry in access.public_timeline(uow, master) if entry.kind in GROUP_NOTICES)
    return [entry for entry in of_all if joined and entry.at >= joined[-1]]


def _asked(entries: Iterable[Entry]) -> Entry | None:
    return next((entry for entry in reversed(list(entries)) if entry.kind == "supplement_asked"), None)


def ways_on(policy: Policy, case: StoredCase, entries: Sequence[Entry], now: datetime) -> tuple[CaseAction, ...]:
    """What can be asked for after the answer: that it is taken up again, and where the pack has it, a review."""
    if case.status != "closed":
        return ()
    since = now - (case.closed_at or now)
    ways: list[CaseAction] = []
    if since <= timedelta(days=policy.follow_up.reopen_within_days):
        ways.append("reopen")
    if policy.review.allowed and since <= timedelta(days=policy.review.within_days) and not _reviewed(entries):
        ways.append("ask_review")
    return tuple(ways)


def _reviewed(entries: Sequence[Entry]) -> bool:
    """Whether a review of this very answer was asked for before."""
    kinds = [entry.kind for entry in entries]
    began = max((at for at, kind in enumerate(kinds) if kind in NEW_ANSWER), default=-1)
    return "review_asked" in kinds[began + 1 :]


def _category_words(policy: Policy, key: str, language: Language) -> str:
    """The category's name, or its key where the pack no longer has it."""
    row = next((category for category in policy.categories if category.key == key), None)
    return row.label.in_language(language) if row else key
