"""Groups that alerts go to, and who of staff is known to be in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_targets"
down_revision = "0010_attendance"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "alert_target",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("session_id", ID, nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("code_until", MOMENT, nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_why", sa.String(), nullable=False),
        _link("alert_target", "session_id", "session"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_target")),
        sa.UniqueConstraint("name", name=op.f("uq_alert_target_name")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_alert_target_code_hash")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "alert_member",
        sa.Column("target_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        _link("alert_member", "target_id", "alert_target"),
        _link("alert_member", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("target_id", "staff_id", name=op.f("pk_alert_member")),
    )


def _link(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
