"""Who does something alone: one holder a name, for as long as they come back before the lease ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from core.store.statements import Statement
from core.store.tables import lease
from core.store.unit_of_work import UnitOfWork

JUMP = timedelta(minutes=5)
"""Nobody's lease ends so far behind one that is taken now: the clock was set back since."""

_make = insert(lease)
# Insert, or take over what ended: of two that come at once the second finds the first one's row and changes nothing.
_take = Statement(
    _make.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": _make.excluded.holder, "until": _make.excluded.until},
        where=or_(
            lease.c.holder == _make.excluded.holder,
            lease.c.until <= bindparam("now"),
            lease.c.until > bindparam("never"),
        ),
    )
)
_count = Statement(
    select(func.count())
    .select_from(lease)
    .where(lease.c.name.startswith(bindparam("prefix")), lease.c.until > bindparam("now"))
)


def hold(uow: UnitOfWork, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Take the lease, or keep it; False while somebody else has it."""
    until = now + timedelta(seconds=seconds)
    row = {"name": name, "holder": holder, "until": until, "now": now, "never": until + JUMP}
    return uow.run(_take, row).rowcount == 1


def count(uow: UnitOfWork, prefix: str, now: datetime) -> int:
    """How many leases whose names begin so are held now."""
    found: int = uow.run(_count, {"prefix": prefix, "now": now}).scalar_one()
    return found
