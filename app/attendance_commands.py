"""``tousu attendance``: since when it counts, the device's files, the day, the month, what is asked for, the ledger."""

from __future__ import annotations

import getpass
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import terminal
from app.terminal import AsJson
from app.texts_cli import say
from core.cases.clocks import local_day
from core.errors import Refused

if TYPE_CHECKING:
    from core.people.attendance.months import Month

attendance = typer.Typer(help=say("attendance", "help"), no_args_is_help=True)

Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help=say("staff", "help_account"))]
MonthTyped = Annotated[str, typer.Argument(metavar="YYYY-MM", help=say("attendance", "help_which_month"))]
By = Annotated[str, typer.Option("--as", metavar="ACCOUNT", help=say("attendance", "help_as"))]
Note = Annotated[str, typer.Option("--note", help=say("attendance", "help_note"))]
Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, max=10**9, help=say("attendance", "help_number"))]


@attendance.command("start", help=say("attendance", "help_start"))
def start(on: Annotated[str, typer.Argument(metavar="YYYY-MM-DD", help=say("attendance", "help_day"))]) -> None:
    from app import attendance_records as records
    from core.people.attendance import arranging

    day_ = _on(on)
    records.do(
        terminal.settings(), lambda uow, office: arranging.start(uow, office, day_, getpass.getuser(), terminal.now())
    )
    typer.echo(say("attendance", "started", day=day_))


@attendance.command("person", help=say("attendance", "help_person"))
def person(
    account: Account,
    device: Annotated[str | None, typer.Option("--device", help=say("attendance", "help_device"))] = None,
    hours: Annotated[str | None, typer.Option("--hours", help=say("attendance", "help_hours"))] = None,
    since: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help=say("attendance", "help_from"))] = "",
) -> None:
    from app import attendance_records as records
    from core.people.attendance import arranging

    by, now = getpass.getuser(), terminal.now()
    first = _on(since) if since else local_day(now)
    if device is None and hours is None:
        raise typer.BadParameter(say("attendance", "nothing_given"))
    if device is not None:
        records.do(terminal.settings(), lambda uow, office: arranging.know_by(uow, office, account, device, by, now))
    if hours is not None:
        records.do(
            terminal.settings(), lambda uow, office: arranging.have_hours(uow, office, account, hours, first, by, now)
        )
    typer.echo(say("attendance", "arranged", account=account))


@attendance.command("import", help=say("attendance", "help_import"))
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("attendance", "help_file"))],
    preview: Annotated[bool, typer.Option("--preview", help=say("attendance", "help_preview"))] = False,
    digest: Annotated[str, typer.Option("--commit", metavar="DIGEST", help=say("attendance", "help_commit"))] = "",
    as_json: AsJson = False,
) -> None:
    from app import attendance_records as records

    content = _content(file)
    if digest and not preview:
        done = records.commit(terminal.settings(), content, digest, getpass.getuser(), terminal.now())
        terminal.show(done, [say("attendance", "imported", **done)], as_json=as_json)
        return
    seen = records.preview(terminal.settings(), content, terminal.now())
    terminal.show(seen, records.preview_lines(seen), as_json=as_json)
    if seen["faults"]:
        raise SystemExit(1)


@attendance.command("day", help=say("attendance", "help_day_list"))
def day(
    on: Annotated[str, typer.Argument(metavar="YYYY-MM-DD", help=say("attendance", "help_day"))] = "",
    as_json: AsJson = False,
) -> None:
    from app import attendance_records as records

    found = records.day(terminal.settings(), _on(on) if on else local_day(terminal.now()), terminal.now())
    terminal.show(found, records.day_lines(found) or [say("attendance", "nobody")], as_json=as_json)


@attendance.command("month", help=say("attendance", "help_month"))
def month(
    which: MonthTyped = "",
    account: Annotated[str, typer.Option("--of", metavar="ACCOUNT", help=say("attendance", "help_of"))] = "",
    as_json: AsJson = False,
) -> None:
    from app import attendance_records as records

    found = records.month(terminal.settings(), _which(which), account, terminal.now())
    terminal.show(found, records.month_lines(found) or [say("attendance", "nobody")], as_json=as_json)


