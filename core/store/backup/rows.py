"""Rows as lines of JSON and back, the same from either database: a backup of one is restored into the other. Pure."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, DateTime, LargeBinary, Table, TableClause, column, table
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

from core.records import pack, unpack

Columns = Sequence[tuple[str, str]]
"""The name of each column, and its kind."""

TYPES: dict[str, TypeEngine[Any]] = {
    "bytes": LargeBinary(),
    "moment": DateTime(timezone=True),
    "day": Date(),
    "json": JSON(),
    "plain": NullType(),
}
TO_JSON: dict[str, Callable[[Any], Any]] = {
    "bytes": lambda value: b64encode(value).decode("ascii"),
    "moment": datetime.isoformat,
    "day": date.isoformat,
}
FROM_JSON: dict[str, Callable[[Any], Any]] = {
    "bytes": b64decode,
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
}


def columns_of(described: Table) -> list[tuple[str, str]]:
    return [(each.name, _kind(each.type)) for each in described.columns]


def table_of(name: str, columns: Columns) -> TableClause:
    """A table as the backup knows it, which may be that of an earlier version of ours."""
    return table(name, *(column(each, TYPES[kind]) for each, kind in columns))


def to_lines(columns: Columns, rows: Iterable[Sequence[Any]]) -> bytes:
    converts = [TO_JSON.get(kind) for _, kind in columns]
    return b"".join(pack(_converted(converts, row)) + b"\n" for row in rows)


def from_lines(columns: Columns, lines: bytes) -> list[dict[str, Any]]:
    names = [name for name, _ in columns]
    converts = [FROM_JSON.get(kind) for _, kind in columns]
    # Not splitlines(), which also ends a line at characters that may stand in a text.
    return [dict(zip(names, _converted(converts, unpack(line)), strict=True)) for line in lines.split(b"\n") if line]


def _converted(converts: Sequence[Callable[[Any], Any] | None], row: Sequence[Any]) -> list[Any]:
    return [
        convert(value) if convert is not None and value is not None else value
        for convert, value in zip(converts, row, strict=True)
    ]


def _kind(of: TypeEngine[Any]) -> str:
    """What a column holds, whatever either database calls it."""
    plain = of.impl_instance if isinstance(of, TypeDecorator) else of
    return next((kind for kind, known in TYPES.items() if isinstance(plain, type(known))), "plain")
