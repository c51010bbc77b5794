"""``tousu calendar``: which years are known, a year that was announced, the office's own days.

Whatever would move a promised day is shown first and done with ``--yes``.
"""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from app import terminal
from app.terminal import AsJson
from app.texts_cli import say
from core.cases.calendar import Change, DayMark, days_of, mark
from core.errors import CalendarError, Refused

calendar = typer.Typer(help=say("calendar", "help"), no_args_is_help=True)

LONGEST_FILE = 1_000_000
LONGEST_REASON = 100

Yes = Annotated[bool, typer.Option("--yes", help=say("calendar", "help_yes"))]
By = Annotated[str, typer.Option("--by", metavar="NAME", help=say("calendar", "help_by"))]
File = Annotated[Path, typer.Argument(metavar="FILE", help=say("calendar", "help_file"))]


def _span(typed: str) -> str:
    try:
        days_of(typed)
    except ValueError:
        raise typer.BadParameter(say("calendar", "wrong_days")) from None
    return typed


def _reason(typed: str) -> str:
    if not typed.isprintable() or not 0 < len(typed.strip()) <= LONGEST_REASON:
        raise typer.BadParameter(say("calendar", "wrong_reason", most=LONGEST_REASON))
    return typed.strip()


Days = Annotated[str, typer.Argument(metavar="DATE", callback=_span, help=say("calendar", "help_days"))]
Reason = Annotated[str, typer.Argument(metavar="REASON", callback=_reason, help=say("calendar", "help_reason"))]


@calendar.command("status", help=say("calendar", "help_status"))
def status(as_json: AsJson = False) -> None:
    from app import calendar_records

    record = calendar_records.standing(terminal.settings())
    terminal.show(record, calendar_records.standing_lines(record), as_json=as_json)


@calendar.command("import", help=say("calendar", "help_import"))
def import_file(file: File, yes: Yes = False, by: By = "", as_json: AsJson = False) -> None:
    from core.cases import calendar_files

    try:
        changes = calendar_files.read(_content(file), file.name)
    except CalendarError as error:
        raise Refused(say("calendar_wrong", error.reason, file=file, **error.facts)) from error
    _change(changes, yes, by, as_json)


@calendar.command("rest", help=say("calendar", "help_rest"))
def rest(days: Days, reason: Reason, yes: Yes = False, by: By = "", as_json: AsJson = False) -> None:
    _change([_own(days, reason, {on: mark(on, False, reason) for on in days_of(days)})], yes, by, as_json)


@calendar.command("work", help=say("calendar", "help_work"))
def work(days: Days, reason: Reason, yes: Yes = False, by: By = "", as_json: AsJson = False) -> None:
    _change([_own(days, reason, {on: mark(on, True, reason) for on in days_of(days)})], yes, by, as_json)


@calendar.command("usual", help=say("calendar", "help_usual"))
def usual(days: Days, yes: Yes = False, by: By = "", as_json: AsJson = False) -> None:
    _change([_own(days, say("calendar", "usual"), dict.fromkeys(days_of(days)))], yes, by, as_json)


def _own(days: str, reason: str, marks: dict[date, DayMark | None]) -> Change:
    return Change(f"{days} {reason}", marks)


def _content(file: Path) -> bytes:
    """The bytes of a file. One that is longer than a hundred years would be is no calendar."""
    try:
        with file.open("rb") as opened:
            content = opened.read(LONGEST_FILE + 1)
    except OSError as error:
        raise CalendarError("no_file") from error
    if len(content) > LONGEST_FILE:
        raise CalendarError("not_read")
    return content


def _change(changes: Sequence[Change], yes: bool, by: str, as_json: bool) -> None:
    from app import calendar_records

    actor = by or getpass.getuser()
    record = calendar_records.change(terminal.settings(), changes, actor, terminal.now(), done=yes)
    terminal.show(record, calendar_records.change_lines(record), as_json=as_json)
