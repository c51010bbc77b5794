"""Who is on duty, who takes whose shift, and who was called to what must not wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_roster"
down_revision = "0006_staff_chats"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _make_roster_shift()
    _make_roster_swap()
    _make_summons()


def _make_roster_shift() -> None:
    op.create_table(
        "roster_shift",
        sa.Column("id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("days", sa.String(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("begins", sa.String(), nullable=False),
        sa.Column("ends", sa.String(), nullable=False),
        sa.CheckConstraint("days IN ('every', 'working', 'rest')", name=op.f("ck_roster_shift_days")),
        sa.CheckConstraint("every BETWEEN 1 AND 366", name=op.f("ck_roster_shift_every")),
        _link("roster_shift", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_shift")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_roster_shift_staff_id"), "roster_shift", ["staff_id"])


def _make_roster_swap() -> None:
    op.create_table(
        "roster_swap",
        sa.Column("id", ID, nullable=False),
        sa.Column("shift_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("from_id", ID, nullable=False),
        sa.Column("to_id", ID, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("agreed_at", MOMENT, nullable=True),
        _link("roster_swap", "shift_id", "roster_shift"),
        _link("roster_swap", "from_id", "staff"),
        _link("roster_swap", "to_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_swap")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_roster_swap_day"), "roster_swap", ["day"])


def _make_summons() -> None:
    op.create_table(
        "summons",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("session_id", ID, nullable=True),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("called", sa.JSON(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('major', 'danger')", name=op.f("ck_summons_kind")),
        sa.CheckConstraint("round >= 0", name=op.f("ck_summons_round")),
        sa.CheckConstraint("(ended_at IS NULL) = (next_at IS NOT NULL)", name=op.f("ck_summons_ended")),
        _link("summons", "case_id", "case_file"),
        _link("summons", "session_id", "session"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summons")),
        sa.UniqueConstraint("key", name=op.f("uq_summons_key")),
        sqlite_autoincrement=True,
    )
    for column in ("next_at", "case_id", "session_id"):
        op.create_index(op.f(f"ix_summons_{column}"), "summons", [column])


def _link(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
