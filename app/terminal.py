"""What all commands share: the settings they read, the moment they take, and how they read days and show what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from app.texts_cli import say

if TYPE_CHECKING:
    from app.settings import Settings

D = TypeVar("D", bound=date)

OPERATOR = "operator"
"""Whoever runs the machine and holds its keys."""

YEARS = range(2000, 2101)
"""What is typed of another year is a slip."""

AsJson = Annotated[bool, typer.Option("--json", help=say("help", "json"))]


def settings() -> Settings:
    """Those of this process. Raises SettingsError."""
    from app.settings import load_settings

    return load_settings()


def now() -> datetime:
    return datetime.now(UTC)


def moment(typed: str, wrong: typer.BadParameter, years: range = YEARS) -> datetime:
    """A moment as typed; one without a zone is the institution's. Raises what is ``wrong`` where it is none, or of no such year."""
    from core.cases.clocks import ZONE

    found = read(datetime.fromisoformat, typed, wrong, years)
    return found if found.tzinfo else found.replace(tzinfo=ZONE)


def read(how: Callable[[str], D], typed: str, wrong: typer.BadParameter, years: range = YEARS) -> D:
    """A day or a moment as it is read. Raises what is ``wrong`` where it is none, or of no such year."""
    with suppress(ValueError):
        found = how(typed)
        if found.year in years:
            return found
    raise wrong


def show(record: object, lines: Iterable[str], *, as_json: bool) -> None:
    """The record for a program, the lines for a person."""
    typer.echo(json.dumps(record, ensure_ascii=False, indent=2) if as_json else "\n".join(lines))
