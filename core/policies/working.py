"""What a pack says of working on a complaint: clocks, posts, levels, stages, decisions, review. Pure."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from core.policies.row import Key, Line, Row, Words

Level = Literal["general", "major"]
"""How weighty a case is: by the pack's ``major`` rules as it is registered, by staff from then on."""

Duty = Literal[
    "reception", "investigation", "opinion", "handling", "approval", "review",
    "leadership", "archiving", "administration", "audit",
]  # fmt: skip
"""What can be done in a post. The table of the lifecycle says which duty an action needs, a pack which post has it."""

Stop = Literal["supplement", "appraisal", "hearing", "other_body"]
"""Why the clocks of a case may stand still."""

ClockEnd = Literal["told", "accepted", "assigned", "investigated", "decided", "closed", "reviewed", "marked"]
"""What ends a clock: ``told`` the receipt in the complainant's hands, ``accepted`` any decision on acceptance, ``assigned``
a handler named, ``investigated`` findings written, ``decided`` an outcome that has effect, ``closed`` the complainant
answered, ``reviewed`` the review done, ``marked`` a stage of the pack's own that staff mark as done."""

EVENTS = ("receipt", "review")
"""What a clock can start from beside the end of another one: the complaint came, or a review of its outcome was asked for."""


class Extension(Row):
    """More time for a clock, granted before it ends: ``limit`` in the clock's own unit, at most ``times`` times."""

    limit: int = Field(ge=1, le=1000)
    times: int = Field(ge=1, le=10)
    approved_by: Key = Field(description="the post that may grant it")


class Rung(Row):
    """One step of the ladder: ``hours`` after the end of a clock (before it where negative) these are told.

    ``to`` are keys of posts, or ``handler`` for whoever has the case; where nobody has it, the next rung is told at once.
    """

    hours: int = Field(ge=-24 * 30, le=24 * 30)
    to: tuple[Key, ...] = Field(min_length=1)


class Clock(Row):
    """A time limit: ``limit`` in ``unit`` from an event, or from the end of another clock, until ``ends_on`` happens.

    It starts from ``receipt``, from ``review`` (a review was asked for), or from the end of another clock. A clock with a
    ``level`` runs for cases of that level only; one without ``extension`` is never given more time.
    """

    key: Key
    label: Words
    starts_from: Line
    limit: int = Field(ge=1, le=1000)
    unit: Literal["working_day", "calendar_day", "hour"]
    ends_on: ClockEnd = "closed"
    level: Level | None = None
    extension: Extension | None = None

    def runs_for(self, level: str) -> bool:
        return self.level is None or self.level == level


class Post(Row):
    """A post (岗位): what may be done in it. ``deputies`` are posts that act in it while nobody who holds it is there."""

    key: Key
    label: Words
    duties: tuple[Duty, ...] = Field(min_length=1)
    deputies: tuple[Key, ...] = ()


class MajorRule(Row):
    """What makes a case major as it is registered: any of these words, an amount in yuan, or a number of people told."""

    label: Words
    any_of: tuple[Line, ...] = ()
    yuan_from: int | None = Field(default=None, ge=1)
    people_from: int | None = Field(default=None, ge=2)


class Work(Row):
    """How a case is worked on.

    ``acceptance``: whether it is decided before work begins. ``investigation``: whether findings are written before an outcome
    is proposed. ``separate``: groups of posts that may not meet in one person for one case. ``stops``: why clocks may stand
    still. ``major_to``: posts that are told of a major case at once. ``ladder``: who is told before and after a clock ends.
    """

    acceptance: bool = True
    investigation: bool = False
    separate: tuple[tuple[Key, ...], ...] = ()
    stops: tuple[Stop, ...] = ("supplement",)
    major_to: tuple[Key, ...] = ()
    ladder: tuple[Rung, ...] = Field(min_length=1)


class Calls(Row):
    """Who is called to a major case, or to danger that somebody tells of, until one of them confirms.

    Holders of the posts in ``to``, in this order; without any: those who are told of major cases, their deputies, and then
    everybody with leadership. Who does not confirm within ``after_minutes`` is followed by the next one. Once all were called
    it begins again, with ``again_after_minutes`` between two of them, and twice as long each further time.
    """

    to: tuple[Key, ...] = ()
    after_minutes: int = Field(default=10, ge=1, le=720)
    again_after_minutes: int = Field(default=60, ge=1, le=1440)


class Measure(Row):
    """Something that an outcome can bring. ``followed``: it counts as done only when staff say so (退款, 退货, 赔偿 …)."""

    key: Key
    label: Words
    followed: bool = False


class Authority(Row):
    """核决权限: who approves an outcome that costs up to ``up_to_yuan``; the row without an amount takes what is left."""

    up_to_yuan: int | None = Field(default=None, ge=1)
    approved_by: Key


class Decision(Row):
    """How an outcome comes to have effect.

    ``opinion_by``: the post whose written opinion comes first. ``approved_by``: the post that approves it, None where the
    handler's word is enough; ``authority`` names others by amount. ``meeting_for``: the level that is decided in a meeting.
    """

    opinion_by: Key | None = None
    approved_by: Key | None = None
    authority: tuple[Authority, ...] = ()
    meeting_for: Level | None = None
    meeting: Words | None = Field(default=None, description="which meeting decides")
    tells_authority: bool = Field(default=False, description="whether the meeting says if the supervising body is told")
    measures: tuple[Measure, ...] = Field(min_length=1)


class Review(Row):
    """复核: whether a complainant may ask that somebody else looks again, and until how many days after the answer."""

    allowed: bool = False
    within_days: int = Field(default=15, ge=1, le=365)
