"""``tousu roster``: who is on duty when, whose shift is whose, and what leaders were called to."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.texts_cli import say

if TYPE_CHECKING:
    from app.settings import Settings

roster = typer.Typer(help=say("roster", "help"), no_args_is_help=True)

OPERATOR = "operator"
FIRST_YEAR, LAST_YEAR = 2000, 2100


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise typer.BadParameter(say("roster", "wrong_day")) from None


Account = Annotated[str, typer.Argument(help=say("staff", "help_account"))]
ShiftId = Annotated[int, typer.Argument(metavar="ID", min=1, max=10**9, help=say("roster", "help_id"))]
Ref = Annotated[str, typer.Argument(metavar="NUMBER", help=say("roster", "help_ref"))]
AsJson = Annotated[bool, typer.Option("--json", help=say("help", "json"))]


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

    record = roster_records.put(_settings(), account, when, hours, _day(first), _day(last), OPERATOR, _now())
    _show(record, [roster_records.put_line(record)], as_json=as_json)


@roster.command("list", help=say("roster", "help_list"))
def listed(as_json: AsJson = False) -> None:
    from app import roster_records

    records = roster_records.shifts(_settings(), _now())
    _show(records, [roster_records.line(each) for each in records] or [say("roster", "empty")], as_json=as_json)


@roster.command("who", help=say("roster", "help_who"))
def who(
    at: Annotated[str, typer.Option("--at", metavar="TIME", help=say("roster", "help_at"))] = "",
    as_json: AsJson = False,
) -> None:
    from app import roster_records

    record = roster_records.who(_settings(), _moment(at))
    _show(record, roster_records.who_lines(record), as_json=as_json)


@roster.command("end", help=say("roster", "help_end"))
def end(
    shift: ShiftId,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help=say("roster", "help_end_from"))] = "",
    as_json: AsJson = False,
) -> None:
    from app import roster_records

    record = roster_records.end(_settings(), shift, _day(first), OPERATOR, _now())
    _show(record, [say("roster", "ended", **record)], as_json=as_json)


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
    record = roster_records.swap(_settings(), shift, on, account, OPERATOR, _now())
    _show(record, [say("roster", "swapped", **record)], as_json=as_json)


@roster.command("import", help=say("roster", "help_import"))
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("roster", "help_file"))],
    yes: Annotated[bool, typer.Option("--yes", help=say("roster", "help_yes"))] = False,
    as_json: AsJson = False,
) -> None:
    from app import roster_records

    record = roster_records.import_file(_settings(), file, OPERATOR, _now(), done=yes)
    _show(record, roster_records.import_lines(record), as_json=as_json)
    if record["faults"]:
        raise SystemExit(1)


@roster.command("calls", help=say("roster", "help_calls"))
def calls(as_json: AsJson = False) -> None:
    from app import roster_records

    records = roster_records.calls(_settings())
    _show(records, [say("roster", "call", **each) for each in records] or [say("roster", "no_calls")], as_json=as_json)


@roster.command("confirm", help=say("roster", "help_confirm"))
def confirm(
    number: Ref,
    account: Annotated[str, typer.Option("--as", metavar="ACCOUNT", help=say("roster", "help_as"))],
    as_json: AsJson = False,
) -> None:
    from app import roster_records

    record = roster_records.confirm(_settings(), number, account, _now())
    _show(record, [say("roster", "confirmed", **record)], as_json=as_json)


def _moment(typed: str) -> datetime:
    """A moment at the institution; now where none was typed."""
    from core.cases.clocks import ZONE

    if not typed:
        return _now()
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        raise typer.BadParameter(say("roster", "wrong_at")) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise typer.BadParameter(say("roster", "wrong_at"))
    return found if found.tzinfo is not None else found.replace(tzinfo=ZONE)


def _settings() -> Settings:
    from app.settings import load_settings

    return load_settings()


def _now() -> datetime:
    return datetime.now(UTC)


def _show(record: object, lines: list[str], *, as_json: bool) -> None:
    typer.echo(json.dumps(record, ensure_ascii=False, indent=2) if as_json else "\n".join(lines))
