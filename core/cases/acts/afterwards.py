"""重新办理、复核、归档: what can follow an answer."""

from __future__ import annotations

from datetime import timedelta

from core.cases import running, telling
from core.cases.acts import time_limits
from core.cases.acts.assignment import REVIEWERS, able
from core.cases.acts.decision import measure_words, outcome_words, take_effect, take_outcome
from core.cases.acts.doing import Doing
from core.cases.clocks import local_day
from core.errors import Refused


def reopen(doing: Doing) -> None:
    """Within the days of the pack; the clocks begin anew."""
    days = doing.policy.follow_up.reopen_within_days
    if doing.case.closed_at is not None and doing.now - doing.case.closed_at > timedelta(days=days):
        raise Refused("reopen.too_late", days=str(days))
    _begin_again(doing)


def _begin_again(doing: Doing) -> None:
    doing.end_clocks()
    doing.on_work |= {
        "round": doing.work.round + 1, "outcome": "", "measures": (), "yuan": None, "paused": "",
    }  # fmt: skip
    doing.begin(running.again(doing.policy, doing.level, doing.now, doing.office.calendar, doing.round))
    doing.on_case["closed_at"] = None
    doing.promise()


def ask_review(doing: Doing) -> None:
    """复核: asked for within the days of the pack, once for each answer; its own clock begins."""
    days = doing.policy.review.within_days
    if doing.case.closed_at is not None and doing.now - doing.case.closed_at > timedelta(days=days):
        raise Refused("ask_review.too_late", days=str(days))
    if any(entry.kind == "review_asked" for entry in doing.since("reopened", "review_redone")):
        raise Refused("ask_review.once")
    doing.end_clocks()
    doing.on_work["handler_id"] = None
    doing.begin(running.review_asked(doing.policy, doing.level, doing.now, doing.office.calendar, doing.round))
    doing.promise()


def assign_review(doing: Doing) -> None:
    """By somebody who had no part in it before."""
    reviewer = able(doing, doing.fields["handler"], REVIEWERS)
    _check_new_to_it(doing, reviewer.id)
    doing.on_work["handler_id"] = reviewer.id
    doing.note = " ".join(filter(None, (reviewer.account, doing.note)))


def _check_new_to_it(doing: Doing, member_id: int) -> None:
    asked = doing.last("review_asked")
    if asked and any(part.staff_id == member_id and part.at <= asked.at for part in doing.parts):
        raise Refused("act.worked_on_it")


def _check_reviewer(doing: Doing) -> None:
    assert doing.member is not None
    _check_new_to_it(doing, doing.member.id)
    if doing.work.handler_id not in (None, doing.member.id):
        raise Refused("act.other_reviewer")


def uphold(doing: Doing) -> None:
    _check_reviewer(doing)
    _answer_review(doing)


def change(doing: Doing) -> None:
    _check_reviewer(doing)
    take_outcome(doing)
    take_effect(doing)
    _answer_review(doing)


def _answer_review(doing: Doing) -> None:
    time_limits.go_on(doing)
    doing.happened("reviewed")
    doing.on_case |= {"closed_at": doing.now, "wake_at": telling.survey_at(doing.policy, doing.now)}
    doing.said |= {"outcome": outcome_words(doing), "measures": measure_words(doing)}


def redo(doing: Doing) -> None:
    """The review found that it must be investigated again, by others; the review itself is over by that."""
    _check_reviewer(doing)
    doing.happened("reviewed")
    doing.on_work["handler_id"] = None
    _begin_again(doing)


def archive(doing: Doing) -> None:
    """Into the volume of the year in which it ended; nothing about it changes from then on."""
    if doing.work.remedies:
        labels = "、".join(doing.policy.measure(key).label.zh for key in doing.work.remedies)
        raise Refused("act.remedies_open", measures=labels)
    _check_marked(doing)
    ended = doing.case.closed_at or doing.now
    # As long as the complainant may still object.
    until = ended + (telling.objection_window(doing.policy) if doing.case.status == "closed" else timedelta())
    if doing.now < until:
        raise Refused("act.too_early_to_archive", date=local_day(until).isoformat())
    doing.end_clocks()
    doing.on_work["volume"] = local_day(ended).year
    doing.on_case["wake_at"] = None


def _check_marked(doing: Doing) -> None:
    """What begins by the answer, as the feedback does, is owed until staff say that it is done."""
    open_ = [doing.policy.clock(row.clock) for row in doing.clocks if row.ended_at is None]
    owed = "、".join(clock.label.zh for clock in open_ if clock.ends_on == "marked")
    if owed:
        raise Refused("act.clocks_open", clocks=owed)
