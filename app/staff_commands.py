"""``tousu staff``: who works here, in which posts and unit, who is away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import terminal
from app.terminal import OPERATOR, AsJson
from app.texts_cli import say

if TYPE_CHECKING:
    from core.cases.office import Office
    from core.people.staffing import Changed
    from core.store.unit_of_work import UnitOfWork

staff = typer.Typer(help=say("staff", "help"), no_args_is_help=True)

"""Whoever runs the machine: the command line asks for no password beyond that of the machine."""

Account = Annotated[str, typer.Argument(help=say("staff", "help_account"))]
Posts = Annotated[list[str] | None, typer.Option("--post", help=say("staff", "help_posts"))]
Name = Annotated[str, typer.Option("--name", help=say("staff", "help_name"))]
Unit = Annotated[str, typer.Option("--unit", help=say("staff", "help_unit"))]


@staff.command("add", help=say("staff", "help_add"))
def add(account: Account, name: Name, posts: Posts = None, unit: Unit = "", as_json: AsJson = False) -> None:
    from core.people import staffing

    _change(
        lambda uow, office: staffing.join(uow, office, account, name, unit, posts or (), OPERATOR, terminal.now()),
        as_json,
    )


@staff.command("list", help=say("staff", "help_list"))
def everybody(as_json: AsJson = False) -> None:
    from app import staff_records

    settings = terminal.settings()
    records = staff_records.everybody(settings)
    terminal.show(records, staff_records.lines(records) or [staff_records.first_step(settings)], as_json=as_json)


@staff.command("post", help=say("staff", "help_post"))
def post(
    account: Account,
    posts: Annotated[list[str], typer.Argument(help=say("staff", "help_posts"))],
    as_json: AsJson = False,
) -> None:
    from core.people import staffing

    _change(lambda uow, office: staffing.appoint(uow, office, account, posts, OPERATOR, terminal.now()), as_json)


@staff.command("rename", help=say("staff", "help_rename"))
def rename(account: Account, name: Name, as_json: AsJson = False) -> None:
    from core.people import staffing

    _change(lambda uow, office: staffing.rename(uow, office, account, name, OPERATOR, terminal.now()), as_json)


@staff.command("unit", help=say("staff", "help_move"))
def unit(
    account: Account,
    to: Annotated[str, typer.Argument(help=say("staff", "help_unit"))],
    as_json: AsJson = False,
) -> None:
    from core.people import staffing

    _change(lambda uow, office: staffing.move(uow, office, account, to, OPERATOR, terminal.now()), as_json)


@staff.command("away", help=say("staff", "help_away"))
def away(account: Account, as_json: AsJson = False) -> None:
    from core.people import staffing

    _change(lambda uow, office: staffing.be_away(uow, office, account, OPERATOR, terminal.now(), away=True), as_json)


@staff.command("back", help=say("staff", "help_back"))
def back(account: Account, as_json: AsJson = False) -> None:
    from core.people import staffing

    _change(lambda uow, office: staffing.be_away(uow, office, account, OPERATOR, terminal.now(), away=False), as_json)


@staff.command("leave", help=say("staff", "help_leave"))
def leave(account: Account, as_json: AsJson = False) -> None:
    from core.people import staffing

    _change(lambda uow, office: staffing.leave(uow, office, account, OPERATOR, terminal.now()), as_json)


@staff.command("bind", help=say("staff", "help_bind"))
def bind(account: Account, as_json: AsJson = False) -> None:
    from app import staff_records

    record = staff_records.invite(terminal.settings(), account, OPERATOR, terminal.now())
    terminal.show(record, [say("staff", "invited", **record)], as_json=as_json)


@staff.command("unbind", help=say("staff", "help_unbind"))
def unbind(account: Account, as_json: AsJson = False) -> None:
    from app import staff_records

    record = staff_records.unbind(terminal.settings(), account, OPERATOR, terminal.now())
    terminal.show(record, [say("staff", "unbound", **record)], as_json=as_json)


def _change(work: Callable[[UnitOfWork, Office], Changed], as_json: bool) -> None:
    from app import staff_records

    record: dict[str, Any] = staff_records.change(terminal.settings(), work)
    terminal.show(record, [staff_records.line(record)], as_json=as_json)
