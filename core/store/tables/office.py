"""The office itself as tables: its people, its rules as they were, its calendar, its counters."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from core.store.tables.columns import IDS_ARE_NEVER_REUSED, Row, id_


class Counter(Row, table=True):
    """The last number given out in a scope."""

    __tablename__ = "counter"
    __table_args__ = (CheckConstraint("last > 0", name="last"),)

    scope: str = Field(primary_key=True)
    last: int = Field(sa_type=BigInteger)


class LookupFailure(Row, table=True):
    """A look-up with a wrong number or code."""

    __tablename__ = "lookup_failure"
    __table_args__ = (Index(None, "scope_blind", "at"), Index(None, "at"))

    id: int | None = id_()
    scope_blind: bytes
    at: datetime


class CalendarChange(Row, table=True):
    """A change of the office's calendar: a year that was announced, or days of the office's own; only ever added to."""

    __tablename__ = "calendar_change"
    __table_args__ = (CheckConstraint("version > 0", name="version"),)

    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime
    actor: str
    year: int | None = None
    title: str
    notices: list[str] = Field(sa_type=JSON)
    sha256: str
    days: list[list[str | bool | None]] = Field(sa_type=JSON)


class ServiceRow(Row, table=True):
    """One small thing that the service remembers about itself."""

    __tablename__ = "service_row"

    name: str = Field(primary_key=True)
    value: str


class Staff(Row, table=True):
    """Somebody who works here. Who left stays: what they did keeps their name. ``posts`` are keys of the pack's posts.

    ``bind_hash`` is of the code by which they prove that a chat is theirs; it holds until ``bind_until``, once.
    """

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("account"), IDS_ARE_NEVER_REUSED)

    id: int | None = id_()
    account: str
    names_sealed: bytes
    unit: str = ""
    posts: list[str] = Field(default_factory=list, sa_type=JSON)
    absent: bool = False
    added_at: datetime
    left_at: datetime | None = None
    bind_hash: bytes | None = None
    bind_until: datetime | None = None


class OfficeTimeline(Row, table=True):
    """What happened to the office itself, not to one case; only ever added to."""

    __tablename__ = "office_timeline"
    __table_args__ = (UniqueConstraint("position"), IDS_ARE_NEVER_REUSED)

    id: int | None = id_()
    at: datetime
    kind: str
    actor: str
    note_sealed: bytes | None = None
    position: int
    note_digest: bytes | None = None
    digest: bytes


class PackVersion(Row, table=True):
    """A policy pack as it stood when cases were opened under it."""

    __tablename__ = "pack_version"

    policy_id: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    sha256: str
    body: str
    kept_at: datetime
