"""Attendance: how the device knows somebody, which hours they have, punches, files, requests, what was confirmed."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0010_attendance"
down_revision = "0009_personnel"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _make_person()
    _make_hours()
    _make_import()
    _make_punch()
    _make_request()
    _make_confirmed()


def _make_person() -> None:
    op.create_table(
        "attendance_person",
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("device_code", sa.String(), nullable=False),
        _link("attendance_person", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_attendance_person")),
        sa.UniqueConstraint("device_code", name=op.f("uq_attendance_person_device_code")),
    )


def _make_hours() -> None:
    op.create_table(
        "attendance_hours",
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.String(), nullable=False),
        _link("attendance_hours", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("staff_id", "from_on", name=op.f("pk_attendance_hours")),
    )


def _make_import() -> None:
    op.create_table(
        "attendance_import",
        sa.Column("id", ID, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.CheckConstraint("rows >= 0", name=op.f("ck_attendance_import_rows")),
        sa.CheckConstraint("added >= 0", name=op.f("ck_attendance_import_added")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_import")),
        sa.UniqueConstraint("sha256", name=op.f("uq_attendance_import_sha256")),
        sqlite_autoincrement=True,
    )


def _make_punch() -> None:
    op.create_table(
        "attendance_punch",
        sa.Column("id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("import_id", ID, nullable=True),
        _one_of("attendance_punch", "way", ("", "in", "out")),
        _link("attendance_punch", "import_id", "attendance_import"),
        _link("attendance_punch", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_punch")),
        sa.UniqueConstraint("staff_id", "at", "way", name=op.f("uq_attendance_punch_staff_id_at_way")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_attendance_punch_at"), "attendance_punch", ["at"])


def _make_request() -> None:
    op.create_table(
        "attendance_request",
        sa.Column("id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("becomes", sa.String(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        _one_of("attendance_request", "becomes", ("leave", "business", "overtime", "in", "out")),
        _one_of("attendance_request", "kind", ("leave", "forgot", "business", "overtime", "correction")),
        _one_of("attendance_request", "state", ("asked", "approved", "refused")),
        _link("attendance_request", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_request")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_attendance_request_staff_id_begins_at"), "attendance_request", ["staff_id", "begins_at"])
    op.create_index(op.f("ix_attendance_request_state_id"), "attendance_request", ["state", "id"])


def _make_confirmed() -> None:
    op.create_table(
        "attendance_confirmed",
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("figures_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _link("attendance_confirmed", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("staff_id", "month", name=op.f("pk_attendance_confirmed")),
    )


def _link(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _one_of(table: str, column: str, values: Sequence[str]) -> sa.CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({allowed})", name=op.f(f"ck_{table}_{column}"))
