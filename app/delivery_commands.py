"""``tousu delivery``: what has not gone out, and sending it again. Reads arguments, calls one function, shows its result."""

from __future__ import annotations

from typing import Annotated

import typer

from app import terminal
from app.terminal import AsJson
from app.texts_cli import say

delivery = typer.Typer(help=say("delivery", "help"), no_args_is_help=True)


@delivery.command("list", help=say("delivery", "help_list"))
def listed(
    state: Annotated[str, typer.Option(help=say("delivery", "help_state"))] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help=say("delivery", "help_limit"))] = 100,
    as_json: AsJson = False,
) -> None:
    from app import delivery_records
    from core.store.stranded import STATES

    _check_state(state, STATES)
    records = delivery_records.waiting(terminal.settings(), state or None, limit)
    terminal.show(records, delivery_records.waiting_lines(records), as_json=as_json)


@delivery.command("redrive", help=say("delivery", "help_redrive"))
def redrive(
    ids: Annotated[list[int] | None, typer.Argument(metavar="ID", help=say("delivery", "help_ids"))] = None,
    all_: Annotated[bool, typer.Option("--all", help=say("delivery", "help_all"))] = False,
    state: Annotated[str, typer.Option(help=say("delivery", "help_which"))] = "",
    as_json: AsJson = False,
) -> None:
    from app import delivery_records
    from core.store.tables.messages import STRANDED

    _check_state(state, STRANDED)
    if bool(ids) is all_:
        raise typer.BadParameter(say("delivery", "which"), param_hint="ID / --all")
    states = (state,) if state else STRANDED
    record = delivery_records.redrive(terminal.settings(), ids or None, states, terminal.now())
    terminal.show(record, [say("delivery", "done", count=len(record["redriven"]))], as_json=as_json)


def _check_state(state: str, known: tuple[str, ...]) -> None:
    if state and state not in known:
        raise typer.BadParameter(say("delivery", "states", known="、".join(known)), param_hint="--state")
