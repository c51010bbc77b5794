"""What all commands share: the settings they read, the moment they take, and how they show what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from app.texts_cli import say

if TYPE_CHECKING:
    from app.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help=say("help", "json"))]


def settings() -> Settings:
    """Those of this process. Raises SettingsError."""
    from app.settings import load_settings

    return load_settings()


def now() -> datetime:
    return datetime.now(UTC)


def show(record: object, lines: Iterable[str], *, as_json: bool) -> None:
    """The record for a program, the lines for a person."""
    typer.echo(json.dumps(record, ensure_ascii=False, indent=2) if as_json else "\n".join(lines))
