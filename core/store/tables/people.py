"""The people of the office as tables: who had which case when, their training, assessments, praise and discipline, and what
they pledged."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from core.store.tables.columns import IDS_ARE_NEVER_REUSED, Row, id_, link, not_negative, one_of

STILL = "until IS NULL"
WHY_TRAINED = ("joining", "periodic", "failing", "unplanned")
KINDS_OF_CONDUCT = ("praise", "discipline")
HOW_PLEDGED = ("chat", "desk", "paper")


class CaseHolder(Row, table=True):
    """承办: who had a case in hand, from when until when; of a case one row at most has no end.

    Whose a stage was is known by it: a timeline names handlers in words that are sealed, and gone once the case is erased.
    """

    __tablename__ = "case_holder"
    __table_args__ = (
        Index(None, "case_id", "since"),
        Index("ix_case_holder_still", "case_id", unique=True, sqlite_where=text(STILL), postgresql_where=text(STILL)),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    case_id: int = link("case_file.id")
    staff_id: int = link("staff.id")
    since: datetime
    until: datetime | None = None


class Training(Row, table=True):
    """培训: one that a member of staff has to pass by ``due_on``, or did. ``kind`` is a key of the office's personnel rules.

    ``assessment_id`` is the assessment that was failed, where that is ``why``; ``mark`` is None where none is given.
    """

    __tablename__ = "training"
    __table_args__ = (
        UniqueConstraint("staff_id", "kind", "due_on"),
        one_of("why", WHY_TRAINED),
        CheckConstraint("mark IS NULL OR mark BETWEEN 0 AND 100", name="mark"),
        CheckConstraint("(done_on IS NULL) = (passed IS NULL)", name="done"),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    staff_id: int = link("staff.id")
    kind: str
    why: str
    due_on: date
    planned_at: datetime
    assessment_id: int | None = link("assessment.id", optional=True)
    done_on: date | None = None
    mark: int | None = None
    passed: bool | None = None
    by_id: int | None = link("staff.id", optional=True)
    words_sealed: bytes | None = None


class Assessment(Row, table=True):
    """考核 of one member of staff over some days. ``figures`` are counts, ``marks`` by part of 100, None where nothing was measured.

    ``follows`` is the id of the failed assessment that it is done after, 0 where it is the first of its period.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("staff_id", "first_on", "follows"),
        CheckConstraint("total BETWEEN 0 AND 100", name="total"),
        CheckConstraint("first_on <= last_on", name="days"),
        not_negative("follows"),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    staff_id: int = link("staff.id")
    first_on: date
    last_on: date
    follows: int = 0
    made_at: datetime
    by_id: int = link("staff.id")
    figures: dict[str, int] = Field(sa_type=JSON)
    marks: dict[str, int | None] = Field(sa_type=JSON)
    total: int
    passed: bool
    words_sealed: bytes | None = None


class Conduct(Row, table=True):
    """奖惩: praise or discipline of a member of staff. ``measure`` is a key of the office's personnel rules.

    ``words_blind`` tells the same thing entered twice from another one on the same day.
    """

    __tablename__ = "conduct"
    __table_args__ = (
        UniqueConstraint("staff_id", "kind", "measure", "happened_on", "words_blind"),
        one_of("kind", KINDS_OF_CONDUCT),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    staff_id: int = link("staff.id")
    kind: str
    measure: str
    happened_on: date
    made_at: datetime
    by_id: int = link("staff.id")
    words_blind: bytes
    words_sealed: bytes | None = None


class Pledge(Row, table=True):
    """保密承诺: that a member of staff acknowledged the duty of confidentiality in this ``version``, and how; ``by_id`` wrote it down."""

    __tablename__ = "pledge"
    __table_args__ = (
        UniqueConstraint("staff_id", "version", "made_on"),
        one_of("how", HOW_PLEDGED),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    staff_id: int = link("staff.id")
    version: str
    made_on: date
    made_at: datetime
    how: str
    by_id: int = link("staff.id")
