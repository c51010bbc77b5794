"""Conversations as tables: keys, sessions, what came in and what goes out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from core.store.tables.columns import IDS_ARE_NEVER_REUSED, Id, Row, id_, index_of, link, not_negative, one_of

PENDING, HELD, SENT, HANDED, DEAD = "pending", "held", "sent", "handed", "dead"
OPEN, STRANDED = (PENDING, HELD), (HELD, DEAD)
FINISHED = (SENT, HANDED, DEAD)
OUTBOX_STATES = (*OPEN, *FINISHED)
"""Of a message in the outbox. One that is pending and leased is being sent."""
BOUND = "staff_id IS NOT NULL"


class DataKey(Row, table=True):
    """A data key, wrapped by a master key; ``wrapped`` is empty once it is destroyed. ``name`` marks a service key."""

    __tablename__ = "data_key"
    __table_args__ = (UniqueConstraint("name"), IDS_ARE_NEVER_REUSED)

    id: int | None = id_()
    name: str | None = None
    master_id: str
    wrapped: bytes | None = None


class Session(Row, table=True):
    """One person on one channel. ``lines`` counts the places in the history's cursor: what they said, and what their page was sent.

    ``window_left`` messages may be written to them until ``window_until``, where the platform allows only so many. ``staff_id`` is
    the member of staff who proved that this chat is theirs.
    """

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("channel", "peer_blind"),
        Index(None, "wake_at"),
        Index("ix_session_staff_id", "staff_id", sqlite_where=text(BOUND), postgresql_where=text(BOUND)),
        not_negative("version"),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    channel: str
    peer_blind: bytes
    peer_sealed: bytes
    key_id: int = link("data_key.id")
    state_sealed: bytes | None = None
    version: int = 0
    lines: int = Field(default=0, sa_type=BigInteger)
    updated_at: datetime
    wake_at: datetime | None = None
    window_left: int | None = None
    window_until: datetime | None = None
    staff_id: int | None = Field(default=None, sa_type=Id)


class Inbox(Row, table=True):
    """A message that was taken in, and the reply it got. ``draft`` is the complaint it was said for, if any."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "dedupe_blind"),
        Index(None, "session_id", "line"),
        Index(None, "draft"),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    channel: str
    dedupe_blind: bytes
    session_id: int = link("session.id")
    line: int = Field(sa_type=BigInteger)
    kind: str
    body_sealed: bytes | None = None
    reply_sealed: bytes | None = None
    answered: bool = False
    draft: str | None = None
    received_at: datetime


class Outbox(Row, table=True):
    """A message to be sent, once its time has come.

    A lease changes no column that an index knows, and PostgreSQL leaves room beside each row (``0005_lease``): whoever claims fifty
    messages writes fifty rows and no entry of an index.

    ``notice`` is what it tells of a case, ``result`` whether that is what its complainant waits for. ``rung`` is the way it
    was sent or tried last, ``passed`` the ways that are closed to it, with spaces between. Where messages go together the higher
    ``urgency`` goes first.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        index_of("ix_outbox_due", "due_at", "id", states=(PENDING,)),
        index_of("ix_outbox_of_person", "session_id", "id", states=OPEN),
        index_of("ix_outbox_over", "session_id", "line", states=FINISHED),
        index_of("ix_outbox_stranded", "state", "id", states=STRANDED),
        one_of("state", OUTBOX_STATES),
        not_negative("attempts"),
        CheckConstraint(f"leased_until IS NULL OR state = '{PENDING}'", name="lease"),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    session_id: int = link("session.id")
    dedupe_key: str
    slot: str | None = None
    body_sealed: bytes | None = None
    state: str = "pending"
    attempts: int = 0
    due_at: datetime
    leased_until: datetime | None = None
    platform_id: str = ""
    last_code: str = ""
    line: int | None = Field(default=None, sa_type=BigInteger)
    made_at: datetime
    sent_at: datetime | None = None
    notice: str | None = None
    result: bool | None = None
    rung: str | None = None
    passed: str | None = None
    urgency: int | None = None
