"""How urgent a message is, for readers to whom messages go together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_robots"
down_revision = "0007_roster"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("urgency", sa.Integer(), nullable=True))
