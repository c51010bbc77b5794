"""Doing something to a case: who may, whether it can be done now, what it changes, and who hears of it; in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from core.cases import access, lifecycle, recusal, registration, rights
from core.cases.acts import (
    acceptance,
    afterwards,
    assignment,
    decision,
    investigation,
    joining,
    notifying,
    own,
    time_limits,
)
from core.cases.acts.doing import Doing
from core.cases.clocks import ZONE
from core.cases.lifecycle import Transition
from core.cases.likeness import ALIKE, likeness
from core.cases.office import Office, rules_of
from core.cases.vocabulary import OPEN, Action, features
from core.errors import Refused
from core.policies.policy import Duty, Policy
from core.store import cases, office_timeline, parts, staff, timeline
from core.store.cases import StoredCase
from core.store.staff import StaffMember
from core.store.timeline import Entry
from core.store.unit_of_work import Store, UnitOfWork

CALLS = frozenset({"called", "call_passed_on", "call_confirmed", "call_over"})
"""Lines of who was called to a case. Whoever looks at it need not know of them before they do something."""

TALKS = frozenset({"relay_asked", "relay_said", "relay_taken", "relay_answered", "relay_ended"})
"""What was said in a conversation with the complainant."""

LOOKS = (
    frozenset({"read", "exported", "linked", "link_opened", "evidence_opened", "redacted", "refused"}) | CALLS | TALKS
)
"""Lines of the timeline that change nothing."""

ACTS: Mapping[Action, Callable[[Doing], None]] = {
    "accept": acceptance.accept,
    "decline": acceptance.decline,
    "refer": acceptance.end,
    "withdraw": acceptance.end,
    "request_supplement": acceptance.request_supplement,
    "supplement": acceptance.supplement,
    "set_level": assignment.set_level,
    "set_category": assignment.set_category,
    "assign": assignment.assign,
    "supervise": assignment.supervise,
    "recuse": assignment.recuse,
    "lift_recusal": assignment.lift_recusal,
    "record": investigation.record,
    "add_task": investigation.add_task,
    "finish_task": investigation.finish_task,
    "conclude": investigation.conclude,
    "note": investigation.note,
    "report_progress": time_limits.report,
    "suspend": time_limits.suspend,
    "resume": time_limits.resume,
    "ask_extension": time_limits.ask_extension,
    "extend": time_limits.extend,
    "mark": time_limits.mark,
    "opine": decision.opine,
    "propose": decision.propose,
    "meet": decision.meet,
    "approve": decision.approve,
    "send_back": decision.send_back,
    "close": decision.close,
    "fulfil": decision.fulfil,
    "tell": notifying.tell,
    "merge": joining.merge,
    "represent": joining.represent,
    "reopen": afterwards.reopen,
    "ask_review": afterwards.ask_review,
    "assign_review": afterwards.assign_review,
    "uphold": afterwards.uphold,
    "change": afterwards.change,
    "redo": afterwards.redo,
    "archive": afterwards.archive,
    "urge": own.urge,
    "rate": own.rate,
}


def act_as_complainant(
    uow: UnitOfWork, office: Office, session_id: int, number: str, action: Action, words: str, now: datetime
) -> StoredCase:
    """Do something to one's own case. Raises Refused with a texts key; somebody else's case looks like none."""
    case = access.own_case(uow, office.policy, session_id, number, for_update=True)
    if case is None:
        raise Refused("act.not_yours")
    policy, fields = rules_of(uow, office, case), {"words": words}
    row = lifecycle.decide(case.status, action, "complainant", features(policy), fields)
    doing = Doing(uow, office, policy, case, row, fields, now)
    ACTS[action](doing)
    done = doing.finish()
    recusal.keep_away_after(uow, policy, done, words, now)
    return done


def act_as_staff(
    uow: UnitOfWork,
    office: Office,
    member: StaffMember,
    number: str,
    action: Action,
    fields: Mapping[str, str],
    now: datetime,
    *,
    seen: int | None = None,
) -> StoredCase:
    """Move a case as this member of staff, and tell its complainant through their own chat. Raises Refused.

    ``seen`` is the position of the last line of the timeline that the member knew of: what came since is told, and
    nothing is done. A case that must not be known looks like none, and to posts that read no cases every one does.
    """
    case = access.held_for(uow, office, member, number)
    policy = rules_of(uow, office, case)
    if case is None or not access.reads(uow, policy, member):
        raise Refused("act.not_yours")
    _check_seen(uow, office, case, seen)
    row = _row(uow, office, policy, case, action, fields)
    doing = Doing(uow, office, policy, case, row, fields, now, member)
    doing.post = _post(doing)
    ACTS[action](doing)
    return doing.finish()


def _row(
    uow: UnitOfWork, office: Office, policy: Policy, case: StoredCase, action: Action, fields: Mapping[str, str]
) -> Transition:
    """The row of the table; where there is none, the last thing that happened says why."""
    try:
        return lifecycle.decide(case.status, action, "staff", features(policy), fields)
    except Refused as refused:
        if str(refused) == "act.needs":
            raise Refused("act.needs", field=_fields(office, refused.facts["field"])) from None
        if str(refused) == "act.no_such_step":
            known = lifecycle.possible(case.status, "staff", features(policy))
            raise Refused("act.no_such_step", action=action, known="、".join(known)) from None
        if str(refused) != "act.not_from_here":
            raise
        last = changes(timeline.of_case(uow, case))[-1:]
        status = office.texts.render("zh", f"status.is.{case.status}")
        raise Refused("act.not_from_here", status=status, what=_in_words(office, last)) from None


def _fields(office: Office, need: str) -> str:
    """``unit|handler`` as people and programs call it."""
    return " / ".join(f"{office.texts.render('zh', f'field.{name}')} {name}=" for name in need.split("|"))


def _check_seen(uow: UnitOfWork, office: Office, case: StoredCase, seen: int | None) -> None:
    """Whoever looked at the case before somebody else changed it is told what changed."""
    if seen is None:
        return
    entries = timeline.of_case(uow, case)
    since = [entry for entry in changes(entries) if (entry.position or 0) > seen]
    if seen > max((entry.position or 0 for entry in entries), default=0):
        # Nobody has seen that: it was made up, or the database is an older one, out of a backup.
        raise Refused("act.not_so_far")
    if since:
        raise Refused("act.changed_since", what=_in_words(office, since))


def changes(entries: list[Entry]) -> list[Entry]:
    """What happened, without who only looked."""
    return [entry for entry in entries if entry.kind not in LOOKS]


def seen_so_far(entries: list[Entry]) -> int:
    """The place of the last thing that happened: what whoever looks at the case now has seen."""
    return max((entry.position or 0 for entry in changes(entries)), default=0)


def _in_words(office: Office, entries: list[Entry]) -> str:
    return "；".join(
        f"{entry.at.astimezone(ZONE):%m-%d %H:%M} {who(office, entry.actor)} "
        + office.texts.render("zh", f"timeline.{entry.kind}")
        for entry in entries
    )


def who(office: Office, actor: str) -> str:
    """Who did it: the account of a member of staff, or what everybody else is called."""
    kind, _, account = actor.partition(":")
    return account or office.texts.render("zh", f"actor.{kind}")


def _post(doing: Doing) -> str:
    """The post in which this member may do it. Raises Refused."""
    assert doing.member is not None
    if not doing.member.is_at_work:
        raise Refused("act.not_at_work")
    held = rights.posts_held(doing.policy, doing.member, doing.everybody, doing.recused_ids)
    able = list(rights.with_duty(doing.policy, held, doing.row.duties))
    if not able:
        raise Refused("act.not_your_post", duties=_duties(doing.office, doing.row.duties))
    taken = [part.post for part in doing.parts if part.staff_id == doing.member.id]
    free = [post for post in able if not rights.meets_separate(doing.policy, post, taken)]
    if not free:
        raise Refused("act.separate_posts", account=doing.member.account)
    return free[0]


def register(
    uow: UnitOfWork, office: Office, account: str, channel: str, answers: Mapping[str, str], now: datetime, **more: Any
) -> tuple[StoredCase, str]:
    """Put a complaint down for somebody who came, called or wrote: for a post that receives people. Raises Refused."""
    member = member_of(uow, account)
    posts = rights.posts_held(office.policy, member, staff.everybody(uow))
    post = next(rights.with_duty(office.policy, posts, lifecycle.FRONT), None)
    if post is None or member.absent:
        raise Refused("act.not_your_post", duties=_duties(office, lifecycle.FRONT))
    case, code = registration.register(uow, office, member, channel, answers, now, **more)
    parts.add(uow, case.id, member.id, post, now)
    return case, code


def attempt(
    store: Store,
    office: Office,
    account: str,
    number: str,
    action: str,
    fields: Mapping[str, str],
    now: datetime,
    *,
    seen: int | None = None,
) -> StoredCase:
    """Do it as the member of that account, and remember a refusal too: an attempt is part of the record. Raises Refused."""
    known = action_named(action)
    try:
        return store.write(
            lambda uow: act_as_staff(uow, office, member_of(uow, account), number, known, fields, now, seen=seen)
        )
    except Refused as refused:
        remember = partial(
            remember_refusal, office=office, account=account, number=number, action=action, refused=refused, now=now
        )
        store.write(remember)
        raise


def action_named(name: str) -> Action:
    """What staff call it by. Raises Refused."""
    action = next((row.action for row in lifecycle.TABLE if row.side == "staff" and row.action == name), None)
    if action is None:
        raise Refused("act.no_such_action", action=name, known="、".join(staff_actions()))
    return action


def staff_actions() -> tuple[str, ...]:
    """What staff can do at all, in the order of the table."""
    return tuple(dict.fromkeys(row.action for row in lifecycle.TABLE if row.side == "staff"))


def _duties(office: Office, duties: Iterable[Duty]) -> str:
    return "、".join(office.texts.render("zh", f"duty.{duty}") for duty in duties)


def member_of(uow: UnitOfWork, account: str) -> StaffMember:
    """Who works here under this account. Raises Refused."""
    member = staff.by_account(uow, account.strip())
    if member is None or member.left_at is not None:
        raise Refused("act.nobody", account=account)
    return member


def remember_refusal(
    uow: UnitOfWork, office: Office, account: str, number: str, action: str, refused: Refused, now: datetime
) -> None:
    """That somebody tried, on the timeline of the case, or of the office where there is none."""
    why = office.texts.render("zh", str(refused), **({"number": number} | refused.facts))
    case = cases.by_number(uow, access.number_meant(office.policy, number), for_update=True)
    if case is None:
        office_timeline.add(uow, now, "refused", f"staff:{account}", f"{number} {action}: {why}")
    else:
        access.note_refusal(uow, case, f"staff:{account}", f"{action}: {why}", now)


def find_alike(uow: UnitOfWork, session_id: int, facts: str) -> str | None:
    """The number of an open case of this person that reads like these facts."""
    scored = [
        (likeness(facts, str(cases.contents(uow, case).get("facts", ""))), case.number)
        for case in access.own_cases(uow, session_id)
        if case.status in OPEN
    ]
    best, number = max(scored, default=(0.0, ""))
    return number if best >= ALIKE else None
