"""What is wrong with a pack, as values, and how it is said to the operator. The words are in errors.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import field
from functools import cache
from importlib import resources
from typing import Any

from pydantic import ValidationError

from core.records import record

Place = tuple[str | int, ...]
"""A path in the parsed file: ("fields", 2, "help", "zh")."""


@record(frozen=True, slots=True)
class Problem:
    """One mistake: where it is, which rule of which table of errors.toml it breaks, and what fills the braces."""

    at: Place
    rule: str
    table: str = "cross"
    values: Mapping[str, Any] = field(default_factory=dict)


@cache
def sentences() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("core.policies").joinpath("errors.toml").read_text("utf-8"))


def from_validation(error: ValidationError) -> list[Problem]:
    """The mistakes of shape that pydantic found. The wrong values themselves are never repeated."""
    rows = error.errors(include_url=False, include_input=False)
    problems = [_shape_problem(tuple(row["loc"]), row["type"], row.get("ctx", {})) for row in rows]
    return [problem for problem in problems if not _miscounted(problem, problems)]


def in_words(problem: Problem, raw: Mapping[str, Any], file: str) -> str:
    """One line: file, table, key, and what is expected."""
    said = sentences()[problem.table][problem.rule].format(**problem.values)
    where, rest = _where(problem.at, raw)
    key = sentences()["where"]["key"].format(key=_key(rest)) if rest else ""
    return sentences()["where"]["problem"].format(file=file, where=where, key=key, said=said)


def file_fault(rule: str, file: str = "", **values: Any) -> str:
    """One line about a file that could not be read as a pack at all."""
    said = sentences()["file"][rule].format(**values)
    return sentences()["where"]["file"].format(file=file, said=said) if file else said


def _shape_problem(at: Place, rule: str, values: Mapping[str, Any]) -> Problem:
    words = sentences()["shape"]
    joint = words["joint_id"] if at == ("id",) else words["joint_key"]
    known = rule if rule in words else "unknown"
    return Problem(at, known, "shape", {**values, "joint": joint, "type": rule})


def _miscounted(problem: Problem, problems: list[Problem]) -> bool:
    """Pydantic leaves wrong rows out when it counts; "too few" is then only an echo of their own mistakes."""
    inside = (other for other in problems if other.at[: len(problem.at)] == problem.at != other.at)
    return problem.rule == "too_short" and any(inside)


def _where(at: Place, raw: Mapping[str, Any]) -> tuple[str, Place]:
    """The table a path lies in, and the rest of the path inside that table."""
    words = sentences()["where"]
    section = at[0]
    if len(at) > 1 and isinstance(at[1], int):
        return _row(str(section), at[1], raw), at[2:]
    if isinstance(raw.get(str(section)), tuple):
        return words["rows"].format(table=section), at[1:]
    if isinstance(raw.get(str(section)), dict) or len(at) > 1:
        return words["table"].format(table=section), at[1:]
    return words["top"], at


def _row(section: str, index: int, raw: Mapping[str, Any]) -> str:
    name = _name_of(raw.get(section), index)
    return sentences()["where"]["named_row" if name else "row"].format(table=section, number=index + 1, name=name)


def _name_of(rows: Any, index: int) -> str:
    row = rows[index] if isinstance(rows, tuple) and index < len(rows) else None
    key = row.get("key") if isinstance(row, dict) else None
    return key[:40] if isinstance(key, str) else ""


def _key(rest: Place) -> str:
    item = sentences()["where"]["item"]
    return ".".join(item.format(number=part + 1) if isinstance(part, int) else part for part in rest)
