"""Chats of staff: whose a chat is, and the code by which somebody proves it.

No foreign key to staff: SQLite adds none to a table that is there, and nobody is ever taken out of staff.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_staff_chats"
down_revision = "0005_lease"

BOUND = sa.text("staff_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("session", sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.create_index("ix_session_staff_id", "session", ["staff_id"], sqlite_where=BOUND, postgresql_where=BOUND)
    op.add_column("staff", sa.Column("bind_hash", sa.LargeBinary(), nullable=True))
    op.add_column("staff", sa.Column("bind_until", sa.DateTime(timezone=True), nullable=True))
