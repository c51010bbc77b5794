"""``tousu policy``: what packs there are, what one says, and whether a file is a good one.

A wrong pack raises PolicyError, one line per problem, which the command line's edge prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from app import terminal
from app.policy_diff import diff_lines, diff_record
from app.policy_roles import deciding, deputies, duties, end_of, extension_of, working
from app.policy_timeline import timeline_lines, timeline_record
from app.policy_words import start_of
from app.terminal import AsJson
from app.texts_cli import say
from core.cases.calendar import Calendar, calendar
from core.policies.load import load, packs, read_file
from core.policies.policy import Clock, Level, Policy, Post

policy = typer.Typer(help=say("policy", "help"), no_args_is_help=True)

IdOrPath = Annotated[str, typer.Argument(metavar="ID", help=say("policy", "help_id"))]
Shown = Annotated[str, typer.Argument(metavar="ID", help=say("policy", "help_shown"))]
File = Annotated[str, typer.Argument(metavar="FILE", help=say("policy", "help_file"))]

YEARS = range(1990, 2101)
"""Received before or after is a slip of the pen."""


@policy.command("list", help=say("policy", "help_list"))
def list_packs(as_json: AsJson = False) -> None:
    rows = [_row(load(name)) for name in packs()]
    terminal.show(rows, [say("policy", "row", **row) for row in rows], as_json=as_json)


@policy.command("show", help=say("policy", "help_show"))
def show(id_or_path: Shown = "", as_json: AsJson = False) -> None:
    pack = load(id_or_path or _in_use())
    terminal.show(pack.model_dump(mode="json"), _described(pack), as_json=as_json)


@policy.command("check", help=say("policy", "help_check"))
def check(file: File, as_json: AsJson = False) -> None:
    pack = read_file(file)
    counts = {"fields": len(pack.fields), "categories": len(pack.categories), "posts": len(pack.posts)}
    terminal.show(_row(pack), [say("policy", "good", file=file, **_row(pack), **counts)], as_json=as_json)


@policy.command("timeline", help=say("policy", "help_timeline"))
def timeline(
    id_or_path: IdOrPath,
    received: Annotated[str, typer.Option(metavar="ISO", help=say("policy", "help_received"))],
    level: Annotated[Level, typer.Option(help=say("policy", "help_level"))] = "general",
    as_json: AsJson = False,
) -> None:
    asked = (load(id_or_path), terminal.moment(received, _wrong_moment(), YEARS), _calendar(), level)
    terminal.show(timeline_record(*asked), timeline_lines(*asked), as_json=as_json)


@policy.command("diff", help=say("policy", "help_diff"))
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help=say("policy", "help_old"))],
    new: Annotated[str, typer.Argument(metavar="NEW", help=say("policy", "help_new"))],
    as_json: AsJson = False,
) -> None:
    sides = (load(old), load(new))
    terminal.show(diff_record(*sides), diff_lines(*sides), as_json=as_json)


def _in_use() -> str:
    return terminal.settings().policy


def _calendar() -> Calendar:
    """The institution's own, with what it imported, where its database is there; else the years that come with the product."""
    from app.resources import open_store
    from core.cases import calendar_changes

    settings = terminal.settings()
    file = settings.database_url.removeprefix("sqlite:///")
    if file != settings.database_url and not Path(file).exists():
        return calendar()
    store = open_store(settings, read_only=True)
    try:
        return store.read(calendar_changes.current)
    finally:
        store.close()


def _wrong_moment() -> typer.BadParameter:
    expected = say("policy", "wrong_moment", first=YEARS[0], last=YEARS[-1])
    return typer.BadParameter(expected, param_hint="--received")


def _row(pack: Policy) -> dict[str, str]:
    effective_from = pack.effective_from.isoformat()
    return {"id": pack.id, "title": pack.title.zh, "version": pack.version, "effective_from": effective_from}


