"""What all tables are made of: names of constraints, ids, links and checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Boolean,
    CheckConstraint,
    ColumnElement,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    and_,
    bindparam,
    literal_column,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel

NAMES = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


metadata = MetaData(naming_convention=NAMES)

# SQLite counts up by itself only in a column whose type is INTEGER, which holds 64 bits there.
Id: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
IDS_ARE_NEVER_REUSED = {"sqlite_autoincrement": True}


def id_() -> Any:
    return Field(default=None, primary_key=True, sa_type=Id)


def link(target: str, *, optional: bool = False) -> Any:
    default = None if optional else ...
    return Field(default, sa_type=Id, sa_column_args=(ForeignKey(target),), nullable=optional)


def one_of(column: str, values: Sequence[str]) -> CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


def index_of(name: str, *columns: str, states: Sequence[str]) -> Index:
    """An index of the rows in these states alone: what is over makes it neither longer nor slower."""
    among = text(f"state IN ({', '.join(repr(state) for state in states)})")
    return Index(name, *columns, sqlite_where=among, postgresql_where=among)


def in_the_text(value: str) -> ColumnElement[str]:
    """A value that stands in the text of a statement, not among its values.

    An index of some states alone is used only where the database can see which ones are meant.
    """
    return literal_column(f"'{value}'", String())


def among(column: Any, *values: str) -> ColumnElement[bool]:
    """Whether a column has one of these values, said in the text of the statement."""
    found: ColumnElement[bool] = column.in_([in_the_text(value) for value in values])
    return found


class Ids(TypeDecorator[Sequence[int]]):
    """Any number of ids as one value: an array, or JSON where the database has none."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(BigInteger) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> list[int] | str:
        ids = list(value or ())
        return ids if dialect.name == "postgresql" else orjson.dumps(ids).decode()


class any_of(ColumnElement[bool]):  # noqa: N801 - read as a function in a statement
    """Whether a column is one of the ids given by this name: the statement stays the same, however many they are."""

    type = Boolean()
    inherit_cache = False
    _is_implicitly_boolean = True
    """It is a condition as it stands: compared with 1, SQLite would use no index for it."""

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.ids: BindParameter[Sequence[int]] = bindparam(name, type_=Ids())


@compiles(any_of)
def _in_an_array(element: any_of, compiler: SQLCompiler, **more: Any) -> str:
    column, ids = (compiler.process(part, **more) for part in (element.column, element.ids))
    return f"{column} = ANY ({ids})"


@compiles(any_of, "sqlite")
def _in_json(element: any_of, compiler: SQLCompiler, **more: Any) -> str:
    column, ids = (compiler.process(part, **more) for part in (element.column, element.ids))
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - both are written by the compiler


def within(column: Any, states: Sequence[str], *meant: str) -> ColumnElement[bool]:
    """Whether it is in one of the states that are ``meant``, said as all ``states`` of an index but for the others.

    Else SQLite does not see that it may use the index, and reads all there ever was. And PostgreSQL, told what it is in place
    of what it is not, may take an index of these states alone that leads everywhere but to one person.
    """
    return and_(among(column, *states), *(column != in_the_text(other) for other in states if other not in meant))


def not_negative(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} >= 0", name=column)


class Row(SQLModel):
    metadata = metadata
