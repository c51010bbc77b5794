"""``tousu alerts``: the groups and topics that alerts for staff go to."""

from __future__ import annotations

from typing import Annotated

import typer

from app import terminal
from app.terminal import OPERATOR, AsJson
from app.texts_cli import say

alerts = typer.Typer(help=say("alerts", "help"), no_args_is_help=True)


Name = Annotated[str, typer.Argument(help=say("alerts", "help_name"))]
Members = Annotated[list[str] | None, typer.Option("--member", help=say("alerts", "help_member"))]


@alerts.command("add", help=say("alerts", "help_add"))
def add(name: Name, members: Members = None, as_json: AsJson = False) -> None:
    from app import alerts_records

    record = alerts_records.invite(terminal.settings(), name, members or (), OPERATOR, terminal.now())
    terminal.show(record, [say("alerts", "invited", **record)], as_json=as_json)


@alerts.command("list", help=say("alerts", "help_list"))
def listed(as_json: AsJson = False) -> None:
    from app import alerts_records

    records = alerts_records.every(terminal.settings())
    terminal.show(records, alerts_records.lines(records) or [say("alerts", "none")], as_json=as_json)


@alerts.command("remove", help=say("alerts", "help_remove"))
def remove(name: Name, as_json: AsJson = False) -> None:
    from app import alerts_records

    record = alerts_records.remove(terminal.settings(), name, OPERATOR, terminal.now())
    terminal.show(record, [say("alerts", "removed", **record)], as_json=as_json)
