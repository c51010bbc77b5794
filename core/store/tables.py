"""Every table, as SQLModel classes with the checks the database itself enforces.

SQLModel does not validate rows of tables, so what must hold stands here as CHECK constraints. Columns that end in
``_sealed`` are AES-256-GCM under the row's data key, those that end in ``_blind`` keyed hashes for look-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Integer, MetaData, UniqueConstraint
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel

NAMES = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}

OUTBOX_STATES = ("pending", "leased", "sent", "handed", "held", "dead")
EVIDENCE_STATES = ("waiting", "leased", "stored", "failed", "removed")
KINDS = ("photo", "voice", "video", "file", "location")

metadata = MetaData(naming_convention=NAMES)

# SQLite counts up by itself only in a column whose type is INTEGER, which holds 64 bits there.
Id: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
IDS_ARE_NEVER_REUSED = {"sqlite_autoincrement": True}


def _id() -> Any:
    return Field(default=None, primary_key=True, sa_type=Id)


def _link(target: str, *, optional: bool = False) -> Any:
    default = None if optional else ...
    return Field(default, sa_type=Id, sa_column_args=(ForeignKey(target),), nullable=optional)


def _one_of(column: str, values: Sequence[str]) -> CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


def _not_negative(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} >= 0", name=column)


class Row(SQLModel):
    metadata = metadata


class DataKey(Row, table=True):
    """A data key, wrapped by a master key; ``wrapped`` is empty once it is destroyed. ``name`` marks a service key."""

    __tablename__ = "data_key"
    __table_args__ = (UniqueConstraint("name"), IDS_ARE_NEVER_REUSED)

    id: int | None = _id()
    name: str | None = None
    master_id: str
    wrapped: bytes | None = None


class Session(Row, table=True):
    """One person on one channel. ``lines`` counts what was said to and by them, for the history's cursor."""

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("channel", "peer_blind"),
        Index(None, "wake_at"),
        _not_negative("version"),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = _id()
    channel: str
    peer_blind: bytes
    peer_sealed: bytes
    key_id: int = _link("data_key.id")
    state_sealed: bytes | None = None
    version: int = 0
    lines: int = Field(default=0, sa_type=BigInteger)
    updated_at: datetime
    wake_at: datetime | None = None


class Inbox(Row, table=True):
    """A message that was taken in, and the reply it got. ``draft`` is the complaint it was said for, if any."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "dedupe_blind"),
        Index(None, "session_id", "line"),
        Index(None, "draft"),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = _id()
    channel: str
    dedupe_blind: bytes
    session_id: int = _link("session.id")
    line: int = Field(sa_type=BigInteger)
    kind: str
    body_sealed: bytes | None = None
    reply_sealed: bytes | None = None
    answered: bool = False
    draft: str | None = None
    received_at: datetime


class Outbox(Row, table=True):
    """A message to be sent, once its time has come."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        Index(None, "state", "due_at"),
        Index(None, "session_id", "state"),
        Index(None, "session_id", "line"),
        _one_of("state", OUTBOX_STATES),
        _not_negative("attempts"),
        CheckConstraint("state <> 'leased' OR leased_until IS NOT NULL", name="lease"),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = _id()
    session_id: int = _link("session.id")
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


class CaseFile(Row, table=True):
    """A registered complaint."""

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("draft"),
        Index(None, "session_id"),
        Index(None, "phone_blind"),
        Index(None, "wake_at"),
        Index(None, "status", "registered_at"),
        _one_of("level", ("general", "major")),
        _not_negative("version"),
        _not_negative("urged_count"),
        CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="rating"),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = _id()
    number: str
    policy_id: str
    policy_version: str
    channel: str
    session_id: int | None = _link("session.id", optional=True)
    draft: str
    key_id: int = _link("data_key.id")
    status: str
    category: str
    level: str = "general"
    anonymous: bool = False
    contents_sealed: bytes | None = None
    phone_blind: bytes | None = None
    last_four_blind: bytes | None = None
    code_hash: bytes
    registered_at: datetime
    promised_on: date
    promise_provisional: bool = False
    version: int = 0
    human_wanted: bool = False
    flags: list[str] = Field(default_factory=list, sa_type=JSON)
    urged_count: int = 0
    urged_at: datetime | None = None
    rating: int | None = None
    rating_reason_sealed: bytes | None = None
    closed_at: datetime | None = None
    wake_at: datetime | None = None


class Evidence(Row, table=True):
    """A file that came with a draft or a case. ``position`` is its number in the draft and is never used again."""

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("draft", "position"),
        Index(None, "session_id"),
        Index(None, "case_id"),
        Index(None, "state", "due_at"),
        _one_of("kind", KINDS),
        _one_of("state", EVIDENCE_STATES),
        _not_negative("size"),
        CheckConstraint("state <> 'stored' OR path <> ''", name="stored"),
        CheckConstraint("state <> 'leased' OR leased_until IS NOT NULL", name="lease"),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = _id()
    session_id: int = _link("session.id")
    draft: str
    case_id: int | None = _link("case_file.id", optional=True)
    key_id: int = _link("data_key.id")
    position: int
    kind: str
    attachment_sealed: bytes | None = None
    mime: str = ""
    size: int = Field(default=0, sa_type=BigInteger)
    sha256: bytes | None = None
    path: str = ""
    state: str = "waiting"
    reason: str = ""
    attempts: int = 0
    due_at: datetime
    leased_until: datetime | None = None
    made_at: datetime
    told: bool = False


class Timeline(Row, table=True):
    """What happened to a case; only ever added to."""

    __tablename__ = "timeline"
    __table_args__ = (Index(None, "case_id", "id"), IDS_ARE_NEVER_REUSED)

    id: int | None = _id()
    case_id: int = _link("case_file.id")
    at: datetime
    kind: str
    actor: str
    note_sealed: bytes | None = None
    public: bool = True


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

    id: int | None = _id()
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


rows = metadata.tables
data_key, session, inbox, outbox = rows["data_key"], rows["session"], rows["inbox"], rows["outbox"]
case_file, evidence, timeline = rows["case_file"], rows["evidence"], rows["timeline"]
counter, lookup_failure, service_row = rows["counter"], rows["lookup_failure"], rows["service_row"]
calendar_change = rows["calendar_change"]
