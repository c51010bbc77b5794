"""A message that is being sent keeps the state it had; only its lease says so. Then no index changes when it is claimed.

PostgreSQL writes a row that no index must hear of beside the old one, where the page has room for it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_lease"
down_revision = "0004_delivery"

ROOM = 65
"""Percent of a page that are filled at first."""


def upgrade() -> None:
    for name in ("due", "of_person", "session_id_line"):
        op.drop_index(op.f(f"ix_outbox_{name}"), table_name="outbox")
    op.execute("UPDATE outbox SET state = 'pending' WHERE state = 'leased'")
    op.execute("UPDATE outbox SET leased_until = NULL WHERE state <> 'pending' AND leased_until IS NOT NULL")
    _index("due", ["due_at", "id"], "state IN ('pending')")
    _index("of_person", ["session_id", "id"], "state IN ('pending', 'held')")
    _index("over", ["session_id", "line"], "state IN ('sent', 'handed', 'dead')")
    # SQLite changes a check by making the table anew; the old one allows one state more, and that harms nothing.
    if op.get_bind().dialect.name == "postgresql":
        _check_again()
        op.execute(f"ALTER TABLE outbox SET (fillfactor = {ROOM})")


def _index(name: str, columns: list[str], among: str) -> None:
    where = sa.text(among)
    op.create_index(f"ix_outbox_{name}", "outbox", columns, sqlite_where=where, postgresql_where=where)


def _check_again() -> None:
    for name, condition in (
        ("lease", "leased_until IS NULL OR state = 'pending'"),
        ("state", "state IN ('pending', 'held', 'sent', 'handed', 'dead')"),
    ):
        op.drop_constraint(op.f(f"ck_outbox_{name}"), "outbox", type_="check")
        op.create_check_constraint(op.f(f"ck_outbox_{name}"), "outbox", condition)
