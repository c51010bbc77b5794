"""How notices reach people: windows, ways that were tried, the record of each notice, grants, leases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_delivery"
down_revision = "0003_work"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _widen_session()
    _widen_outbox()
    _make_notification()
    _make_delivery_try()
    _make_consent_grant()
    _make_lease()


def _widen_session() -> None:
    op.add_column("session", sa.Column("window_left", sa.Integer(), nullable=True))
    op.add_column("session", sa.Column("window_until", MOMENT, nullable=True))


def _widen_outbox() -> None:
    op.add_column("outbox", sa.Column("notice", sa.String(), nullable=True))
    op.add_column("outbox", sa.Column("result", sa.Boolean(), nullable=True))
    op.add_column("outbox", sa.Column("rung", sa.String(), nullable=True))
    op.add_column("outbox", sa.Column("passed", sa.String(), nullable=True))
    op.drop_index(op.f("ix_outbox_state_due_at"), table_name="outbox")
    op.drop_index(op.f("ix_outbox_session_id_state"), table_name="outbox")
    _index("ix_outbox_due", ["due_at", "id"], "state IN ('pending', 'leased')")
    _index("ix_outbox_of_person", ["session_id", "id"], "state IN ('pending', 'leased', 'held')")
    _index("ix_outbox_stranded", ["state", "id"], "state IN ('held', 'dead')")


def _index(name: str, columns: list[str], among: str) -> None:
    """Of the rows that are not over: a table of all that was ever sent makes it neither longer nor slower."""
    op.create_index(name, "outbox", columns, sqlite_where=sa.text(among), postgresql_where=sa.text(among))


def _make_notification() -> None:
    op.create_table(
        "notification",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("outbox_id", ID, nullable=True),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("legal_by", MOMENT, nullable=True),
        sa.Column("ask_at", MOMENT, nullable=True),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("told_by", sa.String(), nullable=False),
        _link("notification", "case_id", "case_file"),
        _link("notification", "outbox_id", "outbox"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("outbox_id", name=op.f("uq_notification_outbox_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_notification_case_id"), "notification", ["case_id"])
    op.create_index(op.f("ix_notification_ask_at"), "notification", ["ask_at"])


def _make_delivery_try() -> None:
    op.create_table(
        "delivery_try",
        sa.Column("id", ID, nullable=False),
        sa.Column("outbox_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        _link("delivery_try", "outbox_id", "outbox"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_try")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_delivery_try_outbox_id"), "delivery_try", ["outbox_id"])


def _make_consent_grant() -> None:
    op.create_table(
        "consent_grant",
        sa.Column("id", ID, nullable=False),
        sa.Column("session_id", ID, nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("scene", sa.Integer(), nullable=True),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        _link("consent_grant", "session_id", "session"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_grant")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_consent_grant_session_id_used_at"), "consent_grant", ["session_id", "used_at"])


def _make_lease() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )


def _link(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
