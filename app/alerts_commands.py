"""``tousu alerts``: the groups and topics that alerts for staff go to."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from app.texts_cli import say

alerts = typer.Typer(help=say("alerts", "help"), no_args_is_help=True)

OPERATOR = "operator"

Name = Annotated[str, typer.Argument(help=say("alerts", "help_name"))]
Members = Annotated[list[str] | None, typer.Option("--member", help=say("alerts", "help_member"))]
AsJson = Annotated[bool, typer.Option("--json", help=say("help", "json"))]


@alerts.command("add", help=say("alerts", "help_add"))
def add(name: Name, members: Members = None, as_json: AsJson = False) -> None:
    from app import alerts_records

    record = alerts_records.invite(_settings(), name, members or (), OPERATOR, datetime.now(UTC))
    _show(record, [say("alerts", "invited", **record)], as_json=as_json)


@alerts.command("list", help=say("alerts", "help_list"))
def listed(as_json: AsJson = False) -> None:
    from app import alerts_records

    records = alerts_records.every(_settings())
    _show(records, alerts_records.lines(records) or [say("alerts", "none")], as_json=as_json)


@alerts.command("remove", help=say("alerts", "help_remove"))
def remove(name: Name, as_json: AsJson = False) -> None:
    from app import alerts_records

    record = alerts_records.remove(_settings(), name, OPERATOR, datetime.now(UTC))
    _show(record, [say("alerts", "removed", **record)], as_json=as_json)


def _settings() -> Any:
    from app.settings import load_settings

    return load_settings()


def _show(record: object, lines: list[str], *, as_json: bool) -> None:
    typer.echo(json.dumps(record, ensure_ascii=False, indent=2) if as_json else "\n".join(lines))
