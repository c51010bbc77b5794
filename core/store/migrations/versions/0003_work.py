"""What staff do with a case, who they are, and timelines that nobody changes unnoticed.

Entries from before this have no place in a chain: no key is at hand here to give them one.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0003_work"
down_revision = "0002_calendar"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TIMELINES = {
    "timeline": ("id", "case_id", "at", "kind", "actor", "public", "position", "note_digest", "digest"),
    "office_timeline": ("id", "at", "kind", "actor", "position", "note_digest", "digest"),
}
"""What of an entry never changes; only its note may go, when a case is erased."""

# On SQLite a table that a later revision makes anew loses its triggers: make them again there.
GUARD = {
    "sqlite": (
        "CREATE TRIGGER {table}_is_not_cut BEFORE DELETE ON {table} BEGIN {refuse} END",
        "CREATE TRIGGER {table}_is_not_changed BEFORE UPDATE ON {table} WHEN {changed} BEGIN {refuse} END",
    ),
    "postgresql": (
        "CREATE TRIGGER {table}_is_not_cut BEFORE DELETE ON {table} FOR EACH ROW {refuse}",
        "CREATE TRIGGER {table}_is_not_changed BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed}) {refuse}",
        "CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
    ),
}
REFUSE = {
    "sqlite": "SELECT RAISE(ABORT, 'a timeline is only added to');",
    "postgresql": "EXECUTE FUNCTION refuse_to_change_a_timeline()",
}
DIFFERS = {"sqlite": "NEW.{column} IS NOT OLD.{column}", "postgresql": "NEW.{column} IS DISTINCT FROM OLD.{column}"}
REFUSING = """
CREATE FUNCTION refuse_to_change_a_timeline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a timeline is only added to' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def upgrade() -> None:
    _chain_timeline()
    _make_timeline_head()
    _make_office_timeline()
    _make_pack_version()
    _make_staff()
    _make_case_work()
    _make_case_clock()
    _make_recusal()
    _make_part()
    _guard(op.get_bind().dialect.name)


def _chain_timeline() -> None:
    op.add_column("timeline", sa.Column("position", sa.Integer(), nullable=True))
    op.add_column("timeline", sa.Column("note_digest", sa.LargeBinary(), nullable=True))
    op.add_column("timeline", sa.Column("digest", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_timeline_case_id_position"), "timeline", ["case_id", "position"], unique=True)


def _make_timeline_head() -> None:
    op.create_table(
        "timeline_head",
        sa.Column("chain", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length > 0", name=op.f("ck_timeline_head_length")),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_timeline_head")),
    )


def _make_office_timeline() -> None:
    op.create_table(
        "office_timeline",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_timeline")),
        sa.UniqueConstraint("position", name=op.f("uq_office_timeline_position")),
        sqlite_autoincrement=True,
    )


def _make_pack_version() -> None:
    op.create_table(
        "pack_version",
        sa.Column("policy_id", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("policy_id", "version", name=op.f("pk_pack_version")),
    )


def _make_staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", ID, nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("names_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("posts", sa.JSON(), nullable=False),
        sa.Column("absent", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("account", name=op.f("uq_staff_account")),
        sqlite_autoincrement=True,
    )


def _make_case_work() -> None:
    op.create_table(
        "case_work",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("handler_id", ID, nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("yuan", sa.BigInteger(), nullable=True),
        sa.Column("remedies", sa.JSON(), nullable=False),
        sa.Column("paused", sa.String(), nullable=False),
        sa.Column("duplicate_of", ID, nullable=True),
        sa.Column("representative", sa.Boolean(), nullable=False),
        sa.Column("supervised", sa.Boolean(), nullable=False),
        sa.Column("supplement_asked", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=True),
        sa.CheckConstraint("round >= 0", name=op.f("ck_case_work_round")),
        _link("case_work", "case_id", "case_file"),
        _link("case_work", "duplicate_of", "case_file"),
        _link("case_work", "handler_id", "staff"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_work")),
    )
    op.create_index(op.f("ix_case_work_duplicate_of"), "case_work", ["duplicate_of"])
    op.create_index(op.f("ix_case_work_handler_id"), "case_work", ["handler_id"])


def _make_case_clock() -> None:
    op.create_table(
        "case_clock",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("stops", sa.JSON(), nullable=False),
        sa.Column("extensions", sa.JSON(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("alert_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ended_at IS NULL OR alert_at IS NULL", name=op.f("ck_case_clock_ended")),
        sa.CheckConstraint("rung >= 0", name=op.f("ck_case_clock_rung")),
        _link("case_clock", "case_id", "case_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_clock")),
        sa.UniqueConstraint("case_id", "clock", "round", name=op.f("uq_case_clock_case_id_clock_round")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_case_clock_alert_at"), "case_clock", ["alert_at"])
    op.create_index(op.f("ix_case_clock_due_at"), "case_clock", ["due_at"])


def _make_recusal() -> None:
    op.create_table(
        "recusal",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", ID, nullable=True),
        sa.CheckConstraint("why IN ('named', 'unit', 'declared', 'ordered')", name=op.f("ck_recusal_why")),
        _link("recusal", "case_id", "case_file"),
        _link("recusal", "lifted_by", "staff"),
        _link("recusal", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("case_id", "staff_id", name=op.f("pk_recusal")),
    )
    op.create_index(op.f("ix_recusal_staff_id"), "recusal", ["staff_id"])


def _make_part() -> None:
    op.create_table(
        "part",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _link("part", "case_id", "case_file"),
        _link("part", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("case_id", "staff_id", "post", name=op.f("pk_part")),
    )


def _link(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _guard(dialect: str) -> None:
    """The database itself refuses to cut or change a timeline; whoever can take this away is found by the chain."""
    if dialect == "postgresql":
        op.execute(REFUSING)
    for table, columns in TIMELINES.items():
        for statement in GUARD[dialect]:
            op.execute(statement.format(table=table, refuse=REFUSE[dialect], changed=_changed(dialect, columns)))


def _changed(dialect: str, columns: Sequence[str]) -> str:
    differ = (DIFFERS[dialect].format(column=column) for column in columns)
    return " OR ".join(("NEW.note_sealed IS NOT NULL", *differ))
