"""What a member of staff still has to do, or to have done to them, by the rules: trainings, the pledge, assessments. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from core.cases.clocks import local_day
from core.cases.periods import Span, last_ended
from core.people import conduct
from core.people.assessment import is_trained, to_follow
from core.policies.personnel import Personnel
from core.policies.policy import Policy
from core.records import record
from core.store.dossiers import Dossier
from core.store.staff import StaffMember
from core.store.trainings import Training


@record(frozen=True, slots=True)
class Owed:
    """``trainings`` not passed yet, the earliest day first. ``pledge_by``: when the duty of confidentiality has to be acknowledged,
    None while that holds for a while. ``period`` that ended and has no assessment; ``again``: a failed one has to be repeated now.
    """

    member: StaffMember
    trainings: tuple[Training, ...]
    pledge_by: date | None
    period: Span | None
    again: bool

    def due_within(self, last: date) -> tuple[Training, ...]:
        """Those that have to be passed by this day."""
        return tuple(each for each in self.trainings if each.due_on <= last)


def owed(rules: Personnel, policy: Policy, dossier: Dossier, today: date) -> Owed:
    failed = to_follow(dossier.assessments)
    return Owed(
        member=dossier.member,
        trainings=tuple(each for each in dossier.trainings if each.done_on is None),
        pledge_by=_pledge_by(rules, dossier, today),
        period=_unassessed(rules, policy, dossier, today),
        again=failed is not None and is_trained(failed, dossier.trainings),
    )


def _pledge_by(rules: Personnel, dossier: Dossier, today: date) -> date | None:
    """Soon after joining, or after the words changed; where it ends, by its end."""
    rule = rules.confidentiality
    held = conduct.holding(rule, dossier.pledges, today)
    if held is None:
        return local_day(dossier.member.added_at) + timedelta(days=rule.within_days)
    ends = conduct.ends_on(rule, held)
    return ends if ends is not None and ends <= today + timedelta(days=rule.within_days) else None


def _unassessed(rules: Personnel, policy: Policy, dossier: Dossier, today: date) -> Span | None:
    """The period that ended last, where this member was here in it and nobody assessed them for it."""
    span = last_ended(today, rules.assessment.months)
    if dossier.member.added_at >= span.until or not _is_assessed_here(policy, dossier.member, rules.assessment.of):
        return None
    done = any(each.first_on == span.first and each.follows == 0 for each in dossier.assessments)
    return None if done else span


def _is_assessed_here(policy: Policy, member: StaffMember, duties: Collection[str]) -> bool:
    """By their own posts: whoever stands in for somebody is assessed for what they are."""
    held = (post for post in policy.posts if post.key in member.posts)
    return any(set(post.duties) & set(duties) for post in held)
