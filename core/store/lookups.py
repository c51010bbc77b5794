"""Look-ups that failed, by whoever asked and whatever was asked for: what the throttle counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select

from core.store import keys
from core.store.statements import Statement
from core.store.tables import lookup_failure
from core.store.unit_of_work import UnitOfWork

_columns = lookup_failure.c
_make = Statement(insert(lookup_failure))
_failed = select(_columns.id).where(_columns.scope_blind == bindparam("scope"), _columns.at > bindparam("since"))
_count = Statement(select(func.count()).select_from(_failed.limit(bindparam("most")).subquery()))
_forget = Statement(delete(lookup_failure).where(_columns.at < bindparam("before")))


def reached(uow: UnitOfWork, scope: str, since: datetime, most: int) -> bool:
    """Whether it failed this often in this scope (``number:…``, ``asker:…``) after ``since``.

    Not counted any further: how much there was beyond must not show in the time it takes.
    """
    row = {"scope": _blind(uow, scope), "since": since, "most": most}
    return int(uow.run(_count, row).scalar_one()) >= most


def record(uow: UnitOfWork, scope: str, now: datetime) -> None:
    uow.run(_make, {"scope_blind": _blind(uow, scope), "at": now})


def forget_before(uow: UnitOfWork, before: datetime) -> None:
    uow.run(_forget, {"before": before})


def _blind(uow: UnitOfWork, scope: str) -> bytes:
    return keys.blind(uow, "lookup", scope)
