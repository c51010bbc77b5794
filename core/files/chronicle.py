"""What happened to a case and what was said about it, as plain text that is readable for ever. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.files.account import Account, Step
from core.files.legible import indented, on_one_line
from core.files.words import moment, words
from core.messages import Line


def chronology(account: Account) -> str:
    title = words("chronology", "title", number=account.number)
    return f"{title}\n\n{_steps(account.steps)}"


def decisions(account: Account) -> str:
    """What staff decided, with their words."""
    title = words("decisions", "title", number=account.number)
    return f"{title}\n\n{_steps(step for step in account.steps if step.decided) or words('decisions', 'none')}\n"


def conversation(number: str, lines: Sequence[Line]) -> str:
    """What was said until the case was filed, and what its complainant was told later."""
    title = words("conversation", "title", number=number)
    return f"{title}\n\n{''.join(map(_said, lines)) or words('conversation', 'none')}\n"


def _steps(steps: Iterable[Step]) -> str:
    return "".join(_happened(step) for step in steps)


def _happened(step: Step) -> str:
    head = words("chronology", "step", at=moment(step.at), who=on_one_line(step.who), what=step.what)
    return f"{head}\n{indented(step.note)}"


def _said(line: Line) -> str:
    head = words("conversation", "line", at=moment(line.at), who=words("conversation", line.direction))
    names = "; ".join(map(on_one_line, line.files))
    files = indented(words("conversation", "files", names=names)) if line.files else ""
    return f"{head}\n{indented(line.text)}{files}"
