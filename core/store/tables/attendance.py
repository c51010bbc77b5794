"""Attendance as tables: how somebody is known to the device, what was punched, imported, asked for and confirmed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlmodel import Field

from core.store.tables.columns import IDS_ARE_NEVER_REUSED, Id, Row, id_, link, not_negative, one_of

WAYS = ("", "in", "out")
REQUEST_KINDS = ("leave", "forgot", "business", "overtime", "correction")
BECOMES = ("leave", "business", "overtime", "in", "out")
REQUEST_STATES = ("asked", "approved", "refused")


class AttendancePerson(Row, table=True):
    """The code under which the clocking device knows somebody."""

    __tablename__ = "attendance_person"
    __table_args__ = (UniqueConstraint("device_code"),)

    staff_id: int = Field(primary_key=True, sa_type=Id, sa_column_args=(ForeignKey("staff.id"),))
    device_code: str


class AttendanceHours(Row, table=True):
    """Which of the pack's hours somebody has from a day on, "" for those of their post again."""

    __tablename__ = "attendance_hours"

    staff_id: int = Field(primary_key=True, sa_type=Id, sa_column_args=(ForeignKey("staff.id"),))
    from_on: date = Field(primary_key=True)
    hours: str


class AttendanceImport(Row, table=True):
    """A file that was imported, by its digest; ``added`` of its ``rows`` were new."""

    __tablename__ = "attendance_import"
    __table_args__ = (UniqueConstraint("sha256"), not_negative("rows"), not_negative("added"), IDS_ARE_NEVER_REUSED)

    id: int | None = id_()
    sha256: str
    rows: int
    added: int
    at: datetime
    actor: str


class AttendancePunch(Row, table=True):
    """That somebody was there; only ever added to. The same moment by two files is one punch."""

    __tablename__ = "attendance_punch"
    __table_args__ = (
        UniqueConstraint("staff_id", "at", "way"),
        Index(None, "at"),
        one_of("way", WAYS),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    staff_id: int = link("staff.id")
    at: datetime
    way: str = ""
    import_id: int | None = link("attendance_import.id", optional=True)


class AttendanceRequest(Row, table=True):
    """What somebody asked for. ``becomes`` is what the time from ``begins_at`` to ``ends_at`` is to count as."""

    __tablename__ = "attendance_request"
    __table_args__ = (
        Index(None, "staff_id", "begins_at"),
        Index(None, "state", "id"),
        one_of("kind", REQUEST_KINDS),
        one_of("becomes", BECOMES),
        one_of("state", REQUEST_STATES),
        IDS_ARE_NEVER_REUSED,
    )

    id: int | None = id_()
    staff_id: int = link("staff.id")
    kind: str
    becomes: str
    begins_at: datetime
    ends_at: datetime
    words_sealed: bytes
    state: str = "asked"
    asked_at: datetime
    decided_at: datetime | None = None
    decided_by: int | None = Field(None, sa_type=Id)
    note_sealed: bytes | None = None


class AttendanceConfirmed(Row, table=True):
    """That somebody confirmed their statement of a month, and what it said then."""

    __tablename__ = "attendance_confirmed"

    staff_id: int = Field(primary_key=True, sa_type=Id, sa_column_args=(ForeignKey("staff.id"),))
    month: str = Field(primary_key=True)
    digest: str
    figures_sealed: bytes
    at: datetime
