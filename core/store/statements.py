"""Statements of the message path, compiled once and then run by the driver itself.

SQLAlchemy compiles them and knows the types; what it does around each execution costs more than the statement does.
"""

from __future__ import annotations

import json
import keyword
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any, NamedTuple

import orjson
from sqlalchemy import JSON, Boolean, Connection, Date, Dialect, LargeBinary
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import Insert, Select, UpdateBase
from sqlmodel.sql.sqltypes import UTCDateTime

from core.records import record

Convert = Callable[[Any], Any]
Row = Any
"""One row: a named tuple of the columns that were asked for."""


class Result(NamedTuple):
    """What came of one execution: all rows, and how many were found or changed."""

    rows: list[Row]
    rowcount: int

    def one(self) -> Row:
        (row,) = self.rows
        return row

    def one_or_none(self) -> Row | None:
        return self.one() if self.rows else None

    def scalar_one(self) -> Any:
        return self.one()[0]

    def scalar(self) -> Any:
        return self.rows[0][0] if self.rows else None

    def scalars(self) -> list[Any]:
        return [row[0] for row in self.rows]


class Statement:
    """A statement that stays the same; only its values change. An insert takes the same columns each time."""

    def __init__(self, clause: Select[Any] | UpdateBase) -> None:
        self._clause = clause
        self._plans: dict[str, _Plan] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Result:
        """Execute it with these values. Raises what SQLAlchemy would raise."""
        dialect = connection.dialect
        plan = self._plans.get(dialect.name) or self._prepare(dialect, values)
        driver: Any = connection.connection.driver_connection
        try:
            cursor = driver.execute(plan.text, plan.arguments(values), **plan.options)
            return Result(plan.rows(cursor), cursor.rowcount)
        except dialect.loaded_dbapi.Error as error:
            raise _known(connection, plan.text, error) from error

    def _prepare(self, dialect: Dialect, values: Mapping[str, Any]) -> _Plan:
        """Compile it. Two threads may do so at once, and both come to the same."""
        names = list(values) if isinstance(self._clause, Insert) else None
        compiled = self._clause.compile(dialect=dialect, column_keys=names)
        assert isinstance(compiled, SQLCompiler)
        options = {"binary": True} if dialect.name == "postgresql" else {}
        plan = _Plan(compiled.string, options, _arguments(compiled, dialect), *_reading(self._clause, dialect))
        self._plans[dialect.name] = plan
        return plan


@record(frozen=True, slots=True)
class _Plan:
    """``converters`` belong to the columns of ``row``; None where the driver's value is right as it is.

    ``options`` are the driver's: PostgreSQL sends rows as bytes, which is half the work of reading them from text.
    """

    text: str
    options: Mapping[str, Any]
    arguments: Callable[[Mapping[str, Any]], Any]
    row: Callable[[Sequence[Any]], Row] | None
    converters: tuple[tuple[int, Convert], ...]

    def rows(self, cursor: Any) -> list[Row]:
        if self.row is None:
            return []
        found = cursor.fetchall()
        return [self.row(self._converted(row) if self.converters else row) for row in found]

    def _converted(self, row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for at, convert in self.converters:
            if values[at] is not None:
                values[at] = convert(values[at])
        return values


def _arguments(compiled: SQLCompiler, dialect: Dialect) -> Callable[[Mapping[str, Any]], Any]:
    """What turns values into the driver's arguments: a tuple, or a dictionary where places have names."""
    fixed = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
    used = compiled.positiontup or [name for name in compiled.binds if f"%({name})s" in compiled.string]
    kinds = {name: _converter(compiled.binds[name].type, dialect, "bind_processor") for name in used}
    converts = [(name, convert) for name, convert in kinds.items() if convert is not None]

    pick = _picking(used) if compiled.positiontup is not None else lambda row: row

    def arguments(values: Mapping[str, Any]) -> Any:
        row = {**fixed, **values}
        for name, convert in converts:
            if row[name] is not None:
                row[name] = convert(row[name])
        return pick(row)

    return arguments


def _picking(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """A tuple of these values; ``itemgetter`` gives the bare value where there is only one."""
    return itemgetter(*names) if len(names) > 1 else lambda row: tuple(row[name] for name in names)


def _reading(
    clause: Select[Any] | UpdateBase, dialect: Dialect
) -> tuple[Callable[[Sequence[Any]], Row] | None, tuple[tuple[int, Convert], ...]]:
    columns = list(clause.exported_columns)
    if not columns:
        return None, ()
    names: Any = [_field(column.key) for column in columns]
    row = partial(tuple.__new__, namedtuple("Row", names))
    converts = [_converter(column.type, dialect, "result_processor", None) for column in columns]
    return row, tuple((at, convert) for at, convert in enumerate(converts) if convert is not None)


def _field(key: str | None) -> str:
    return key if key and key.isidentifier() and not keyword.iskeyword(key) else "value"


@lru_cache(maxsize=64)
def _moment(value: datetime) -> str:
    """A moment as SQLite keeps it, in UTC: what the types of two libraries make of it, in a fifth of the time.

    The moment of a message is kept several times.
    """
    if value.tzinfo is None:
        raise ValueError("a moment without a zone cannot be kept")
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _from_json(text: str) -> Any:
    """Half of a surrogate pair is read by the standard library alone."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


_OF_SQLITE: Mapping[type, tuple[Convert | None, Convert | None]] = {
    UTCDateTime: (_moment, _utc),
    LargeBinary: (None, None),
    Boolean: (None, bool),
    Date: (date.isoformat, date.fromisoformat),
    JSON: (json.dumps, _from_json),
}
"""What SQLite keeps values as, and back: as the library's types do it, with less around."""


def _converter(kind: Any, dialect: Dialect, side: str, *more: Any) -> Convert | None:
    if dialect.name == "sqlite" and type(kind) in _OF_SQLITE:
        return _OF_SQLITE[type(kind)][side != "bind_processor"]
    convert: Convert | None = getattr(kind.dialect_impl(dialect), side)(dialect, *more)
    return convert


def _known(connection: Connection, text: str, error: Exception) -> BaseException:
    """The driver's error as SQLAlchemy names it; a connection that is gone is not used again."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]
    known = DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )
    if lost:
        connection.invalidate(error)
    return known
