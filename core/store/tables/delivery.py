"""Notices on their way as tables: the record of each, every try, what people granted, and who does what alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from core.store.tables.columns import IDS_ARE_NEVER_REUSED, Row, id_, link


class Notification(Row, table=True):
    """送达记录: one notice of a case, and how its complainant came to know of it.

    ``outbox_id`` is None where no chat is known and staff must tell it. ``digest`` is SHA-256 of the words. ``legal_by`` is
    when it must have been told, None where no rule says so; from ``ask_at`` on staff are asked to telephone, ``asked_at`` is
    when they were, ``told_at`` and ``told_by`` when and by whom it was told in another way than by chat.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("outbox_id"),
        Index(None, "case_id"),
        Index(None, "ask_at"),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    case_id: int = link("case_file.id")
    outbox_id: int | None = link("outbox.id", optional=True)
    notice: str
    digest: bytes
    words_sealed: bytes | None = None
    made_at: datetime
    legal_by: datetime | None = None
    ask_at: datetime | None = None
    asked_at: datetime | None = None
    delivered_at: datetime | None = None
    read_at: datetime | None = None
    told_at: datetime | None = None
    told_by: str = ""


class DeliveryTry(Row, table=True):
    """One try to send a notice: by which rung, what the platform said, and its own id or request id; only ever added to."""

    __tablename__ = "delivery_try"
    __table_args__ = (Index(None, "outbox_id"), IDS_ARE_NEVER_REUSED)

    id: int | None = id_()
    outbox_id: int = link("outbox.id")
    at: datetime
    rung: str
    code: str
    answer: str = ""


class Grant(Row, table=True):
    """A person lets us send one message of this kind, whenever it may be; ``scene`` is the platform's number for it."""

    __tablename__ = "consent_grant"
    __table_args__ = (Index(None, "session_id", "used_at"), IDS_ARE_NEVER_REUSED)

    id: int | None = id_()
    session_id: int = link("session.id")
    notice: str
    scene: int | None = None
    granted_at: datetime
    used_at: datetime | None = None


class Lease(Row, table=True):
    """Who does something alone, until when."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    holder: str
    until: datetime
