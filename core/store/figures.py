"""What a member of staff did with cases in a span, as counts: what an assessment is computed from. Numbers only.

A case in somebody's hands is theirs (``case_holder``); what happens while nobody has it is whoever's does it. What happens in
the very moment in which a case is handed over is still of the one before.

A case that one of ``readers`` must not know of is counted nowhere: who compares a count with what they see learns nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, case, cast, exists, func, or_, select

from core.records import record
from core.store.statements import Statement
from core.store.tables import case_clock, case_file, case_holder, recusal, staff, timeline
from core.store.tables.columns import Id, among, any_of, in_the_text
from core.store.unit_of_work import UnitOfWork

DONE = (
    "told", "accepted", "declined", "referred", "assigned", "investigated", "decided", "closed", "reviewed", "marked",
)  # fmt: skip
"""What ends a clock because staff did what it waits for. What ends it otherwise (withdrawn, joined, begun anew, another level)
is nobody's merit."""

LOOKS = ("read", "exported", "linked", "link_opened", "evidence_opened", "redacted", "refused")
"""Lines of a timeline that end no stage, though somebody of staff stands in them."""

ANSWERS = ("closed", "review_upheld", "review_changed")
OVERTURNED = ("review_changed", "review_redone")


@record(frozen=True, slots=True)
class Figures:
    """Counts of one member in a span.

    ``stages`` whose time was decided in it, ``in_time`` those of them that were done in time; ``proposals`` made and
    ``returned``; ``answers`` given, those ``overturned`` by a review and ``reopened``; ``ratings`` of answers, and all ``stars``.
    """

    stages: int = 0
    in_time: int = 0
    proposals: int = 0
    returned: int = 0
    answers: int = 0
    overturned: int = 0
    reopened: int = 0
    ratings: int = 0
    stars: int = 0


_clock: Any = case_clock.c
_line, _base, _later = (timeline.alias(name) for name in ("line", "base", "later"))
_MOMENT = _clock.due_at.type
_since, _until = bindparam("since", type_=_MOMENT), bindparam("until", type_=_MOMENT)
_member = bindparam("member", type_=Id)


def _holder(case_id: Any, at: Any) -> Any:
    """Who had the case at that moment."""
    had: Any = case_holder.c
    still = or_(had.until.is_(None), had.until >= at)
    return select(had.staff_id).where(had.case_id == case_id, had.since < at, still).scalar_subquery()


def _is(actor: Any) -> ColumnElement[bool]:
    """Whether a line's actor is the row of ``staff`` that is asked for."""
    same: ColumnElement[bool] = actor == in_the_text("staff:") + staff.c.account
    return same


def _doer(actor: Any) -> Any:
    return select(staff.c.id).where(_is(actor)).scalar_subquery()


def _known_to_readers(case_id: Any) -> ColumnElement[bool]:
    kept_out = select(recusal.c.case_id).where(
        recusal.c.case_id == case_id, any_of(recusal.c.staff_id, "readers"), recusal.c.lifted_at.is_(None)
    )
    return ~exists(kept_out)


def _in_span(at: Any) -> ColumnElement[bool]:
    return and_(at >= _since, at < _until)


def _stages() -> Statement:
    in_time = and_(_clock.ended_at.is_not(None), _clock.ended_at <= _clock.due_at)
    decided_at = case((in_time, _clock.ended_at), else_=_clock.due_at)
    ender = (
        select(staff.c.id)
        .select_from(_line.join(staff, _is(_line.c.actor)))
        .where(
            _line.c.case_id == _clock.case_id,
            _line.c.at == _clock.ended_at,
            *(_line.c.kind != in_the_text(kind) for kind in LOOKS),
        )
        .order_by(_line.c.id)
        .limit(1)
        .scalar_subquery()
    )
    counts = func.count(), func.coalesce(func.sum(case((in_time, 1), else_=0)), 0)
    return Statement(
        select(counts[0].label("stages"), counts[1].label("in_time"))
        .select_from(case_clock)
        .where(
            _in_span(decided_at),
            # What ends as it begins was no work.
            or_(_clock.ended_at.is_(None), _clock.ended_at > _clock.started_at),
            # While it stands still nobody can know its end: it is counted once it goes on.
            ~cast(_clock.stops, String).contains("null"),
            or_(~in_time, among(_clock.ended_by, *DONE)),
            func.coalesce(_holder(_clock.case_id, decided_at), ender) == _member,
            _known_to_readers(_clock.case_id),
        )
    )


def _lines(*kinds: str) -> Select[Any]:
    """Lines of these kinds in the span, of cases that all readers may know of."""
    return select(func.count().label("many")).where(
        among(_line.c.kind, *kinds), _in_span(_line.c.at), _known_to_readers(_line.c.case_id)
    )


def _last_before(*kinds: str) -> Any:
    """That ``base`` is the last line of these kinds before ``line`` in its case."""
    last = (
        select(func.max(_later.c.id))
        .where(_later.c.case_id == _line.c.case_id, _later.c.id < _line.c.id, among(_later.c.kind, *kinds))
        .scalar_subquery()
    )
    return _line.join(_base, _base.c.id == last)


def _whose(line: Any) -> Any:
    """Whose an answer is: of whoever had the case, else of whoever gave it."""
    return func.coalesce(_holder(line.c.case_id, line.c.at), _doer(line.c.actor))


_OF_LINES = {
    "proposals": Statement(_lines("proposed").where(_doer(_line.c.actor) == _member)),
    "returned": Statement(
        _lines("sent_back").select_from(_last_before("proposed")).where(_doer(_base.c.actor) == _member)
    ),
    "answers": Statement(_lines(*ANSWERS).where(_whose(_line) == _member)),
    "overturned": Statement(_lines(*OVERTURNED).select_from(_last_before(*ANSWERS)).where(_whose(_base) == _member)),
    "reopened": Statement(_lines("reopened").select_from(_last_before(*ANSWERS)).where(_whose(_base) == _member)),
}
_stages_of = _stages()
_rated_again = exists(
    select(_later.c.id).where(
        _later.c.case_id == _line.c.case_id, _later.c.id > _line.c.id, _later.c.kind == in_the_text("rated")
    )
)
_stars = Statement(
    _lines("rated")
    .add_columns(func.coalesce(func.sum(case_file.c.rating), 0).label("stars"))
    .select_from(_last_before(*ANSWERS).join(case_file, case_file.c.id == _line.c.case_id))
    .where(case_file.c.rating.is_not(None), ~_rated_again, _whose(_base) == _member)
)


def of_member(uow: UnitOfWork, staff_id: int, since: datetime, until: datetime, readers: Sequence[int]) -> Figures:
    """What this member did from ``since`` until before ``until``, which is not later than now.

    *stages*: clocks of cases whose time was decided in the span: when they ended in time, else when they ought to have ended.
    *proposals* are of who wrote them; so is what was *returned*, by the last proposal before. *answers*: a case closed, a review
    answered. *overturned* and *reopened* are of the answer before. *ratings*: the last one of a case, of the answer before.
    """
    span = {"member": staff_id, "since": since, "until": until, "readers": list(readers)}
    stages, stars = uow.run(_stages_of, span).one(), uow.run(_stars, span).one()
    counts = {name: int(uow.run(statement, span).scalar_one()) for name, statement in _OF_LINES.items()}
    return Figures(
        stages=int(stages.stages),
        in_time=int(stages.in_time),
        ratings=int(stars.many),
        stars=int(stars.stars),
        **counts,
    )
