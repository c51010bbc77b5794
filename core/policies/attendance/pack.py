"""What an attendance pack says: who works when, when one checks in, and what late, missing and absent come to. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal

from pydantic import Field

from core.policies.row import Key, Line, PackId, Row, Words
from core.policies.working import Duty

Clocking = Literal["chat", "device"]
"""How one checks in: with the bot in one's own chat, or at a device whose file is imported."""


class Span(Row):
    """A part of the day that is worked, at the institution; the break is what lies between two."""

    begins: time
    ends: time


class Window(Row):
    """When one may check. What comes before ``opens`` is no check; without ``closes`` it is never too late to check out."""

    opens: time | None = None
    closes: time | None = None


class Hours(Row):
    """One arrangement of working time. ``posts`` are keys of the policy pack's posts that have it, unless somebody is given
    another; the first one has none and is everybody else's.

    Whoever is ``flexible`` comes and goes within the spans, and owes so many ``minutes`` a day.
    """

    key: Key
    label: Words
    kind: Literal["fixed", "flexible"] = "fixed"
    posts: tuple[Key, ...] = ()
    spans: tuple[Span, ...] = Field(min_length=1, max_length=4)
    check_in: Window = Window()
    check_out: Window = Window()
    minutes: int | None = Field(default=None, ge=1, le=24 * 60)

    @property
    def begins(self) -> time:
        return self.spans[0].begins

    @property
    def ends(self) -> time:
        return self.spans[-1].ends


class Counting(Row):
    """What the days of a month come to.

    ``serious_after``: more times late or early in a month than this are serious; none, where the rules know no such thing.
    ``missing`` is what a check that nobody made and nobody explained counts as: itself, or as absence of that half of the day.
    ``half_is_whole``: absent for half a day or longer counts as the whole day. ``resigned_after``: absent on more working days
    running than this is taken for having resigned.
    """

    serious_after: int | None = Field(default=None, ge=0, le=100)
    missing: Literal["missing", "absence"]
    half_is_whole: bool
    resigned_after: int | None = Field(default=None, ge=0, le=100)


class Asking(Row):
    """What must be asked for, by when, and with what; days are working days.

    ``forgot_within`` 0 is on the same day. ``business_within`` counts from the return.
    """

    forgot_within: int = Field(ge=0, le=31)
    business_within: int = Field(ge=0, le=31)
    business_proof: bool
    leave_beforehand: bool
    overtime_beforehand: bool
    decided_by: tuple[Duty, ...] = Field(min_length=1)


class Telling(Row):
    """When the day is told of; the month is told of at the same time on the first working day of the next one."""

    at: time


class Attendance(Row):
    """One institution's attendance. Punches before ``day_begins`` belong to the day before."""

    id: PackId
    title: Words
    version: Line
    effective_from: date
    clocking: tuple[Clocking, ...] = Field(min_length=1)
    day_begins: time
    hours: tuple[Hours, ...] = Field(min_length=1)
    counting: Counting
    asking: Asking
    telling: Telling

    def hours_named(self, key: str) -> Hours | None:
        return next((each for each in self.hours if each.key == key), None)

    def hours_of(self, posts: tuple[str, ...]) -> Hours:
        """What somebody in these posts has who was given nothing else: that of the first post that has one of its own."""
        of_post = {post: each for each in self.hours for post in each.posts}
        own = next((of_post[post] for post in posts if post in of_post), None)
        return own or self.hours[0]

    def day_of(self, local: datetime) -> date:
        """The day that a moment, by the institution's clock, belongs to."""
        return local.date() - timedelta(days=1) if local.time() < self.day_begins else local.date()
