"""``tousu roster``: who is on duty when, whose shift is whose, and what leaders were called to."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from app import terminal
from app.terminal import OPERATOR, AsJson
from app.texts_cli import say

roster = typer.Typer(help=say("roster", "help"), no_args_is_help=True)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise typer.BadParameter(say("roster", "wrong_day")) from None


Account = Annotated[str, typer.Argument(help=say("staff", "help_account"))]
ShiftId = Annotated[int, typer.Argument(metavar="ID", min=1, max=10**9, help=say("roster", "help_id"))]
Ref = Annotated[str, typer.Argument(metavar="NUMBER", help=say("roster", "help_ref"))]


@roster.command("put", help=say("roster", "help_put"))
def put(
    account: Account,
    when: Annotated[str, typer.Argument(help=say("roster", "help_when"))],
    hours: Annotated[str, typer.Argument(help=say("roster", "help_hours"))],
    first: Annotated[str, typer.Option("--from", metavar="DATE", help=say("roster", "help_from"))] = "",
    last: Annotated[str, typer.Option("--until", metavar="DATE", help=say("roster", "help_until"))] = "",
    as_json: AsJson = False,
) -> None:
    from app import roster_records

    record = roster_records.put(
        terminal.settings(), account, when, hours, _day(first), _day(last), OPERATOR, terminal.now()
    )
    terminal.show(record, [roster_records.put_line(record)], as_json=as_json)


@roster.command("list", help=say("roster", "help_list"))
def listed(as_json: AsJson = False) -> None:
    from app import roster_records

    records = roster_records.shifts(terminal.settings(), terminal.now())
    terminal.show(records, [roster_records.line(each) for each in records] or [say("roster", "empty")], as_json=as_json)


@roster.command("who", help=say("roster", "help_who"))
def who(
    at: Annotated[str, typer.Option("--at", metavar="TIME", help=say("roster", "help_at"))] = "",
    as_json: AsJson = False,
) -> None:
    from app import roster_records

    record = roster_records.who(terminal.settings(), _moment(at))
    terminal.show(record, roster_records.who_lines(record), as_json=as_json)


@roster.command("end", help=say("roster", "help_end"))
def end(
    shift: ShiftId,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help=say("roster", "help_end_from"))] = "",
    as_json: AsJson = False,
) -> None:
    from app import roster_records

    record = roster_records.end(terminal.settings(), shift, _day(first), OPERATOR, terminal.now())
    terminal.show(record, [say("roster", "ended", **record)], as_json=as_json)


@roster.command("swap", help=say("roster", "help_swap"))
def swap(
    shift: ShiftId,
    day: Annotated[str, typer.Argument(metavar="DATE", help=say("roster", "help_day"))],
    account: Account,
    as_json: AsJson = False,
) -> None:
    from app import roster_records

    on = _day(day)
    if on is None:
        raise typer.BadParameter(say("roster", "wrong_day"))
    record = roster_records.swap(terminal.settings(), shift, on, account, OPERATOR, terminal.now())
    terminal.show(record, [say("roster", "swapped", **record)], as_json=as_json)


@roster.command("import", help=say("roster", "help_import"))
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("roster", "help_file"))],
    yes: Annotated[bool, typer.Option("--yes", help=say("roster", "help_yes"))] = False,
    as_json: AsJson = False,
) -> None:
    from app import roster_records

    record = roster_records.import_file(terminal.settings(), file, OPERATOR, terminal.now(), done=yes)
    terminal.show(record, roster_records.import_lines(record), as_json=as_json)
    if record["faults"]:
        raise SystemExit(1)


@roster.command("calls", help=say("roster", "help_calls"))
def calls(as_json: AsJson = False) -> None:
    from app import roster_records

    records = roster_records.calls(terminal.settings())
    terminal.show(
        records, [say("roster", "call", **each) for each in records] or [say("roster", "no_calls")], as_json=as_json
    )


@roster.command("confirm", help=say("roster", "help_confirm"))
def confirm(
    number: Ref,
    account: Annotated[str, typer.Option("--as", metavar="ACCOUNT", help=say("roster", "help_as"))],
    as_json: AsJson = False,
) -> None:
    from app import roster_records

    record = roster_records.confirm(terminal.settings(), number, account, terminal.now())
    terminal.show(record, [say("roster", "confirmed", **record)], as_json=as_json)


def _moment(typed: str) -> datetime:
    """A moment at the institution; now where none was typed."""
    return terminal.moment(typed, typer.BadParameter(say("roster", "wrong_at"))) if typed else terminal.now()
