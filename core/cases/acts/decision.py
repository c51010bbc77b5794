"""处理意见、审批、会议、答复: how an outcome comes about, who lets it have effect, and how it is told."""

from __future__ import annotations

from core.cases import telling
from core.cases.acts import time_limits
from core.cases.acts.assignment import check_new_since_redo
from core.cases.acts.doing import Doing
from core.cases.vocabulary import OUTCOMES
from core.errors import Refused
from core.policies.policy import Words


def opine(doing: Doing) -> None:
    """书面意见, by the post that the pack names."""
    if doing.policy.decision.opinion_by:
        doing.act_in(doing.policy.decision.opinion_by)


def propose(doing: Doing) -> None:
    """What is to come of it. Where nobody has to approve it, it has effect at once."""
    time_limits.go_on(doing)
    needs = doing.policy.decision.opinion_by
    if needs and not any(entry.kind == "opinion" for entry in doing.since("reopened", "review_redone")):
        raise Refused("act.opinion_first", post=doing.policy.post(needs).label.zh)
    assert doing.member is not None
    check_new_since_redo(doing, doing.member)
    take_outcome(doing)
    if doing.row.target == "decided":
        take_effect(doing)
        doing.happened("decided")


def take_outcome(doing: Doing) -> None:
    outcome = doing.fields["outcome"].strip()
    if outcome not in OUTCOMES:
        raise Refused("act.no_such_outcome", known="、".join(OUTCOMES))
    measures = [key.strip() for key in doing.fields.get("measures", "").replace("、", ",").split(",") if key.strip()]
    known = {row.key for row in doing.policy.decision.measures}
    if unknown := [key for key in measures if key not in known]:
        raise Refused("act.no_such_measure", measure="、".join(unknown), known="、".join(sorted(known)))
    doing.on_work |= {"outcome": outcome, "measures": tuple(measures)}
    doing.on_work["yuan"] = _yuan(doing.fields.get("yuan", "").strip())


def take_effect(doing: Doing) -> None:
    """From now on the measures that are followed are owed, beside those that still are from before."""
    measures = doing.on_work.get("measures", doing.work.measures)
    followed = [key for key in measures if doing.policy.measure(key).followed]
    doing.on_work["remedies"] = tuple(dict.fromkeys((*doing.work.remedies, *followed)))


def _yuan(words: str) -> int | None:
    if not words:
        return None
    if not words.isdecimal() or len(words) > 12:
        raise Refused("act.not_yuan")
    return int(words)


def meet(doing: Doing) -> None:
    """会议决定. Where the pack asks for it the meeting also says whether the supervising body is told."""
    told = doing.fields.get("authority", "").strip()
    if doing.policy.decision.tells_authority:
        if told not in ("yes", "no"):
            raise Refused("act.needs_authority")
        doing.also("authority_told" if told == "yes" else "authority_not_told")


def approve(doing: Doing) -> None:
    """By the post that the pack names for this amount, and never by whoever proposed it."""
    doing.act_in(_approver(doing))
    proposed = doing.last("proposed")
    if proposed is not None and proposed.actor == doing.actor:
        raise Refused("act.own_proposal")
    decision = doing.policy.decision
    if decision.meeting_for == doing.case.level and not any(row.kind == "met" for row in doing.since("proposed")):
        raise Refused("act.meeting_first", meeting=decision.meeting.zh if decision.meeting else "")
    time_limits.go_on(doing)
    take_effect(doing)
    doing.happened("decided")


def send_back(doing: Doing) -> None:
    """退回: it is proposed again, changed."""
    doing.act_in(_approver(doing))
    time_limits.go_on(doing)
    doing.on_work |= {"outcome": "", "measures": (), "yuan": None}


def _approver(doing: Doing) -> str:
    """The post for this amount; the pack's general one where no amount was named."""
    decision = doing.policy.decision
    yuan = doing.work.yuan
    if yuan is not None:
        for row in decision.authority:
            if row.up_to_yuan is None or yuan <= row.up_to_yuan:
                return row.approved_by
    assert decision.approved_by is not None
    return decision.approved_by


def close(doing: Doing) -> None:
    """答复: the complainant is told what came of it, with reasons, in writing."""
    time_limits.go_on(doing)
    if doing.row.source != "decided":
        take_outcome(doing)
        take_effect(doing)
    elif doing.fields.get("outcome", "").strip():
        raise Refused("act.outcome_is_decided")
    doing.happened("closed")
    doing.on_case |= {"closed_at": doing.now, "wake_at": telling.survey_at(doing.policy, doing.now)}
    doing.said |= {"outcome": outcome_words(doing), "measures": measure_words(doing)}


def outcome_words(doing: Doing) -> Words:
    outcome = str(doing.on_work.get("outcome", doing.work.outcome)) or "answered"
    texts = doing.office.texts
    return Words(zh=texts.render("zh", f"outcome.{outcome}"), en=texts.render("en", f"outcome.{outcome}"))


def measure_words(doing: Doing) -> Words:
    """The measures on a line of their own; none leave no trace."""
    labels = [doing.policy.measure(key).label for key in doing.on_work.get("measures", doing.work.measures)]
    texts = doing.office.texts
    if not labels:
        return Words.model_construct(zh="", en="")
    return Words.model_construct(
        zh=texts.render("zh", "outcome.measures", measures="、".join(label.zh for label in labels)),
        en=texts.render("en", "outcome.measures", measures=", ".join(label.en for label in labels)),
    )


def fulfil(doing: Doing) -> None:
    """退款、退货、赔偿: followed until it is done, and told."""
    key = doing.fields["measure"].strip()
    if not doing.work.remedies:
        raise Refused("act.no_remedies")
    if key not in doing.work.remedies:
        raise Refused("act.no_such_remedy", known="、".join(doing.work.remedies))
    doing.on_work["remedies"] = tuple(row for row in doing.work.remedies if row != key)
    doing.said["measure"] = doing.policy.measure(key).label
