"""The reference pages of the packs, made from the packs: ``python -m app.policy_pages`` writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from app.clock_picture import picture
from app.policy_roles import deciding, deputies, duties, end_of, extension_of, working
from app.policy_words import clock_label, start_of
from app.texts_cli import say
from core.policies.load import load, packs
from core.policies.policy import Clock, Policy

FOLDER = Path(__file__).parents[1] / "docs" / "reference" / "policies"


def pages() -> Mapping[str, str]:
    """Every page and picture by its file name: an index, and two files for each pack."""
    rules = [load(name) for name in packs()]
    found = {"README.md": _text(_index(rules))}
    for pack in rules:
        found |= {f"{pack.id}.md": _text(_page(pack)), f"{pack.id}.svg": picture(pack)}
    return found


def main() -> None:
    """Write the pages that are not there, or no longer right."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in pages().items():
        (FOLDER / name).write_text(content, encoding="utf-8")


def _text(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _said(key: str, /, **words: object) -> str:
    """A line of a page; an upright stroke would end a cell of its table."""
    return say("policy_page", key, **{name: str(word).replace("|", "\\|") for name, word in words.items()})


def _names(pack: Policy) -> dict[str, str]:
    effective_from = pack.effective_from.isoformat()
    return {"id": pack.id, "title": pack.title.zh, "version": pack.version, "effective_from": effective_from}


def _index(rules: list[Policy]) -> Iterator[str]:
    yield from (_said("index"), "", _said("index_made"), "", _said("index_head"), _said("index_rule"))
    for pack in rules:
        clocks = "<br>".join(_short(clock) for clock in pack.clocks)
        yield _said("index_row", **_names(pack), clocks=clocks)


def _short(clock: Clock) -> str:
    level = _said("index_level", level=say("policy_level", clock.level)) if clock.level else ""
    return _said("index_clock", label=clock.label.zh, limit=clock.limit, unit=say("unit", clock.unit), level=level)


def _page(pack: Policy) -> Iterator[str]:
    yield from (
        _said("head", **_names(pack)),
        "",
        _said("facts", **_names(pack)),
        "",
        _said("made", **_names(pack)),
        "",
    )
    yield from _asked(pack)
    yield from _decides(pack)
    yield from (_said("works"), "", *(_said("rest_row", said=said) for said in working(pack)), "")
    yield from _clocks(pack)
    yield from _told(pack)
    yield from _rest(pack)


def _asked(pack: Policy) -> Iterator[str]:
    yield from (_said("asked"), "", _said("asked_head"), _said("asked_rule"))
    for number, field in enumerate(pack.fields, start=1):
        required = say("policy_diff", "yes" if field.required else "no")
        words = {"label": field.label.zh, "question": field.question.zh, "help": field.help.zh}
        yield _said("asked_row", number=number, required=required, **words)
    yield ""


def _decides(pack: Policy) -> Iterator[str]:
    yield from (_said("decides"), "", _said("decides_head"), _said("decides_rule"))
    yield from (_said("decides_row", label=row.label.zh, unit=row.unit.zh) for row in pack.categories)
    yield from ("", _said("posts_head"), _said("posts_rule"))
    for post in pack.posts:
        away = deputies(post, pack) or _said("no_deputy")
        yield _said("posts_row", label=post.label.zh, key=post.key, duties=duties(post), deputies=away)
    extensions = ((clock.label.zh, extension_of(clock, pack)) for clock in pack.clocks if clock.extension)
    extended = [_said("extended", label=label, extension=extension) for label, extension in extensions]
    yield from ("", *(_said("rest_row", said=said) for said in (*deciding(pack), *extended)), "")
    if pack.exclusions:
        yield from (_said("exclusions_head"), _said("exclusions_rule"))
        for row in pack.exclusions:
            yield _said("exclusions_row", label=row.label.zh, reason=row.reason.zh, go_to=row.go_to.zh)
        yield ""


def _clocks(pack: Policy) -> Iterator[str]:
    yield from (_said("clocks"), "", _said("picture", **_names(pack)), "", _said("clocks_head"), _said("clocks_rule"))
    for clock in pack.clocks:
        whose = say("policy_level", clock.level) if clock.level else _said("every_level")
        names = {"label": clock.label.zh, "key": clock.key, "start": start_of(clock, pack), "end": end_of(clock)}
        yield _said("clocks_row", **names, limit=clock.limit, unit=say("unit", clock.unit), whose=whose)
    yield from ("", _said("try", **_names(pack)), "")


def _told(pack: Policy) -> Iterator[str]:
    receipt = pack.receipt
    promised = {"promise": clock_label(receipt.promise, pack), "hear_what": receipt.hear_what.zh}
    yield from (_said("told"), "", _said("promise", **promised), "")
    if receipt.then:
        yield from (_said("then", then=clock_label(receipt.then, pack)), "")
    yield from (_said("step", number=number, step=step.zh) for number, step in enumerate(receipt.steps, start=1))
    yield ""


def _rest(pack: Policy) -> Iterator[str]:
    yield from (_said("rest"), "")
    hours = " ".join(f"{row.opens_at:%H:%M}–{row.closes_at:%H:%M}" for row in pack.institution.hours)
    yield _said("rest_row", said=say("policy_show", "hours", hours=hours))
    number = pack.number
    rules = {"restart": say("restart", number.restart), "check": say("check", number.check)}
    yield _said("rest_row", said=say("policy_show", "number", pattern=f"`{number.pattern}`", **rules))
    allowed = "anonymous_yes" if pack.anonymity.allowed else "anonymous_no"
    yield _said("rest_row", said=say("policy_show", allowed, explain=pack.anonymity.explain.zh))
    limits = {"files": pack.evidence.max_files, "megabytes": pack.evidence.max_megabytes}
    yield _said("rest_row", said=say("policy_show", "evidence", **limits))


if __name__ == "__main__":
    main()
