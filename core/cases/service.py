"""What can be done with cases, each in the unit of work of whoever asks: register, look up, act, keep promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.cases import access, clocks, codes, extensions, lifecycle, notices, numbers
from core.cases.calendar import Calendar
from core.cases.likeness import ALIKE, likeness
from core.cases.vocabulary import OPEN, Action
from core.errors import Refused
from core.messages import Address, OutboundMessage
from core.policies.policy import Clock, Policy
from core.records import record
from core.store import cases, outbox, sessions, timeline
from core.store.cases import NewCase, StoredCase
from core.store.unit_of_work import UnitOfWork
from core.texts import Texts

STAFF = Address("staff", "desk")
"""Where alerts go; the channel of that name brings them to a chat or, without one, to the log."""


@dataclass(slots=True, eq=False)
class Office:
    """One institution at work: its rules, its calendar, and the words it speaks.

    The calendar is replaced by another when a year is announced while the service runs; nothing else ever changes.
    """

    policy: Policy
    calendar: Calendar
    texts: Texts


@record(frozen=True, slots=True)
class Registration:
    """What a case is opened with. ``contents`` is JSON; ``phone`` digits only, empty where none was left."""

    draft: str
    session_id: int
    channel: str
    key_id: int
    category: str
    contents: Mapping[str, Any]
    phone: str = ""
    anonymous: bool = False
    human_wanted: bool = False
    flags: tuple[str, ...] = ()


def open_case(uow: UnitOfWork, office: Office, registration: Registration, now: datetime) -> tuple[StoredCase, str]:
    """Register it at once: the next number, a secret code, the promised day. Returns the case and the code."""
    policy = office.policy
    sequence = cases.next_sequence(uow, f"{policy.id}:{numbers.scope(policy.number, now)}")
    number = numbers.render(policy.number, now, sequence)
    due = clocks.promise(policy, now, office.calendar)
    code = codes.new_code()
    stored = cases.insert(
        uow,
        NewCase(
            number=number,
            policy_id=policy.id,
            policy_version=policy.version,
            channel=registration.channel,
            session_id=registration.session_id,
            draft=registration.draft,
            key_id=registration.key_id,
            status="registered",
            category=registration.category,
            anonymous=registration.anonymous,
            contents=registration.contents,
            phone=registration.phone,
            code_hash=access.code_hash(uow, number, code),
            registered_at=now,
            promised_on=due.on,
            promise_provisional=due.provisional,
            human_wanted=registration.human_wanted,
            flags=registration.flags,
            wake_at=due.at,
        ),
    )
    timeline.add(uow, stored, now, "registered", "complainant")
    if registration.human_wanted:
        timeline.add(uow, stored, now, "human_wanted", "complainant")
    return stored, code


def find_alike(uow: UnitOfWork, session_id: int, facts: str) -> str | None:
    """The number of an open case of this person that reads like these facts."""
    scored = [
        (likeness(facts, _facts(uow, case)), case.number)
        for case in access.own_cases(uow, session_id)
        if case.status in OPEN
    ]
    best, number = max(scored, default=(0.0, ""))
    return number if best >= ALIKE else None


def _facts(uow: UnitOfWork, case: StoredCase) -> str:
    return str(cases.contents(uow, case).get("facts", ""))


def act_as_complainant(
    uow: UnitOfWork, office: Office, session_id: int, number: str, action: Action, words: str, now: datetime
) -> StoredCase:
    """Do something to one's own case. Raises Refused with a texts key; somebody else's case looks like none."""
    case = access.own_case(uow, office.policy, session_id, number, for_update=True)
    if case is None:
        raise Refused("act.not_yours")
    row = lifecycle.decide(case.status, action, "complainant", words)
    changed = _effects_of(uow, office, case, action, words, now)
    timeline.add(uow, case, now, row.entry, "complainant", words, public=action != "rate")
    return cases.update(uow, case, status=row.target, **changed)


def _effects_of(
    uow: UnitOfWork, office: Office, case: StoredCase, action: Action, words: str, now: datetime
) -> dict[str, Any]:
    """What an action changes beside the status."""
    if action == "urge":
        return _urge(office, case, now)
    if action == "reopen":
        return _reopen(office, case, now)
    if action == "rate":
        stars, _, reason = words.partition(" ")
        return {"rating": int(stars), "rating_reason": reason}
    return {"wake_at": None} if action == "withdraw" else {}


def _urge(office: Office, case: StoredCase, now: datetime) -> dict[str, Any]:
    pause = timedelta(hours=office.policy.follow_up.urge_every_hours)
    if case.urged_at is not None and now - case.urged_at < pause:
        raise Refused("urge.too_soon")
    return {"urged_count": case.urged_count + 1, "urged_at": now}


def _reopen(office: Office, case: StoredCase, now: datetime) -> dict[str, Any]:
    days = office.policy.follow_up.reopen_within_days
    if case.closed_at is not None and now - case.closed_at > timedelta(days=days):
        raise Refused("reopen.too_late")
    due = clocks.promise(office.policy, now, office.calendar, case.level)
    return {**promised(due), "closed_at": None}


def act_as_staff(
    uow: UnitOfWork,
    office: Office,
    number: str,
    action: Action,
    actor: str,
    words: str,
    now: datetime,
    *,
    ground: str = "",
    approved_by: str = "",
) -> StoredCase:
    """Move a case and tell its complainant through their own chat, in the same transaction. Raises Refused.

    ``ground`` is the key of an exclusion of the pack: its reason and where to go instead are told before ``words``.
    ``approved_by`` is who allowed an extension, another person than ``actor``.
    """
    case = cases.by_number(uow, access.number_meant(office.policy, number), for_update=True)
    if case is None:
        raise Refused("act.not_yours")
    words = "\n".join(filter(None, (_reason(uow, office.policy, case, ground), words)))
    row = lifecycle.decide(case.status, action, "staff", words)
    moved = _extended(uow, office, case, actor, approved_by, now) if action == "extend" else None
    timeline.add(uow, case, now, row.entry, actor, words)
    case = cases.update(uow, case, status=row.target, **(moved or _moved_by_staff(office, case, action, now)))
    tell(uow, office, case, row.notice, words, now)
    return case


def _reason(uow: UnitOfWork, policy: Policy, case: StoredCase, ground: str) -> str:
    """Why the institution may not take it and who may, in the complainant's language."""
    if not ground:
        return ""
    row = next((row for row in policy.exclusions if row.key == ground), None)
    if row is None:
        raise Refused("act.no_such_ground")
    language = sessions.get(uow, case.session_id).language if case.session_id is not None else "zh"
    return f"{row.reason.in_language(language)}\n{row.go_to.in_language(language)}"


