"""``tousu people``: training, assessments, praise and discipline, confidentiality; whoever may keeps them, everybody reads their own."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from app import terminal
from app.terminal import AsJson
from app.texts_cli import say
from core.errors import Refused

FIRST_YEAR, LAST_YEAR = 2000, 9000

people = typer.Typer(help=say("people", "help"), no_args_is_help=True)

Account = Annotated[str, typer.Argument(help=say("people", "help_account"))]
Whose = Annotated[str, typer.Argument(help=say("people", "help_whose"))]
By = Annotated[str, typer.Option("--as", help=say("people", "help_as"))]
On = Annotated[str, typer.Option("--on", help=say("people", "help_on"))]
Said = Annotated[str, typer.Option("--words", help=say("people", "help_words"))]
Kind = Annotated[str, typer.Argument(help=say("people", "help_training"))]
Measure = Annotated[str, typer.Argument(help=say("people", "help_measure"))]
Marks = Annotated[list[str] | None, typer.Option("--mark", help=say("people", "help_marks"))]
Notes = Annotated[list[str] | None, typer.Option("--note", help=say("people", "help_notes"))]
Period = Annotated[str, typer.Option("--period", help=say("people", "help_period"))]
Again = Annotated[bool, typer.Option("--again", help=say("people", "help_again"))]


@people.command("train", help=say("people", "help_train"))
def train(
    account: Account,
    kind: Kind,
    by: By,
    on: On = "",
    mark: Annotated[int | None, typer.Option("--mark", help=say("people", "help_mark"))] = None,
    words: Said = "",
    as_json: AsJson = False,
) -> None:
    from app import people_records

    record = people_records.train(terminal.settings(), by, account, kind, _day(on), mark, words, terminal.now())
    terminal.show(record, people_records.train_lines(record), as_json=as_json)


@people.command("figures", help=say("people", "help_figures"))
def figures(account: Account, by: By, period: Period = "", again: Again = False, as_json: AsJson = False) -> None:
    from app import people_records

    record = people_records.figures(terminal.settings(), by, account, _month(period), terminal.now(), again=again)
    terminal.show(record, people_records.figures_lines(record), as_json=as_json)


@people.command("assess", help=say("people", "help_assess"))
def assess(
    account: Account,
    by: By,
    marks: Marks = None,
    notes: Notes = None,
    period: Period = "",
    again: Again = False,
    as_json: AsJson = False,
) -> None:
    from app import people_records

    given = {key: _number(value) for key, value in _pairs(marks).items()}
    record = people_records.assess(
        terminal.settings(), by, account, given, _pairs(notes), _month(period), terminal.now(), again=again
    )
    terminal.show(record, people_records.assess_lines(record), as_json=as_json)


@people.command("praise", help=say("people", "help_praise"))
def praise(account: Account, measure: Measure, by: By, words: Said, on: On = "", as_json: AsJson = False) -> None:
    _conduct("praise", account, measure, by, words, on, as_json=as_json)


@people.command("discipline", help=say("people", "help_discipline"))
def discipline(account: Account, measure: Measure, by: By, words: Said, on: On = "", as_json: AsJson = False) -> None:
    _conduct("discipline", account, measure, by, words, on, as_json=as_json)


@people.command("acknowledge", help=say("people", "help_acknowledge"))
def acknowledge(by: By, account: Whose = "", on: On = "", as_json: AsJson = False) -> None:
    from app import people_records

    record = people_records.acknowledge(terminal.settings(), by, account, _day(on), terminal.now())
    terminal.show(record, people_records.acknowledge_lines(record), as_json=as_json)


@people.command("show", help=say("people", "help_show"))
def show(by: By, account: Whose = "", as_json: AsJson = False) -> None:
    from app import people_records

    record = people_records.show(terminal.settings(), by, account, terminal.now())
    terminal.show(record, people_records.show_lines(record), as_json=as_json)


@people.command("due", help=say("people", "help_due"))
def due(by: By, as_json: AsJson = False) -> None:
    from app import people_records

    records = people_records.due(terminal.settings(), by, terminal.now())
    terminal.show(records, people_records.due_lines(records), as_json=as_json)


@people.command("export", help=say("people", "help_export"))
def export(
    by: By,
    account: Whose = "",
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help=say("people", "help_xlsx"), resolve_path=True)] = None,
    docx: Annotated[Path | None, typer.Option("--docx", help=say("people", "help_docx"), resolve_path=True)] = None,
    force: Annotated[bool, typer.Option("--force", help=say("files", "help_force"))] = False,
    as_json: AsJson = False,
) -> None:
    from app import people_files

    record = people_files.export(terminal.settings(), by, account, xlsx, docx, terminal.now(), force=force)
    terminal.show(record, [say("people", "exported", file=file) for file in record["files"]], as_json=as_json)


def _conduct(kind: str, account: str, measure: str, by: str, words: str, on: str, *, as_json: bool) -> None:
    from app import people_records

    record = people_records.record_conduct(
        terminal.settings(), by, account, kind, measure, _day(on), words, terminal.now()
    )
    terminal.show(record, [say("people", "conduct_done", **record)], as_json=as_json)


def _pairs(fields: list[str] | None) -> dict[str, str]:
    from app.act_command import given_fields

    return given_fields(fields or ())


def _number(value: str) -> int:
    """Raises Refused where it is no whole number of three digits at most."""
    if not value.isascii() or not value.isdecimal() or len(value) > 3:
        raise Refused(say("people", "number", value=value))
    return int(value)


def _day(text: str) -> date | None:
    """None where none was named: today. Raises Refused."""
    return _date(text) if text else None


def _month(text: str) -> date | None:
    """The first day of a month; None where none was named. Raises Refused."""
    return _date(f"{text}-01") if text else None


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refused(say("people", "date", value=text))
    return day
