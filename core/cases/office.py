"""One institution at work: its rules, today's and those that cases were opened under, its calendar, its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.cases.calendar import Calendar
from core.messages import Address
from core.policies.attendance import Attendance
from core.policies.personnel import Personnel, default_personnel
from core.policies.policy import Policy
from core.records import record
from core.store import grants, packs
from core.store.cases import StoredCase
from core.store.sessions import StoredSession
from core.store.unit_of_work import UnitOfWork
from core.texts import Texts


@record(frozen=True, slots=True)
class Alert:
    """A line for staff, told once for each ``key``, from ``due_at`` on. ``number`` is the case that it is about, "" for none."""

    kind: str
    key: str
    text: str
    due_at: datetime
    number: str = ""


Targets = Callable[[UnitOfWork, "Office", Alert, datetime], bool | None]
"""Tells an alert where the office has it told: whether it is new there, None where it is told nowhere."""


def no_targets(uow: UnitOfWork, office: Office, alert: Alert, now: datetime) -> bool | None:
    """Alerts go to STAFF alone."""
    return None


@dataclass(slots=True, eq=False)
class Office:
    """``policy`` is what new cases are opened under; ``former`` the packs of older ones, read once and kept.

    ``gathers`` are seconds for which notices wait on a channel, so that several become one message. ``grants`` makes for a
    channel, of a word of ours, the link by which a person lets us write to them once more. ``targets`` tells alerts to groups;
    with ``tells_story`` they read there, blacked out, what happened. ``robots`` are told what staff are told. ``personnel`` are
    the rules for its own people, ``attendance`` those of attendance where it is kept here. ``buttons`` are the channels that
    show choices as buttons. ``evidence_page`` is where staff look at evidence by a link, "" where the office has no address that
    is found from elsewhere.

    The calendar is replaced by another when a year is announced while the service runs; nothing else ever changes.
    """

    policy: Policy
    calendar: Calendar
    texts: Texts
    former: dict[tuple[str, str], Policy] = field(default_factory=dict)
    gathers: Mapping[str, float] = field(default_factory=dict)
    grants: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    robots: tuple[Address, ...] = ()
    personnel: Personnel = field(default_factory=default_personnel)
    attendance: Attendance | None = None
    targets: Targets = no_targets
    tells_story: bool = False
    buttons: frozenset[str] = frozenset()
    evidence_page: str = ""


def rules_of(uow: UnitOfWork, office: Office, case: StoredCase | None) -> Policy:
    """The pack in the version that the case was opened under; today's without a case, and where no copy was ever kept."""
    return rules(uow, office, case.policy_id, case.policy_version) if case else office.policy


def rules(uow: UnitOfWork, office: Office, policy_id: str, version: str) -> Policy:
    """That version of a pack; today's where no copy of it was ever kept."""
    policy = office.policy
    if (policy_id, version) == (policy.id, policy.version):
        return policy
    if (policy_id, version) not in office.former:
        office.former[policy_id, version] = packs.find(uow, policy_id, version) or policy
    return office.former[policy_id, version]


def grant_link(uow: UnitOfWork, office: Office, to: StoredSession, now: datetime) -> str:
    """Where this person may let us write to them once more; "" where their channel asks for no such thing."""
    link = office.grants.get(to.channel)
    return link(grants.word(uow, to.id, to.version, now)) if link else ""
