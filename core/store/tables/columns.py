"""What all tables are made of: names of constraints, ids, links and checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    literal_column,
    text,
)
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


def not_negative(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} >= 0", name=column)


class Row(SQLModel):
    metadata = metadata
