"""Conversations between a complainant and whoever handles their case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_relay"
down_revision = "0011_targets"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
LIVE = sa.text("state <> 'over'")


def upgrade() -> None:
    _make_relay()
    _make_relay_line()


def _make_relay() -> None:
    op.create_table(
        "relay",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("session_id", ID, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("holder_id", ID, nullable=True),
        sa.Column("desk_id", ID, nullable=True),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("last_by", sa.String(), nullable=False),
        sa.Column("look_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        *_checks(),
        _link("relay", "case_id", "case_file"),
        _link("relay", "session_id", "session"),
        _link("relay", "holder_id", "staff"),
        _link("relay", "desk_id", "session"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_relay_live", "relay", ["case_id"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE)
    op.create_index("ix_relay_of_person", "relay", ["session_id"], sqlite_where=LIVE, postgresql_where=LIVE)
    op.create_index("ix_relay_held", "relay", ["holder_id"], sqlite_where=LIVE, postgresql_where=LIVE)
    op.create_index(op.f("ix_relay_case_id"), "relay", ["case_id"])
    op.create_index(op.f("ix_relay_look_at"), "relay", ["look_at"])


def _checks() -> list[sa.CheckConstraint]:
    conditions = {
        "state": "state IN ('asked', 'open', 'question', 'over')",
        "last_by": "last_by IN ('', 'complainant', 'staff')",
        "ended_by": "ended_by IN ('', 'complainant', 'staff', 'silence', 'unanswered', 'erased')",
        "rung": "rung >= 0",
        "lines": "lines >= 0",
        "holder": "(holder_id IS NULL) = (desk_id IS NULL)",
        "taken": "state <> 'open' OR holder_id IS NOT NULL",
        "over": "state <> 'over' OR look_at IS NULL",
    }
    return [sa.CheckConstraint(text, name=op.f(f"ck_relay_{name}")) for name, text in conditions.items()]


def _make_relay_line() -> None:
    op.create_table(
        "relay_line",
        sa.Column("outbox_id", ID, autoincrement=False, nullable=False),
        sa.Column("relay_id", ID, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.CheckConstraint("by IN ('complainant', 'staff')", name=op.f("ck_relay_line_by")),
        sa.CheckConstraint("told IN ('', 'held', 'arrived', 'dead')", name=op.f("ck_relay_line_told")),
        _link("relay_line", "outbox_id", "outbox"),
        _link("relay_line", "relay_id", "relay"),
        sa.PrimaryKeyConstraint("outbox_id", name=op.f("pk_relay_line")),
    )
    op.create_index(op.f("ix_relay_line_relay_id"), "relay_line", ["relay_id"])


def _link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))
