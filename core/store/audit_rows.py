"""What an audit reads: pages of chains with their entries, and what is in no chain. Values are left as they are kept."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    LargeBinary,
    Select,
    Table,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    type_coerce,
)

from core.store import chains
from core.store.statements import Statement
from core.store.tables import case_file, data_key, office_timeline, timeline, timeline_head

CHAINS_A_PAGE = 100
LAST_PLACE = 2**31 - 1


def _as_kept(table: Table, dialect: str) -> list[ColumnElement[Any]]:
    """What an entry says. SQLite keeps whatever is put into a column, and its driver stumbles over half of it."""
    texts: list[ColumnElement[Any]] = [table.c[name] for name in ("at", "kind", "actor")]
    if dialect == "sqlite":
        texts = [cast(column, LargeBinary).label(column.key) for column in texts]
    return [*texts, *(table.c[name] for name in ("id", "position", "note_sealed", "note_digest", "digest"))]


def _has_place(table: Table) -> ColumnElement[bool]:
    return table.c.position.between(1, LAST_PLACE)


def _heads(wanted: ColumnElement[bool]) -> Any:
    """Some chains, from ``chain`` on."""
    columns = timeline_head.c
    some = select(columns.chain, cast(columns.length, Integer).label("length"), columns.digest.label("end"))
    return (
        some.where(wanted, columns.chain >= bindparam("chain")).order_by(columns.chain).limit(CHAINS_A_PAGE).subquery()
    )


def _behind(heads: Any, entries: Table) -> ColumnElement[bool]:
    """Of the first of these chains what is behind an entry, by its position and id; of the others all."""
    place = entries.c.position
    further = or_(place > bindparam("position"), and_(place == bindparam("position"), entries.c.id > bindparam("id")))
    is_later = heads.c.chain > bindparam("chain")
    return and_(place >= case((is_later, 1), else_=bindparam("position")), place <= LAST_PLACE, or_(is_later, further))


def _in_order(page: Select[Any], heads: Any, entries: Table) -> Select[Any]:
    return page.order_by(heads.c.chain, entries.c.position, entries.c.id).limit(bindparam("most"))


def _of_cases(dialect: str) -> Select[Any]:
    heads = _heads(timeline_head.c.chain != chains.OFFICE)
    entries = and_(timeline.c.case_id == heads.c.chain, _behind(heads, timeline))
    page = select(
        *heads.c,
        case_file.c.number,
        case_file.c.id.is_not(None).label("is_known"),
        data_key.c.wrapped.is_(None).label("is_erased"),
        type_coerce(timeline.c.public, Integer).label("public"),
        *_as_kept(timeline, dialect),
    )
    joined = (
        heads.outerjoin(case_file, case_file.c.id == heads.c.chain)
        .outerjoin(data_key, data_key.c.id == case_file.c.key_id)
        .outerjoin(timeline, entries)
    )
    return _in_order(page.select_from(joined), heads, timeline)


def _of_office(dialect: str) -> Select[Any]:
    heads = _heads(timeline_head.c.chain == chains.OFFICE)
    page = select(
        *heads.c,
        literal("").label("number"),
        true().label("is_known"),
        false().label("is_erased"),
        literal(1).label("public"),
        *_as_kept(office_timeline, dialect),
    )
    joined = heads.outerjoin(office_timeline, _behind(heads, office_timeline))
    return _in_order(page.select_from(joined), heads, office_timeline)


PAGES = {
    (of, dialect): Statement(page(dialect))
    for of, page in (("cases", _of_cases), ("office", _of_office))
    for dialect in ("sqlite", "postgresql")
}
"""A row is a chain with its end, and one of its entries; the entry's columns are null where there is none."""

_first_chained = select(timeline.c.id).where(_has_place(timeline)).order_by(timeline.c.id).limit(1).scalar_subquery()
_has_head = exists(select(timeline_head.c.chain).where(timeline_head.c.chain == timeline.c.case_id))
_office_head = exists(select(timeline_head.c.chain).where(timeline_head.c.chain == chains.OFFICE))
_of_no_place = or_(
    and_(timeline.c.position.is_(None), timeline.c.id > _first_chained),
    and_(timeline.c.position.is_not(None), not_(_has_place(timeline))),
)
_entries: Any = select(timeline.c.case_id.label("chain"), case_file.c.number).select_from(
    timeline.outerjoin(case_file, case_file.c.id == timeline.c.case_id)
)
_office_entries: Any = select(literal(chains.OFFICE).label("chain"), literal("").label("number")).select_from(
    office_timeline
)
_cases: Any = select(case_file.c.id.label("chain"), case_file.c.number)
_most: BindParameter[int] = bindparam("most")

STRAYS: tuple[tuple[Literal["inserted", "end", "missing"], Statement], ...] = (
    # Entries from before there were chains have lower ids than all others.
    ("inserted", Statement(_entries.where(_of_no_place).order_by(timeline.c.id).limit(_most))),
    ("inserted", Statement(_office_entries.where(not_(_has_place(office_timeline))).limit(_most))),
    ("end", Statement(_entries.where(_has_place(timeline), not_(_has_head)).distinct().limit(_most))),
    ("end", Statement(_office_entries.where(not_(_office_head)).distinct().limit(_most))),
    # The registration of a case is its first entry.
    (
        "missing",
        Statement(
            _cases.where(
                not_(exists(select(timeline.c.id).where(timeline.c.case_id == case_file.c.id))),
                not_(exists(select(timeline_head.c.chain).where(timeline_head.c.chain == case_file.c.id))),
            )
            .order_by(case_file.c.id)
            .limit(_most)
        ),
    ),
)
"""What is wrong with them, and the cases they belong to."""

UNCHAINED = Statement(select(func.count()).select_from(timeline).where(timeline.c.position.is_(None)))
