"""Where alerts for staff go beside their own chats, as tables: groups that proved a code, and who is known to be in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlmodel import Field

from core.store.tables.columns import IDS_ARE_NEVER_REUSED, Id, Row, id_, link


class AlertTarget(Row, table=True):
    """A group, or a topic of one. ``session_id`` is its chat, None until its code was sent there.

    ``code_hash`` is of the code by which a chat becomes this target; it holds until ``code_until``, once. ``ended_at`` is when alerts
    stopped to go there, ``ended_why`` the reason.
    """

    __tablename__ = "alert_target"
    __table_args__ = (UniqueConstraint("name"), UniqueConstraint("code_hash"), IDS_ARE_NEVER_REUSED)

    id: int | None = id_()
    name: str
    session_id: int | None = link("session.id", optional=True)
    code_hash: bytes | None = None
    code_until: datetime | None = None
    added_at: datetime
    ended_at: datetime | None = None
    ended_why: str = ""


class AlertMember(Row, table=True):
    """Somebody of staff who is in a target's chat: the office ``named`` them, or they were seen there."""

    __tablename__ = "alert_member"

    target_id: int = Field(primary_key=True, sa_type=Id, sa_column_args=(ForeignKey("alert_target.id"),))
    staff_id: int = Field(primary_key=True, sa_type=Id, sa_column_args=(ForeignKey("staff.id"),))
    named: bool