def _extended(
    uow: UnitOfWork, office: Office, case: StoredCase, actor: str, approved_by: str, now: datetime
) -> dict[str, Any]:
    extensions.check_approval(actor, approved_by)
    due = extensions.extended(uow, office.policy, case, now, office.calendar)
    timeline.add(uow, case, now, "approved", approved_by, public=False)
    return promised(due)


def _moved_by_staff(office: Office, case: StoredCase, action: Action, now: datetime) -> dict[str, Any]:
    """What an action of staff does to the promised day: acceptance leads to the next one, closing ends it."""
    if action in ("close", "decline", "refer"):
        return {"closed_at": now, "wake_at": None}
    if action != "accept":
        return {}
    due = clocks.next_promise(office.policy, case.registered_at, now, office.calendar, case.level)
    return promised(due) if due else {}


def promised(due: clocks.Due) -> dict[str, Any]:
    """What a case keeps of the day by which its complainant hears."""
    return {"promised_on": due.on, "promise_provisional": due.provisional, "wake_at": due.at}


def tell(uow: UnitOfWork, office: Office, case: StoredCase, notice: str, note: str, now: datetime) -> None:
    """Put a notice into the outbox of the chat that filed the case; once for this version of it."""
    if case.session_id is None or not notice:
        return
    to = sessions.get(uow, case.session_id)
    promised = notices.day_words(office.texts, to.language, case.promised_on, provisional=case.promise_provisional)
    message = notices.notice(office.texts, to.language, notice, case.number, promised, note)
    outbox.add(uow, to, message, f"case:{case.id}:{notice}:{case.version}", now, now=now)


def keep_promises(uow: UnitOfWork, office: Office, now: datetime, limit: int = 50) -> int:
    """On the day a promise breaks: an apology and a new day, never silence. Returns how many were told."""
    due = [case for case in cases.due(uow, now, limit) if case.status in OPEN]
    for case in due:
        new = new_promise(office, now)
        moved = cases.update(uow, case, **promised(new))
        timeline.add(uow, moved, now, "promise_moved", "service")
        tell(uow, office, moved, "promise_moved", "", now)
    return len(due)


def new_promise(office: Office, now: datetime) -> clocks.Due:
    """The day that is named when a promise breaks now."""
    days = office.policy.follow_up.apology_working_days
    clock = Clock(
        key="apology", label=office.policy.clocks[0].label, starts_from="receipt", limit=days, unit="working_day"
    )
    return clocks.due_at(clock, now, office.calendar, office.policy.institution.hours)


def staff_alert(uow: UnitOfWork, office: Office, kind: str, channel: str, about: str, key: str, now: datetime) -> None:
    """A line to the staff's own chat, without personal detail."""
    to = sessions.load(uow, STAFF, now)
    text = office.texts.render("zh", f"alert.{kind}", channel=channel, about=about)
    outbox.add(uow, to, OutboundMessage(text), f"alert:{key}", now, now=now)
