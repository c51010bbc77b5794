"""The template explains everything that may stand in a pack, says nothing else, and is a pack itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import resources
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from core.cases import running
from core.cases.calendar import calendar
from core.cases.clocks import promise
from core.policies.load import load, read_pack
from core.policies.policy import Policy

TEMPLATE = "internal-rules"
TEXT = resources.files("core.policies").joinpath(f"{TEMPLATE}.toml").read_text(encoding="utf-8")
LINES = TEXT.splitlines()
COMMENTS = [line for line in LINES if line.startswith("#")]
EXPLAINED = set(re.findall(r"[a-z0-9_]+", "\n".join(COMMENTS)))

Place = tuple[str, ...]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models in a type: X of X, of tuple[X, ...] and of X | None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _fields(model: type[BaseModel], at: Place = ()) -> Iterator[tuple[Place, FieldInfo]]:
    """Every field of the schema by its place: ("clocks", "extension", "times")."""
    for name, field in model.model_fields.items():
        yield (*at, name), field
        for inner in _models(field.annotation):
            yield from _fields(inner, (*at, name))


def _written(value: Any, at: Place = ()) -> Iterator[Place]:
    """Every key of a parsed pack by its place; the rows of a table share theirs."""
    for row in value if isinstance(value, list) else [value]:
        for name, inner in row.items() if isinstance(row, dict) else ():
            yield (*at, name)
            yield from _written(inner, (*at, name))


def _choices(annotation: Any) -> Iterator[str]:
    """The words that a key may hold, where only some may."""
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    for part in get_args(annotation):
        yield from _choices(part)


def _bounds(field: FieldInfo) -> tuple[int, ...]:
    """The least and the most that a number, or the rows of a table, may be; both, or none of them."""
    rules = [rule for rule in field.metadata if not isinstance(rule, StringConstraints)]
    found = [getattr(rule, name) for name in RANGES for rule in rules if hasattr(rule, name)]
    return tuple(found) if len(found) == 2 else ()


RANGES = ("ge", "min_length", "le", "max_length")
FIELDS = dict(_fields(Policy))
CHOICES = sorted({word for field in FIELDS.values() for word in _choices(field.annotation)})
BOUNDED = sorted({(place[-1], *bounds) for place, field in FIELDS.items() if (bounds := _bounds(field))})


def _about(key: str) -> list[str]:
    """The comments that begin with a key: “# limit：多少”."""
    return [line for line in COMMENTS if line.startswith(f"# {key}：")]


def test_the_schema_is_walked_to_its_leaves() -> None:
    assert {("id",), ("fields", "options", "aliases"), ("decision", "measures", "label", "zh")} <= FIELDS.keys()


@pytest.mark.parametrize("place", FIELDS, ids=".".join)
def test_every_key_of_the_schema_is_shown_in_its_place(place: Place) -> None:
    assert place in set(_written(tomllib.loads(TEXT)))


@pytest.mark.parametrize("place", FIELDS, ids=".".join)
def test_every_key_of_the_schema_is_explained(place: Place) -> None:
    assert place[-1] in EXPLAINED


@pytest.mark.parametrize("table", Policy.model_fields)
def test_every_table_is_explained_under_its_own_name(table: str) -> None:
    assert _about(table)


@pytest.mark.parametrize("word", CHOICES)
def test_every_word_that_a_key_may_hold_is_explained(word: str) -> None:
    assert word in EXPLAINED


@pytest.mark.parametrize(("key", "least", "most"), BOUNDED)
def test_how_little_and_how_much_is_said_as_it_is(key: str, least: int, most: int) -> None:
    assert any(f"{least} 到 {most}" in line for line in _about(key))


def test_what_may_be_left_out_is_said_to_be_so() -> None:
    optional = {place[-1] for place, field in FIELDS.items() if not field.is_required()}
    said = {word for line in COMMENTS if "可不写" in line for word in re.findall(r"[a-z_]+", line)}
    assert optional <= said


def test_nothing_that_is_needed_is_said_to_be_optional() -> None:
    optional = {place[-1] for place, field in FIELDS.items() if not field.is_required()}
    said = {key for key in (place[-1] for place in FIELDS) if any("可不写" in line for line in _about(key))}
    assert said <= optional


def test_the_defaults_it_names_are_those_of_the_schema() -> None:
    said = dict(re.findall(r"^# ([a-z_]+)：.*可不写（([a-z0-9_]+)", TEXT, flags=re.MULTILINE))
    simple = {place[-1]: field.default for place, field in FIELDS.items() if isinstance(field.default, int | str)}
    assert said == {key: str(default).lower() for key, default in simple.items()}


def test_it_is_a_pack_as_it_stands_and_as_a_copy() -> None:
    assert read_pack("my.toml", TEXT.encode()) == load(TEMPLATE)


def test_what_may_be_left_out_can_be_left_out() -> None:
    pack = load(TEMPLATE).model_dump(exclude={"exclusions", "lookup", "follow_up"}, exclude_none=True)
    sparse, full = Policy.model_validate(pack), load(TEMPLATE)
    assert (sparse.lookup, sparse.follow_up, sparse.exclusions) == (full.lookup, full.follow_up, ())


def test_it_promises_first_the_acceptance_and_then_the_result() -> None:
    pack, days = load(TEMPLATE), calendar()
    received = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    accepted = promise(pack, received, days)
    told = running.promise(pack, True, "general", [], days, since=received)
    assert accepted.on < told.on
