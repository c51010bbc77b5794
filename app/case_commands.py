"""``tousu case``: cases for staff without a browser. Reads arguments, calls one function, shows its result."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app import terminal
from app.terminal import AsJson
from app.texts_cli import say
from core.errors import Refused

case = typer.Typer(help=say("help", "case"), no_args_is_help=True)

Number = Annotated[str, typer.Argument(help=say("help", "number"))]
Account = Annotated[str, typer.Option("--as", help=say("help", "act_as"))]
Viewer = Annotated[str, typer.Option("--as", help=say("help", "view_as"))]
Fields = Annotated[list[str] | None, typer.Option("--field", help=say("help", "act_field"))]
Answers = Annotated[list[str] | None, typer.Option("--field", help=say("help", "register_field"))]
Seen = Annotated[int | None, typer.Option(min=0, help=say("help", "seen"))]
Slip = Annotated[Path | None, typer.Option("--slip", help=say("help", "slip"), resolve_path=True)]


@case.command("list", help=say("help", "case_list"))
def case_list(
    limit: Annotated[int, typer.Option(min=1, max=1000, help=say("help", "limit"))] = 50,
    status: Annotated[str, typer.Option(help=say("help", "status"))] = "",
    text: Annotated[str, typer.Option("--search", help=say("help", "search"))] = "",
    account: Viewer = "",
    as_json: AsJson = False,
) -> None:
    from app import case_records

    cases = case_records.latest(terminal.settings(), limit, account, status=status or None, text=text or None)
    terminal.show(cases, case_records.list_lines(cases), as_json=as_json)


@case.command("show", help=say("help", "case_show"))
def case_show(number: Number, account: Viewer = "", as_json: AsJson = False) -> None:
    from app import case_records

    record = case_records.one(terminal.settings(), number, account, terminal.now())
    if record is None:
        raise Refused(say("case", "missing"))
    terminal.show(record, case_records.detail_lines(record), as_json=as_json)


@case.command("act", help=say("help", "case_act"))
def case_act(
    number: Number,
    action: Annotated[str, typer.Argument(help=say("help", "action"))],
    account: Account,
    fields: Fields = None,
    seen: Seen = None,
    as_json: AsJson = False,
) -> None:
    from app import act_command

    record = act_command.act(terminal.settings(), number, action, account, fields or (), terminal.now(), seen)
    terminal.show(record, act_command.lines(record), as_json=as_json)


@case.command("register", help=say("help", "case_register"))
def case_register(
    channel: Annotated[str, typer.Option(help=say("help", "channel"))],
    account: Account,
    fields: Answers = None,
    category: Annotated[str, typer.Option(help=say("help", "category"))] = "",
    anonymous: Annotated[bool, typer.Option("--anonymous", help=say("help", "anonymous"))] = False,
    relation: Annotated[str, typer.Option(help=say("help", "relation"))] = "",
    slip: Slip = None,
    as_json: AsJson = False,
) -> None:
    from app import register_command

    record = register_command.register(
        terminal.settings(),
        account,
        channel,
        fields or (),
        terminal.now(),
        category=category,
        anonymous=anonymous,
        relation=relation,
        slip=slip,
    )
    terminal.show(record, register_command.lines(record), as_json=as_json)


@case.command("clocks", help=say("help", "case_clocks"))
def case_clocks(number: Number, account: Viewer = "", as_json: AsJson = False) -> None:
    from app import case_clocks as explained

    record = explained.explain(terminal.settings(), number, account, terminal.now())
    if record is None:
        raise Refused(say("case", "missing"))
    terminal.show(record, explained.lines(record), as_json=as_json)


@case.command("calls", help=say("help", "case_calls"))
def case_calls(
    limit: Annotated[int, typer.Option(min=1, max=1000, help=say("help", "limit"))] = 200,
    account: Viewer = "",
    as_json: AsJson = False,
) -> None:
    from app import delivery_records

    records = delivery_records.calls(terminal.settings(), account, limit, terminal.now())
    terminal.show(records, delivery_records.call_lines(records), as_json=as_json)


@case.command("notices", help=say("help", "case_notices"))
def case_notices(number: Number, account: Viewer = "", as_json: AsJson = False) -> None:
    from app import delivery_records

    record = delivery_records.notices(terminal.settings(), number, account, terminal.now())
    if record is None:
        raise Refused(say("case", "missing"))
    terminal.show(record, delivery_records.notice_lines(record), as_json=as_json)


@case.command("link", help=say("help", "case_link"))
def case_link(number: Number, account: Viewer = "", as_json: AsJson = False) -> None:
    from app import delivery_records

    record = delivery_records.link(terminal.settings(), number, account, terminal.now())
    if record is None:
        raise Refused(say("case", "missing"))
    terminal.show(record, [say("case_link", "done", **record)], as_json=as_json)


@case.command("redacted", help=say("help", "case_redacted"))
def case_redacted(
    number: Number,
    account: Account,
    out: Annotated[Path | None, typer.Option("--out", help=say("help", "redacted_out"), resolve_path=True)] = None,
) -> None:
    from app import documents

    text = documents.make_redacted(terminal.settings(), number, account, out, terminal.now())
    typer.echo(text)