@attendance.command("ledger", help=say("attendance", "help_ledger"))
def ledger(
    which: MonthTyped,
    out: Annotated[Path, typer.Option("--out", help=say("attendance", "help_out"), resolve_path=True)],
    force: Annotated[bool, typer.Option("--force", help=say("files", "help_force"))] = False,
    as_json: AsJson = False,
) -> None:
    from app import attendance_records as records

    done = records.ledger(terminal.settings(), _which(which), out, getpass.getuser(), terminal.now(), force=force)
    terminal.show(done, [say("attendance", "ledger_done", **done)], as_json=as_json)


@attendance.command("ask", help=say("attendance", "help_ask"))
def ask(
    account: Account,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=say("attendance", "help_kind"))],
    begins: Annotated[str, typer.Argument(metavar="BEGINS", help=say("attendance", "help_begins"))],
    words: Annotated[str, typer.Option("--words", help=say("attendance", "help_words"))],
    ends: Annotated[str, typer.Option("--to", metavar="ENDS", help=say("attendance", "help_ends"))] = "",
    becomes: Annotated[str, typer.Option("--becomes", help=say("attendance", "help_becomes"))] = "",
    proof: Annotated[str, typer.Option("--proof", help=say("attendance", "help_proof"))] = "",
    proof_file: Annotated[Path | None, typer.Option("--proof-file", help=say("attendance", "help_proof_file"))] = None,
    as_json: AsJson = False,
) -> None:
    from app import attendance_records as records
    from core.people.attendance import requesting

    meant: Any = becomes or kind
    if meant not in requesting.MAY_BECOME.get(kind, ()):
        raise typer.BadParameter(say("attendance", "wrong_kind"))
    begins_at, named = _moment(begins), " ".join(filter(None, (proof, _fingerprint(proof_file))))
    ends_at = _moment(ends) if ends else begins_at
    wish = requesting.Wish(kind, meant, begins_at, ends_at, words, named)  # type: ignore[arg-type]
    asked = records.ask(terminal.settings(), account, wish, terminal.now())
    terminal.show(asked, records.request_lines([asked]), as_json=as_json)


@attendance.command("requests", help=say("attendance", "help_requests"))
def requests(as_json: AsJson = False) -> None:
    from app import attendance_records as records

    found = records.waiting(terminal.settings())
    terminal.show(found, records.request_lines(found) or [say("attendance", "none_waiting")], as_json=as_json)


@attendance.command("approve", help=say("attendance", "help_approve"))
def approve(number: Number, by: By, note: Note = "", as_json: AsJson = False) -> None:
    _decide(number, by, note, approve=True, as_json=as_json)


@attendance.command("refuse", help=say("attendance", "help_refuse"))
def refuse(number: Number, by: By, note: Note = "", as_json: AsJson = False) -> None:
    _decide(number, by, note, approve=False, as_json=as_json)


def _decide(number: int, by: str, note: str, *, approve: bool, as_json: bool) -> None:
    from app import attendance_records as records

    decided = records.decide(terminal.settings(), number, by, note, terminal.now(), approve=approve)
    terminal.show(decided, records.request_lines([decided]), as_json=as_json)


def _on(typed: str) -> date:
    return terminal.read(date.fromisoformat, typed, typer.BadParameter(say("attendance", "wrong_day")))


def _moment(typed: str) -> datetime:
    return terminal.moment(typed, typer.BadParameter(say("attendance", "wrong_moment")))


def _content(file: Path) -> bytes:
    """As much of a file as is read at all, and a byte more, so that one that is too long is seen to be. Raises Refused."""
    from core.people.attendance.device_cells import LARGEST_BYTES

    with _opened(file) as opened:
        return opened.read(LARGEST_BYTES + 1)


@contextmanager
def _opened(file: Path) -> Iterator[BufferedReader]:
    """A file to read. Raises Refused."""
    try:
        with file.open("rb") as opened:
            yield opened
    except OSError:
        raise Refused(say("attendance", "no_file", file=file)) from None


def _fingerprint(file: Path | None) -> str:
    """A proof by its name and digest: the office keeps the paper, and can show that it is this one."""
    if file is None:
        return ""
    with _opened(file) as opened:
        return f"{file.name} SHA-256 {hashlib.file_digest(opened, 'sha256').hexdigest()}"


def _which(typed: str) -> Month:
    from app import attendance_records as records

    found = records.month_of(typed, local_day(terminal.now()))
    if found is None:
        raise typer.BadParameter(say("attendance", "wrong_month"))
    return found
