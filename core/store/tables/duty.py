"""Who is on duty, and who was called to what must not wait, as tables."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from core.store.tables.columns import IDS_ARE_NEVER_REUSED, Row, id_, link, not_negative, one_of

DAYS = ("every", "working", "rest")
"""On which days of the calendar a shift falls; which of them are worked, the office's calendar says."""

URGENT_MATTERS = ("major", "danger")


class RosterShift(Row, table=True):
    """值班表: a shift of one person, from ``first_on`` to ``last_on`` (without: until further notice).

    It falls on the days of its kind, of these of its ``weekdays`` (1 is Monday; none: all), of these every ``every``-th day
    from the first. ``begins`` and ``ends`` are times of day as ``20:00``; what does not end later than it begins ends on the
    day after. One that was taken back before it began has its last day before its first.
    """

    __tablename__ = "roster_shift"
    __table_args__ = (
        Index(None, "staff_id"),
        one_of("days", DAYS),
        CheckConstraint("every BETWEEN 1 AND 366", name="every"),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    staff_id: int = link("staff.id")
    days: str
    weekdays: list[int] = Field(default_factory=list, sa_type=JSON)
    every: int = 1
    first_on: date
    last_on: date | None = None
    begins: str
    ends: str


class RosterSwap(Row, table=True):
    """换班: a shift of one day that ``from_id`` gives and ``to_id`` takes; it holds once that one agreed."""

    __tablename__ = "roster_swap"
    __table_args__ = (Index(None, "day"), IDS_ARE_NEVER_REUSED)

    id: int | None = id_()
    shift_id: int = link("roster_shift.id")
    day: date
    from_id: int = link("staff.id")
    to_id: int = link("staff.id")
    asked_at: datetime
    agreed_at: datetime | None = None


class Summons(Row, table=True):
    """What must not wait, until somebody confirms that they have it: a major case, or danger that somebody told of.

    ``called`` are those who were called in this ``round``, ``told`` all who ever were, by their ids. At ``next_at`` the next
    one is called. ``said`` are the words' values, nothing personal. ``ended_by`` is an account, empty where it ended with the
    case.
    """

    __tablename__ = "summons"
    __table_args__ = (
        UniqueConstraint("key"),
        Index(None, "next_at"),
        Index(None, "case_id"),
        Index(None, "session_id"),
        one_of("kind", URGENT_MATTERS),
        not_negative("round"),
        CheckConstraint("(ended_at IS NULL) = (next_at IS NOT NULL)", name="ended"),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    key: str
    kind: str
    case_id: int | None = link("case_file.id", optional=True)
    session_id: int | None = link("session.id", optional=True)
    said: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    begun_at: datetime
    round: int = 0
    called: list[int] = Field(default_factory=list, sa_type=JSON)
    told: list[int] = Field(default_factory=list, sa_type=JSON)
    next_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
