"""Complaints as tables: the case, its files, its clocks, who took part in it, and all that happened."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field

from core.store.tables.columns import IDS_ARE_NEVER_REUSED, Id, Row, id_, link, not_negative, one_of

EVIDENCE_STATES = ("waiting", "leased", "stored", "failed", "removed")
KINDS = ("photo", "voice", "video", "file", "location")
RECUSED_BECAUSE = ("named", "unit", "declared", "ordered")


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
        one_of("level", ("general", "major")),
        not_negative("version"),
        not_negative("urged_count"),
        CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="rating"),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    number: str
    policy_id: str
    policy_version: str
    channel: str
    session_id: int | None = link("session.id", optional=True)
    draft: str
    key_id: int = link("data_key.id")
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
        one_of("kind", KINDS),
        one_of("state", EVIDENCE_STATES),
        not_negative("size"),
        CheckConstraint("state <> 'stored' OR path <> ''", name="stored"),
        CheckConstraint("state <> 'leased' OR leased_until IS NOT NULL", name="lease"),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    session_id: int = link("session.id")
    draft: str
    case_id: int | None = link("case_file.id", optional=True)
    key_id: int = link("data_key.id")
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
    __table_args__ = (
        Index(None, "case_id", "id"),
        Index(None, "case_id", "position", unique=True),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    case_id: int = link("case_file.id")
    at: datetime
    kind: str
    actor: str
    note_sealed: bytes | None = None
    public: bool = True
    position: int | None = None
    note_digest: bytes | None = None
    digest: bytes | None = None


class TimelineHead(Row, table=True):
    """How long a chain of the timeline is and where it ends: of a case by its id, of the office by 0."""

    __tablename__ = "timeline_head"
    __table_args__ = (CheckConstraint("length > 0", name="length"),)

    chain: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    length: int
    digest: bytes


class CaseWork(Row, table=True):
    """What staff made of a case; there is none before they touch it. ``paused`` is why its clocks stand still.

    ``yuan`` is what the proposed outcome costs, ``remedies`` are the measures still to be followed to done, ``round`` counts
    investigations begun anew, ``volume`` is the year whose archive it went to. It changes with the case's own version only.
    """

    __tablename__ = "case_work"
    __table_args__ = (
        Index(None, "handler_id"),
        Index(None, "duplicate_of"),
        not_negative("round"),
    )

    case_id: int = Field(primary_key=True, sa_type=Id, sa_column_args=(ForeignKey("case_file.id"),))
    unit: str = ""
    handler_id: int | None = link("staff.id", optional=True)
    outcome: str = ""
    measures: list[str] = Field(default_factory=list, sa_type=JSON)
    yuan: int | None = Field(default=None, sa_type=BigInteger)
    remedies: list[str] = Field(default_factory=list, sa_type=JSON)
    paused: str = ""
    duplicate_of: int | None = link("case_file.id", optional=True)
    representative: bool = False
    supervised: bool = False
    supplement_asked: bool = False
    round: int = 0
    volume: int | None = None


class CaseClock(Row, table=True):
    """One time limit of a case: when it began, by when it must end, and when it did.

    ``stops`` are ``[from, until or null, why]``, ``extensions`` ``[further, at, who allowed it]``; ``rung`` is how far up
    the ladder its lateness was told, ``alert_at`` when the next rung is due.
    """

    __tablename__ = "case_clock"
    __table_args__ = (
        UniqueConstraint("case_id", "clock", "round"),
        Index(None, "alert_at"),
        Index(None, "due_at"),
        not_negative("rung"),
        CheckConstraint("ended_at IS NULL OR alert_at IS NULL", name="ended"),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    case_id: int = link("case_file.id")
    clock: str
    round: int = 0
    started_at: datetime
    due_at: datetime
    provisional: bool = False
    stops: list[list[str | None]] = Field(default_factory=list, sa_type=JSON)
    extensions: list[list[str | int]] = Field(default_factory=list, sa_type=JSON)
    ended_at: datetime | None = None
    ended_by: str = ""
    rung: int = 0
    alert_at: datetime | None = None


class Recusal(Row, table=True):
    """Who must not know of a case, and why; an entitled post can lift it."""

    __tablename__ = "recusal"
    __table_args__ = (Index(None, "staff_id"), one_of("why", RECUSED_BECAUSE))

    case_id: int = Field(primary_key=True, sa_type=Id, sa_column_args=(ForeignKey("case_file.id"),))
    staff_id: int = Field(primary_key=True, sa_type=Id, sa_column_args=(ForeignKey("staff.id"),))
    why: str
    at: datetime
    lifted_at: datetime | None = None
    lifted_by: int | None = link("staff.id", optional=True)


class Part(Row, table=True):
    """The post in which somebody took part in a case; posts that a pack separates are told apart by it."""

    __tablename__ = "part"

    case_id: int = Field(primary_key=True, sa_type=Id, sa_column_args=(ForeignKey("case_file.id"),))
    staff_id: int = Field(primary_key=True, sa_type=Id, sa_column_args=(ForeignKey("staff.id"),))
    post: str = Field(primary_key=True)
    at: datetime
