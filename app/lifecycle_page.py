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
    yield from (say("lifecycle_page", "title"), "", say("lifecycle_page", "made"), "", "```mermaid", "stateDiagram-v2")


def _diagram() -> Iterator[str]:
    """Statuses with their Chinese names; what leaves a case where it is stands in the table alone."""
    for status in get_args(Status):
        yield f"    {status}: {_status(status)}"
    yield "    [*] --> registered"
    for row in TABLE:
        if row.target != row.source:
            yield f"    {row.source} --> {row.target}: {say('lifecycle_action', row.action)}"
    for status in get_args(Status):
        if status in FINAL:
            yield f"    {status} --> [*]"


def _rows() -> Iterator[str]:
    yield say("lifecycle_page", "columns")
    yield "|---|---|---|---|---|---|"
    yield from map(_row, TABLE)


def _row(row: Transition) -> str:
    return say(
        "lifecycle_page",
        "row",
        source=_status(row.source),
        action=f"{say('lifecycle_action', row.action)}（`{row.action}`）",
        target=_status(row.target),
        side=say("lifecycle_side", row.side),
        words=say("lifecycle_page", "needed" if row.needs_words else "not_needed"),
        notice=say("lifecycle_page", "told" if row.notice else "did_it"),
    )


def _status(status: str) -> str:
    return load_texts().render("zh", f"status.is.{status}")


if __name__ == "__main__":
    main()
