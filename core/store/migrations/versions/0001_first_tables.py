"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001_first_tables"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

CASE_FILE: tuple[sa.Column[Any], ...] = (
    sa.Column("id", ID, nullable=False),
    sa.Column("number", sa.String(), nullable=False),
    sa.Column("policy_id", sa.String(), nullable=False),
    sa.Column("policy_version", sa.String(), nullable=False),
    sa.Column("channel", sa.String(), nullable=False),
    sa.Column("session_id", ID, nullable=True),
    sa.Column("draft", sa.String(), nullable=False),
    sa.Column("key_id", ID, nullable=False),
    sa.Column("status", sa.String(), nullable=False),
    sa.Column("category", sa.String(), nullable=False),
    sa.Column("level", sa.String(), nullable=False),
    sa.Column("anonymous", sa.Boolean(), nullable=False),
    sa.Column("contents_sealed", sa.LargeBinary(), nullable=True),
    sa.Column("phone_blind", sa.LargeBinary(), nullable=True),
    sa.Column("last_four_blind", sa.LargeBinary(), nullable=True),
    sa.Column("code_hash", sa.LargeBinary(), nullable=False),
    sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("promised_on", sa.Date(), nullable=False),
    sa.Column("promise_provisional", sa.Boolean(), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("human_wanted", sa.Boolean(), nullable=False),
    sa.Column("flags", sa.JSON(), nullable=False),
    sa.Column("urged_count", sa.Integer(), nullable=False),
    sa.Column("urged_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("rating", sa.Integer(), nullable=True),
    sa.Column("rating_reason_sealed", sa.LargeBinary(), nullable=True),
    sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
)

OUTBOX: tuple[sa.Column[Any], ...] = (
    sa.Column("id", ID, nullable=False),
    sa.Column("session_id", ID, nullable=False),
    sa.Column("dedupe_key", sa.String(), nullable=False),
    sa.Column("slot", sa.String(), nullable=True),
    sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
    sa.Column("state", sa.String(), nullable=False),
    sa.Column("attempts", sa.Integer(), nullable=False),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
    sa.Column("platform_id", sa.String(), nullable=False),
    sa.Column("last_code", sa.String(), nullable=False),
    sa.Column("line", sa.BigInteger(), nullable=True),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
)

EVIDENCE: tuple[sa.Column[Any], ...] = (
    sa.Column("id", ID, nullable=False),
    sa.Column("session_id", ID, nullable=False),
    sa.Column("draft", sa.String(), nullable=False),
    sa.Column("case_id", ID, nullable=True),
    sa.Column("key_id", ID, nullable=False),
    sa.Column("position", sa.Integer(), nullable=False),
    sa.Column("kind", sa.String(), nullable=False),
    sa.Column("attachment_sealed", sa.LargeBinary(), nullable=True),
    sa.Column("mime", sa.String(), nullable=False),
    sa.Column("size", sa.BigInteger(), nullable=False),
    sa.Column("sha256", sa.LargeBinary(), nullable=True),
    sa.Column("path", sa.String(), nullable=False),
    sa.Column("state", sa.String(), nullable=False),
    sa.Column("reason", sa.String(), nullable=False),
    sa.Column("attempts", sa.Integer(), nullable=False),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("told", sa.Boolean(), nullable=False),
)


def upgrade() -> None:
    _make_counter()
    _make_data_key()
    _make_lookup_failure()
    _make_service_row()
    _make_session()
    _make_case_file()
    _make_inbox()
    _make_outbox()
    _make_evidence()
    _make_timeline()


def _make_counter() -> None:
    op.create_table(
        "counter",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("last > 0", name=op.f("ck_counter_last")),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_counter")),
    )


def _make_data_key() -> None:
    op.create_table(
        "data_key",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("master_id", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_key")),
        sa.UniqueConstraint("name", name=op.f("uq_data_key_name")),
        sqlite_autoincrement=True,
    )


def _make_lookup_failure() -> None:
    op.create_table(
        "lookup_failure",
        sa.Column("id", ID, nullable=False),
        sa.Column("scope_blind", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookup_failure")),
    )
    op.create_index(op.f("ix_lookup_failure_at"), "lookup_failure", ["at"])
    op.create_index(op.f("ix_lookup_failure_scope_blind_at"), "lookup_failure", ["scope_blind", "at"])


def _make_service_row() -> None:
    op.create_table(
        "service_row",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_service_row")),
    )


def _make_session() -> None:
    op.create_table(
        "session",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("peer_blind", sa.LargeBinary(), nullable=False),
        sa.Column("peer_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", ID, nullable=False),
        sa.Column("state_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("version >= 0", name=op.f("ck_session_version")),
        sa.ForeignKeyConstraint(["key_id"], ["data_key.id"], name=op.f("fk_session_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("channel", "peer_blind", name=op.f("uq_session_channel_peer_blind")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_session_wake_at"), "session", ["wake_at"])


def _make_case_file() -> None:
    op.create_table(
        "case_file",
        *CASE_FILE,
        sa.CheckConstraint("level IN ('general', 'major')", name=op.f("ck_case_file_level")),
        sa.CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name=op.f("ck_case_file_rating")),
        sa.CheckConstraint("urged_count >= 0", name=op.f("ck_case_file_urged_count")),
        sa.CheckConstraint("version >= 0", name=op.f("ck_case_file_version")),
        sa.ForeignKeyConstraint(["key_id"], ["data_key.id"], name=op.f("fk_case_file_key_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_case_file_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("draft", name=op.f("uq_case_file_draft")),
        sa.UniqueConstraint("number", name=op.f("uq_case_file_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_case_file_phone_blind"), "case_file", ["phone_blind"])
    op.create_index(op.f("ix_case_file_session_id"), "case_file", ["session_id"])
    op.create_index(op.f("ix_case_file_status_registered_at"), "case_file", ["status", "registered_at"])
    op.create_index(op.f("ix_case_file_wake_at"), "case_file", ["wake_at"])


def _make_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("dedupe_blind", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", ID, nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reply_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("draft", sa.String(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_inbox_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("channel", "dedupe_blind", name=op.f("uq_inbox_channel_dedupe_blind")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_inbox_draft"), "inbox", ["draft"])
    op.create_index(op.f("ix_inbox_session_id_line"), "inbox", ["session_id", "line"])


def _make_outbox() -> None:
    op.create_table(
        "outbox",
        *OUTBOX,
        sa.CheckConstraint("state <> 'leased' OR leased_until IS NOT NULL", name=op.f("ck_outbox_lease")),
        sa.CheckConstraint(
            "state IN ('pending', 'leased', 'sent', 'handed', 'held', 'dead')", name=op.f("ck_outbox_state")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_attempts")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_outbox_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outbox_session_id_line"), "outbox", ["session_id", "line"])
    op.create_index(op.f("ix_outbox_session_id_state"), "outbox", ["session_id", "state"])
    op.create_index(op.f("ix_outbox_state_due_at"), "outbox", ["state", "due_at"])


def _make_evidence() -> None:
    op.create_table(
        "evidence",
        *EVIDENCE,
        sa.CheckConstraint("kind IN ('photo', 'voice', 'video', 'file', 'location')", name=op.f("ck_evidence_kind")),
        sa.CheckConstraint("state <> 'leased' OR leased_until IS NOT NULL", name=op.f("ck_evidence_lease")),
        sa.CheckConstraint("state <> 'stored' OR path <> ''", name=op.f("ck_evidence_stored")),
        sa.CheckConstraint(
            "state IN ('waiting', 'leased', 'stored', 'failed', 'removed')", name=op.f("ck_evidence_state")
        ),
        sa.CheckConstraint("size >= 0", name=op.f("ck_evidence_size")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_evidence_case_id")),
        sa.ForeignKeyConstraint(["key_id"], ["data_key.id"], name=op.f("fk_evidence_key_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_evidence_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("draft", "position", name=op.f("uq_evidence_draft_position")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_evidence_case_id"), "evidence", ["case_id"])
    op.create_index(op.f("ix_evidence_session_id"), "evidence", ["session_id"])
    op.create_index(op.f("ix_evidence_state_due_at"), "evidence", ["state", "due_at"])


def _make_timeline() -> None:
    op.create_table(
        "timeline",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_timeline_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_timeline_case_id_id"), "timeline", ["case_id", "id"])