def _described(pack: Policy) -> Iterator[str]:
    yield say("policy_show", "head", **_row(pack))
    yield from _institution(pack)
    yield say("policy_show", "fields")
    yield from _fields(pack)
    yield say("policy_show", "categories")
    yield from _categories(pack)
    yield from _exclusions(pack)
    yield say("policy_show", "clocks")
    yield from (_clock(clock, pack) for clock in pack.clocks)
    yield say("policy_show", "posts")
    yield from (_post(post, pack) for post in pack.posts)
    yield say("policy_show", "deciding")
    yield from (say("policy_show", "sentence", said=said) for said in deciding(pack))
    yield say("policy_show", "working")
    yield from (say("policy_show", "sentence", said=said) for said in working(pack))
    yield from _rest(pack)


def _institution(pack: Policy) -> Iterator[str]:
    office, number = pack.institution, pack.number
    yield say("policy_show", "institution", name=office.name.zh, phone=office.phone, visit=office.visit.zh)
    hours = " ".join(f"{row.opens_at:%H:%M}–{row.closes_at:%H:%M}" for row in office.hours)
    yield say("policy_show", "hours", hours=hours)
    rules = {"restart": say("restart", number.restart), "check": say("check", number.check)}
    yield say("policy_show", "number", pattern=number.pattern, **rules)
    allowed = "anonymous_yes" if pack.anonymity.allowed else "anonymous_no"
    yield say("policy_show", allowed, explain=pack.anonymity.explain.zh)


def _fields(pack: Policy) -> Iterator[str]:
    for number, field in enumerate(pack.fields, start=1):
        required = say("policy_show", "required" if field.required else "optional")
        personal = say("policy_show", "personal") if field.personal else ""
        words = {"label": field.label.zh, "question": field.question.zh}
        yield say("policy_show", "field", number=number, required=required, personal=personal, **words)


def _categories(pack: Policy) -> Iterator[str]:
    for number, category in enumerate(pack.categories, start=1):
        words = {"label": category.label.zh, "key": category.key, "unit": category.unit.zh}
        yield say("policy_show", "category", number=number, count=len(category.keywords), **words)


def _exclusions(pack: Policy) -> Iterator[str]:
    if pack.exclusions:
        yield say("policy_show", "exclusions")
    for number, exclusion in enumerate(pack.exclusions, start=1):
        yield say("policy_show", "exclusion", number=number, label=exclusion.label.zh, go_to=exclusion.go_to.zh)


def _clock(clock: Clock, pack: Policy) -> str:
    extension = extension_of(clock, pack)
    extension = say("policy_show", "extension", extension=extension) if extension else ""
    level = say("policy_only", clock.level) if clock.level else ""
    names = {"label": clock.label.zh, "key": clock.key, "start": start_of(clock, pack), "limit": clock.limit}
    ends = {"unit": say("unit", clock.unit), "level": level, "extension": extension, "end": end_of(clock)}
    return say("policy_show", "clock", **names, **ends)


def _post(post: Post, pack: Policy) -> str:
    away = deputies(post, pack)
    away = say("policy_show", "deputies", deputies=away) if away else ""
    return say("policy_show", "post", label=post.label.zh, key=post.key, duties=duties(post), deputies=away)


def _rest(pack: Policy) -> Iterator[str]:
    drafts, evidence, privacy = pack.drafts, pack.evidence, pack.privacy
    promised = pack.clock(pack.receipt.promise).label.zh
    yield say("policy_show", "receipt", clock=promised, hear_what=pack.receipt.hear_what.zh)
    yield say("policy_show", "evidence", files=evidence.max_files, megabytes=evidence.max_megabytes)
    ends = {"remind": drafts.remind_after_hours, "expire": drafts.expire_after_days}
    yield say("policy_show", "drafts", resume=drafts.resume_after_minutes, **ends)
    notice = {"years": privacy.keep_years, "notice": privacy.notice.zh}
    yield say("policy_show", "privacy", version=privacy.version, **notice)
