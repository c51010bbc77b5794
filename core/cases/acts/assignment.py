"""交办、定级、归类、回避、督办: who works on the case, how weighty it is, who must stay out of it."""

from __future__ import annotations

from core.cases import recusal, rights, running, summoning
from core.cases.acts import time_limits
from core.cases.acts.doing import Doing
from core.cases.telling_staff import staff_alert
from core.errors import Refused
from core.policies.policy import Duty, Words
from core.store.staff import StaffMember

HANDLERS: tuple[Duty, ...] = ("investigation", "handling")
REVIEWERS: tuple[Duty, ...] = ("review",)
LEADERS: tuple[Duty, ...] = ("leadership",)


def assign(doing: Doing) -> None:
    """To a unit, a person, or both; never to somebody who must not know of it. Fails closed."""
    time_limits.go_on(doing)
    unit, account = (doing.fields.get(name, "").strip() for name in ("unit", "handler"))
    if account:
        handler = able(doing, account, HANDLERS)
        unit = unit or handler.unit
        doing.on_work["handler_id"] = handler.id
    elif doing.work.handler_id is not None and unit != doing.work.unit:
        doing.on_work["handler_id"] = None
    if recusal.unit_is_away(doing.uow, doing.office, doing.case, unit, doing.everybody):
        raise Refused("act.unit_recused", unit=unit)
    doing.on_work["unit"] = unit
    doing.said["unit"] = Words(zh=unit, en=unit) if unit else _unit_of_category(doing)
    doing.note = " ".join(filter(None, (unit, account, doing.note)))
    doing.happened("assigned")


def _unit_of_category(doing: Doing) -> Words:
    return doing.policy.category(str(doing.on_case.get("category", doing.case.category))).unit


def able(doing: Doing, account: str, duties: tuple[Duty, ...]) -> StaffMember:
    """A colleague who is there, has one of the duties, is not recused, and took no part that keeps them out."""
    member = doing.colleague(account)
    if member.absent:
        raise Refused("act.is_absent", account=account)
    if member.id in doing.recused_ids:
        raise Refused("act.is_recused", account=account)
    posts = list(
        rights.with_duty(
            doing.policy, rights.posts_held(doing.policy, member, doing.everybody, doing.recused_ids), duties
        )
    )
    if not posts:
        raise Refused("act.has_no_duty", account=account)
    taken = [part.post for part in doing.parts if part.staff_id == member.id]
    if all(rights.meets_separate(doing.policy, post, taken) for post in posts):
        raise Refused("act.separate_posts", account=account)
    if duties == HANDLERS:
        check_new_since_redo(doing, member)
    return member


def check_new_since_redo(doing: Doing, member: StaffMember) -> None:
    """What a review has done anew is investigated by somebody else than before. Raises Refused."""
    redone = doing.last("review_redone")
    if redone and any(part.staff_id == member.id and part.at < redone.at for part in doing.parts):
        raise Refused("act.worked_on_it_before", account=member.account)


def set_level(doing: Doing) -> None:
    level = doing.fields["level"].strip()
    if level not in ("general", "major"):
        raise Refused("act.no_such_level")
    if level == doing.case.level:
        raise Refused("act.level_already")
    doing.on_case["level"] = level
    doing.apply(
        running.releveled(
            doing.policy,
            level,
            doing.clocks,
            doing.case.registered_at,
            doing.now,
            doing.office.calendar,
            doing.round,
            reached=doing.reached,
        )
    )
    doing.note = " ".join(filter(None, (level, doing.note)))
    if not doing.work.paused:
        _put_off(doing)
    if level == "major":
        _report_upward(doing)


def _put_off(doing: Doing) -> None:
    """Where the clocks of this level lead to a later day, whoever relies on the former one hears of it."""
    doing.promise()
    if doing.on_case.get("promised_on", doing.case.promised_on) != doing.case.promised_on:
        doing.notice = "put_off"
        doing.also("put_off", public=True)


def _report_upward(doing: Doing) -> None:
    # Not in the words of staff: whoever is complained of reads this chat, too.
    why = doing.office.texts.render("zh", "alert.raised", post=doing.policy.post(doing.post).label.zh)
    key = f"major:{doing.case.number}:{doing.case.version}"
    summoning.summon_to_case(doing.uow, doing.office, doing.case, key, why, doing.now, doing.member)


def set_category(doing: Doing) -> None:
    key = doing.fields["category"].strip()
    known = {row.key: row.label.zh for row in doing.policy.categories}
    if key not in known:
        raise Refused("act.no_such_category", known="、".join(known))
    doing.on_case["category"] = key
    doing.note = " ".join(filter(None, (f"{doing.case.category} → {key}", doing.note)))


def recuse(doing: Doing) -> None:
    """One's own interest, declared; or a colleague, by order of whoever leads."""
    assert doing.member is not None
    account = doing.fields.get("staff", "").strip()
    if account and account != doing.member.account:
        doing.post = _leading_post(doing)
        member, why = doing.colleague(account), "ordered"
    else:
        member, why = doing.member, "declared"
    recusal.keep_out(doing.uow, doing.case.id, member.id, why, doing.now)
    if doing.work.handler_id == member.id:
        doing.on_work["handler_id"] = None
    doing.note = f"{member.account}: {doing.note}"


def _leading_post(doing: Doing) -> str:
    """The post in which this member may order it, which need not be the first of theirs. Raises Refused."""
    assert doing.member is not None
    held = rights.posts_held(doing.policy, doing.member, doing.everybody, doing.recused_ids)
    post = next(rights.with_duty(doing.policy, held, LEADERS), None)
    if post is None:
        raise Refused("act.own_interest_only")
    doing.check_separate(post)
    return post


def lift_recusal(doing: Doing) -> None:
    """An override: recorded, and alerted, so that nobody does it unseen."""
    assert doing.member is not None
    member = doing.colleague(doing.fields["staff"])
    if member.id not in doing.recused_ids:
        raise Refused("act.not_recused", account=member.account)
    recusal.let_in(doing.uow, doing.case.id, member.id, doing.member.id, doing.now)
    doing.note = f"{member.account}: {doing.note}"
    key = f"recusal:{doing.case.number}:{doing.case.version}"
    staff_alert(
        doing.uow, doing.office, "recusal_lifted", key, doing.now, number=doing.case.number, by=doing.member.account
    )


def supervise(doing: Doing) -> None:
    """督办: whoever leads asks for more; who has the case is told."""
    doing.on_work["supervised"] = True
    staff_alert(
        doing.uow,
        doing.office,
        "supervised",
        f"supervised:{doing.case.number}:{doing.case.version}",
        doing.now,
        number=doing.case.number,
    )
