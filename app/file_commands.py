"""``tousu ledger``, ``form``, ``letter``, ``proof`` and ``archive``: the files that an institution keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from app import terminal
from app.terminal import AsJson
from app.texts_cli import say

files = typer.Typer()

Record = dict[str, Any]
Number = Annotated[str, typer.Argument(help=say("files", "help_number"))]
Out = Annotated[Path, typer.Option("--out", help=say("files", "help_out"), resolve_path=True)]
Force = Annotated[bool, typer.Option("--force", help=say("files", "help_force"))]
Year = Annotated[int, typer.Option(min=2000, max=9000, help=say("files", "help_year"))]
By = Annotated[str, typer.Option("--as", help=say("help", "view_as"))]
Volume = Annotated[bool, typer.Option("--volume", help=say("files", "help_volume"))]
WithNames = Annotated[bool, typer.Option("--with-names", help=say("files", "help_with_names"))]


@files.command(help=say("files", "help_ledger"))
def ledger(
    year: Year,
    out: Out,
    with_names: WithNames = False,
    volume: Volume = False,
    force: Force = False,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    from app import documents

    now = terminal.now()
    record = documents.make_ledger(
        terminal.settings(), year, out, now, with_names=with_names, force=force, by=by, volume=volume
    )
    done = say("files", "volume_done" if volume else "ledger_done", **record)
    lines = [done, say("files", "named" if with_names else "masked")]
    terminal.show(record, lines, as_json=as_json)


@files.command(help=say("files", "help_form"))
def form(number: Number, out: Out, force: Force = False, by: By = "", as_json: AsJson = False) -> None:
    from app import documents

    record = documents.make_form(terminal.settings(), number, out, terminal.now(), force=force, by=by)
    terminal.show(record, [say("files", "form_done", **record)], as_json=as_json)


@files.command(help=say("files", "help_letter"))
def letter(number: Number, out: Out, force: Force = False, by: By = "", as_json: AsJson = False) -> None:
    from app import documents

    record = documents.make_letter(terminal.settings(), number, out, terminal.now(), force=force, by=by)
    terminal.show(record, [say("files", "letter_done", **record)], as_json=as_json)


@files.command(help=say("files", "help_proof"))
def proof(number: Number, out: Out, force: Force = False, by: By = "", as_json: AsJson = False) -> None:
    from app import documents

    record = documents.make_proof(terminal.settings(), number, out, terminal.now(), force=force, by=by)
    terminal.show(record, [say("files", "proof_done", **record)], as_json=as_json)


@files.command(help=say("files", "help_archive"))
def archive(number: Number, out: Out, force: Force = False, by: By = "", as_json: AsJson = False) -> None:
    from app import documents

    record = documents.make_archive(terminal.settings(), number, out, terminal.now(), force=force, by=by)
    terminal.show(record, _archive_lines(record), as_json=as_json)


def _archive_lines(record: Record) -> list[str]:
    faults = [
        say("files_fault", fault, positions=say("settings", "and").join(map(str, record[fault])))
        for fault in ("missing", "altered")
        if record[fault]
    ]
    return [say("files", "archive_done", **record), say("files", "manifest", **record), *faults]
