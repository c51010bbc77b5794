"""Conversations between a complainant and whoever handles their case, as tables; what is said stands on the case's timeline."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlmodel import Field

from core.store.tables.columns import IDS_ARE_NEVER_REUSED, Id, Row, id_, link, not_negative, one_of

ASKED, ON, QUESTION, OVER = "asked", "open", "question", "over"
RELAY_STATES = (ASKED, ON, QUESTION, OVER)
COMPLAINANT, STAFF, NOBODY = "complainant", "staff", ""
ENDINGS = ("", COMPLAINANT, STAFF, "silence", "unanswered", "erased")
IS_LIVE = f"state <> '{OVER}'"


class Relay(Row, table=True):
    """One conversation about a case: asked for and taken by nobody yet, open, or a question of staff that waits for its answer.

    ``session_id`` is the complainant's chat, ``desk_id`` the one of ``holder_id``, who took it. ``rung`` is who was asked to take
    it so far, or to answer: nobody, then wider and wider. ``last_by`` said the last word, at ``last_at``; ``look_at`` is when
    something is to be done about it by itself. ``lines`` counts the messages that were made for it.
    """

    __tablename__ = "relay"
    __table_args__ = (
        # Of two that begin one about the same case at once the second finds the first one's.
        Index("ix_relay_live", "case_id", unique=True, sqlite_where=text(IS_LIVE), postgresql_where=text(IS_LIVE)),
        Index("ix_relay_of_person", "session_id", sqlite_where=text(IS_LIVE), postgresql_where=text(IS_LIVE)),
        Index("ix_relay_held", "holder_id", sqlite_where=text(IS_LIVE), postgresql_where=text(IS_LIVE)),
        Index(None, "case_id"),
        Index(None, "look_at"),
        one_of("state", RELAY_STATES),
        one_of("last_by", (NOBODY, COMPLAINANT, STAFF)),
        one_of("ended_by", ENDINGS),
        not_negative("rung"),
        not_negative("lines"),
        CheckConstraint("(holder_id IS NULL) = (desk_id IS NULL)", name="holder"),
        CheckConstraint(f"state <> '{ON}' OR holder_id IS NOT NULL", name="taken"),
        CheckConstraint(f"state <> '{OVER}' OR look_at IS NULL", name="over"),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    case_id: int = link("case_file.id")
    session_id: int = link("session.id")
    state: str
    holder_id: int | None = link("staff.id", optional=True)
    desk_id: int | None = link("session.id", optional=True)
    rung: int = 0
    lines: int = 0
    asked_at: datetime
    last_at: datetime
    last_by: str = ""
    look_at: datetime | None = None
    ended_by: str = ""


class RelayLine(Row, table=True):
    """A message that was made of a line: its copy in the outbox goes when the case or the conversation is erased.

    ``told`` is what whoever wrote it heard of its way: nothing, that it waits (``held``), or that it cannot be brought (``dead``).
    """

    __tablename__ = "relay_line"
    __table_args__ = (
        Index(None, "relay_id"),
        one_of("by", (COMPLAINANT, STAFF)),
        one_of("told", ("", "held", "arrived", "dead")),
    )

    outbox_id: int = Field(
        primary_key=True,
        sa_type=Id,
        sa_column_args=(ForeignKey("outbox.id"),),
        sa_column_kwargs={"autoincrement": False},
    )
    relay_id: int = link("relay.id")
    by: str
    told: str = ""
