"""The people of the office: who had which case when, training, assessments, praise and discipline, pledges.

Who has a case now has had it since it was last assigned, as far as anybody can know without opening what was said.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_personnel"
down_revision = "0008_robots"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
STILL = sa.text("until IS NULL")

HOLDERS = """
INSERT INTO case_holder (case_id, staff_id, since)
SELECT work.case_id, work.handler_id, COALESCE(
    (SELECT MAX(line.at) FROM timeline AS line
     WHERE line.case_id = work.case_id AND line.kind IN ('assigned', 'review_assigned')),
    kept.registered_at)
FROM case_work AS work JOIN case_file AS kept ON kept.id = work.case_id
WHERE work.handler_id IS NOT NULL
"""


def upgrade() -> None:
    _make_case_holder()
    _make_assessment()
    _make_training()
    _make_conduct()
    _make_pledge()
    op.execute(HOLDERS)


def _make_case_holder() -> None:
    op.create_table(
        "case_holder",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        _link("case_holder", "case_id", "case_file"),
        _link("case_holder", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_holder")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_case_holder_case_id_since"), "case_holder", ["case_id", "since"])
    op.create_index(
        "ix_case_holder_still", "case_holder", ["case_id"], unique=True, sqlite_where=STILL, postgresql_where=STILL
    )


def _make_assessment() -> None:
    op.create_table(
        "assessment",
        sa.Column("id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("follows", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("total BETWEEN 0 AND 100", name=op.f("ck_assessment_total")),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_assessment_days")),
        sa.CheckConstraint("follows >= 0", name=op.f("ck_assessment_follows")),
        _link("assessment", "by_id", "staff"),
        _link("assessment", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("staff_id", "first_on", "follows", name=op.f("uq_assessment_staff_id_first_on_follows")),
        sqlite_autoincrement=True,
    )


def _make_training() -> None:
    op.create_table(
        "training",
        sa.Column("id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("planned_at", MOMENT, nullable=False),
        sa.Column("assessment_id", ID, nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("mark", sa.Integer(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("why IN ('joining', 'periodic', 'failing', 'unplanned')", name=op.f("ck_training_why")),
        sa.CheckConstraint("mark IS NULL OR mark BETWEEN 0 AND 100", name=op.f("ck_training_mark")),
        sa.CheckConstraint("(done_on IS NULL) = (passed IS NULL)", name=op.f("ck_training_done")),
        _link("training", "assessment_id", "assessment"),
        _link("training", "by_id", "staff"),
        _link("training", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
        sa.UniqueConstraint("staff_id", "kind", "due_on", name=op.f("uq_training_staff_id_kind_due_on")),
        sqlite_autoincrement=True,
    )


def _make_conduct() -> None:
    op.create_table(
        "conduct",
        sa.Column("id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("words_blind", sa.LargeBinary(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("kind IN ('praise', 'discipline')", name=op.f("ck_conduct_kind")),
        _link("conduct", "by_id", "staff"),
        _link("conduct", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conduct")),
        sa.UniqueConstraint(
            "staff_id", "kind", "measure", "happened_on", "words_blind",
            name=op.f("uq_conduct_staff_id_kind_measure_happened_on_words_blind"),
        ),
        sqlite_autoincrement=True,
    )  # fmt: skip


def _make_pledge() -> None:
    op.create_table(
        "pledge",
        sa.Column("id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.CheckConstraint("how IN ('chat', 'desk', 'paper')", name=op.f("ck_pledge_how")),
        _link("pledge", "by_id", "staff"),
        _link("pledge", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge")),
        sa.UniqueConstraint("staff_id", "version", "made_on", name=op.f("uq_pledge_staff_id_version_made_on")),
        sqlite_autoincrement=True,
    )


def _link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
