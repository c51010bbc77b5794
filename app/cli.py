"""The command ``tousu``: reads arguments, calls one function, shows its result. Everything heavy is imported when used."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from app import file_commands, terminal
from app.terminal import AsJson
from app.texts_cli import say
from core.errors import AlreadyRunning, NeverStarted, Refused, StoreUnavailable, TousuError

GROUPS = ("policy", "calendar", "case", "delivery", "staff", "roster", "people", "alerts", "audit", "attendance")
"""Each is the application of that name in ``app/<name>_commands.py``."""


class Commands(TyperGroup):
    """Loads a group of commands when it is asked for: a service that runs needs none of them."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in GROUPS:
            return super().get_command(ctx, cmd_name)
        group = get_group(getattr(import_module(f"app.{cmd_name}_commands"), cmd_name))
        group.name = cmd_name
        return group


cli = typer.Typer(
    cls=Commands, help=say("help", "tousu"), no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False
)
for group in GROUPS:
    cli.add_typer(typer.Typer(), name=group)
cli.add_typer(file_commands.files)
db = typer.Typer(help=say("help", "db"), no_args_is_help=True)
cli.add_typer(db, name="db")
wechat = typer.Typer(help=say("help", "wechat"), no_args_is_help=True)
cli.add_typer(wechat, name="wechat")
menu = typer.Typer(help=say("help", "wechat_menu"), no_args_is_help=True)
wechat.add_typer(menu, name="menu")

telegram = typer.Typer(help=say("help", "telegram"), no_args_is_help=True)
cli.add_typer(telegram, name="telegram")
webhook = typer.Typer(help=say("help", "telegram_webhook"), no_args_is_help=True)
telegram.add_typer(webhook, name="webhook")

robots = typer.Typer(help=say("help", "robots"), no_args_is_help=True)
cli.add_typer(robots, name="robots")

OF_THE_DATABASE: dict[type[TousuError], str] = {
    AlreadyRunning: "already_running",
    NeverStarted: "never_started",
    StoreUnavailable: "unavailable",
}
"""What a clerk may meet without having done anything wrong."""


def main() -> None:
    """Exit 0 when done, 1 with one clear line when refused, 2 on a wrong command line."""
    try:
        cli()
    except TousuError as error:
        known = OF_THE_DATABASE.get(type(error))
        typer.echo(say("db", known) if known else str(error), err=True)
        raise SystemExit(1) from None


@cli.command(help=say("help", "serve"))
def serve(
    host: Annotated[str, typer.Option(help=say("help", "host"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help=say("help", "port"))] = 8000,
    role: Annotated[str, typer.Option(help=say("help", "role"))] = "all",
) -> None:
    from app import serve as service

    if role not in service.ROLES:
        raise typer.BadParameter(say("serve", "roles"), param_hint="--role")
    service.serve(terminal.settings(), host, port, role)


@cli.command(help=say("help", "chat"))
def chat(name: Annotated[str, typer.Option("--as", help=say("help", "chat_as"))] = "me") -> None:
    from app.chat import chat as talk

    talk(terminal.settings(), name)


@cli.command(help=say("help", "classify"))
def classify(
    text: Annotated[str, typer.Argument(help=say("help", "classify_text"))],
    policy: Annotated[str, typer.Option(help=say("help", "policy_id"))] = "",
    as_json: AsJson = False,
) -> None:
    from app import classify_command

    suggestion, pack = classify_command.classify_text(text, policy or terminal.settings().policy)
    terminal.show(classify_command.as_record(suggestion), classify_command.as_lines(suggestion, pack), as_json=as_json)


@cli.command(help=say("help", "doctor"))
def doctor() -> None:
    from app import doctor as examination
    from app.findings import line

    findings = examination.examine()
    _show([line(finding) for finding in findings])
    if not all(finding.good for finding in findings):
        raise SystemExit(1)


@cli.command(help=say("help", "backup"))
def backup(
    file: Annotated[Path, typer.Argument(help=say("help", "backup_file"), resolve_path=True)],
    as_json: AsJson = False,
) -> None:
    from app import backup_commands

    record = backup_commands.make_backup(terminal.settings(), file, terminal.now())
    terminal.show(record, backup_commands.backup_lines(record), as_json=as_json)


@cli.command(help=say("help", "restore"))
def restore(
    file: Annotated[Path, typer.Argument(help=say("help", "restore_file"), resolve_path=True)],
    skip_numbers: Annotated[int, typer.Option(min=0, max=100_000, help=say("help", "skip_numbers"))] = 0,
    as_json: AsJson = False,
) -> None:
    from app import backup_commands

    record = backup_commands.bring_back(terminal.settings(), file, skip_numbers)
    terminal.show(record, backup_commands.restore_lines(record), as_json=as_json)


@db.command("upgrade", help=say("help", "db_upgrade"))
def db_upgrade() -> None:
    from app import db_commands

    _show([db_commands.upgrade_database(terminal.settings())])


@db.command("rotate-keys", help=say("help", "db_rotate"))
def db_rotate_keys() -> None:
    from app import db_commands

    _show([db_commands.rotate_keys(terminal.settings())])


@menu.command("push", help=say("help", "wechat_menu_push"))
def wechat_menu_push() -> None:
    from app.wechat_menu import push_menu

    _show([push_menu(terminal.settings())])


@webhook.command("set", help=say("help", "telegram_webhook_set"))
def telegram_webhook_set() -> None:
    from app.telegram_webhook import set_webhook

    _show([set_webhook(terminal.settings())])


@webhook.command("delete", help=say("help", "telegram_webhook_delete"))
def telegram_webhook_delete() -> None:
    from app.telegram_webhook import delete_webhook

    _show([delete_webhook(terminal.settings())])


@robots.command("test", help=say("help", "robots_test"))
def robots_test() -> None:
    from app.robots_command import try_robots

    lines, sent = try_robots(terminal.settings())
    _show(lines)
    if not sent:
        raise Refused(say("robots", "failed"))


def _show(lines: list[str]) -> None:
    for line in lines:
        typer.echo(line)
