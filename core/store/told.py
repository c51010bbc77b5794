"""What was told in all cases, page by page: for those who must look through everything, as recusal must."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select, text

from core.errors import KeyDestroyed
from core.records import record, unpack
from core.store import keys, timeline
from core.store.cases import about_contents
from core.store.statements import Statement
from core.store.tables import case_file, data_key
from core.store.unit_of_work import UnitOfWork

COMPLAINANT = "complainant"
"""The actor of what complainants do in their own cases."""

_page = Statement(
    select(
        case_file.c.id,
        case_file.c.policy_id,
        case_file.c.policy_version,
        case_file.c.draft,
        case_file.c.key_id,
        case_file.c.contents_sealed,
        data_key.c.master_id,
        data_key.c.wrapped,
    )
    .join(data_key, data_key.c.id == case_file.c.key_id)
    .where(case_file.c.id > bindparam("after"), case_file.c.contents_sealed.is_not(None))
    .order_by(case_file.c.id)
    .limit(bindparam("most"))
)


_hold = text(f"LOCK TABLE {case_file.name} IN EXCLUSIVE MODE")


@record(frozen=True, slots=True)
class Told:
    """What was told in one case, and the pack that says how to read it. ``added`` is what its complainant said later."""

    case_id: int
    policy_id: str
    policy_version: str
    contents: Mapping[str, Any]
    added: Sequence[str] = ()


def hold_still(uow: UnitOfWork) -> None:
    """Until this unit ends nobody opens a case or works on one, so whoever looks through all of them misses none.

    Of two that do not see each other's work, one that registers a case and one that hires somebody it names, neither would
    keep the case from them. To be called before anything else is held; SQLite has one writer at a time anyway.
    """
    if uow.connection.dialect.name == "postgresql":
        uow.connection.execute(_hold)


def contents_after(uow: UnitOfWork, after: int, limit: int) -> list[Told]:
    """The next cases with their answers, by id; erased ones have none and are passed over."""
    found: list[Told] = []
    rows = uow.run(_page, {"after": after, "most": limit}).rows
    added = timeline.said_by(uow, COMPLAINANT, after, rows[-1].id) if rows else {}
    for row in rows:
        try:
            keys.unlock(uow, row.key_id, row.master_id, row.wrapped)
        except KeyDestroyed:
            continue
        told = keys.unseal(uow, row.key_id, row.contents_sealed, about_contents(row.draft))
        contents = dict(unpack(told))
        found.append(Told(row.id, row.policy_id, row.policy_version, contents, tuple(added.get(row.id, ()))))
    return found
