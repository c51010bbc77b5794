"""The reference page of a case's life, made from its table: ``python -m app.lifecycle_page`` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from app.texts_cli import say
from core.cases.lifecycle import TABLE, Transition
from core.cases.vocabulary import FINAL, Status
from core.texts import load_texts

FILE = Path(__file__).parents[1] / "docs" / "reference" / "lifecycle.md"


def page() -> str:
    """A diagram, and the table row by row."""
    return "\n".join((*_head(), *_diagram(), "```", "", *_rows())) + "\n"


def main() -> None:
    """Write the page."""
    FILE.write_text(page(), encoding="utf-8")


def _head() -> Iterator[str]:
    yield from (
        say("lifecycle_page", "title"),
        "",
        say("lifecycle_page", "made"),
        "",
        say("lifecycle_page", "about"),
        "",
    )
    yield from ("```mermaid", "stateDiagram-v2")


def _diagram() -> Iterator[str]:
    """Statuses with their Chinese names; what leaves a case where it is stands in the table alone."""
    for status in get_args(Status):
        yield f"    {status}: {_status(status)}"
    yield "    [*] --> registered"
    moves = dict.fromkeys((row.source, row.target, row.action) for row in TABLE if row.target != row.source)
    for source, target, action in moves:
        yield f"    {source} --> {target}: {say('lifecycle_action', action)}"
    for status in get_args(Status):
        if status in FINAL:
            yield f"    {status} --> [*]"


def _rows() -> Iterator[str]:
    yield say("lifecycle_page", "columns")
    yield "|---|---|---|---|---|---|---|"
    yield from map(_row, TABLE)


def _row(row: Transition) -> str:
    told = "told" if row.notice else "did_it" if row.side == "complainant" else "not_told"
    return say(
        "lifecycle_page",
        "row",
        source=_status(row.source),
        action=f"{say('lifecycle_action', row.action)}（`{row.action}`）",
        target=_status(row.target),
        side=_who(row),
        needs="、".join(map(_need, row.needs)) or "—",
        when="、".join(map(_condition, row.when)) or "—",
        notice=say("lifecycle_page", told),
    )


def _who(row: Transition) -> str:
    duties = "、".join(load_texts().render("zh", f"duty.{duty}") for duty in row.duties)
    return duties or say("lifecycle_side", row.side)


def _need(need: str) -> str:
    names = [load_texts().render("zh", f"field.{name}") for name in need.split("|")]
    return say("lifecycle_page", "either", one=names[0], other=names[1]) if len(names) > 1 else names[0]


def _condition(name: str) -> str:
    key = "has_not" if name.startswith("no_") else "has"
    return say("lifecycle_page", key, feature=say("lifecycle_feature", name.removeprefix("no_")))


def _status(status: str) -> str:
    return load_texts().render("zh", f"status.is.{status}")


if __name__ == "__main__":
    main()
