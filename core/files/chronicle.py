"""What happened to a case and what was said about it, as plain text that is readable for ever. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from core.files.account import Account, Step, result_of
from core.files.legible import indented, on_one_line
from core.files.words import moment, words
from core.messages import Line

TASKS = ("task_added", "task_done")
RECORDS = ("recorded", "investigated")


def chronology(account: Account) -> str:
    title = words("chronology", "title", number=account.number)
    return f"{title}\n\n{_steps(account.steps)}"


def decisions(account: Account) -> str:
    """What staff decided, with their words."""
    title = words("decisions", "title", number=account.number)
    return f"{title}\n\n{_steps(step for step in account.steps if step.decided) or words('decisions', 'none')}\n"


def work(account: Account, now: datetime) -> str:
    """What staff made of it: the outcome, who took part, by what time limits, what was asked and seen."""
    sections = {
        "result": _result(account),
        "people": [words("work", "person", post=one.label, names=one.words) for one in account.people],
        "clocks": [line for term in account.terms for line in term.lines(now)],
    }
    listed = "".join(f"{words('work', key)}\n{_listed(lines)}\n" for key, lines in sections.items())
    tasks, records = (account.of(*kinds) for kinds in (TASKS, RECORDS))
    steps = "".join(
        f"{words('work', key)}\n{_steps(of) or _listed(())}\n" for key, of in (("tasks", tasks), ("records", records))
    )
    return f"{words('work', 'title', number=account.number)}\n\n{listed}{steps}"


def _result(account: Account) -> Iterator[str]:
    if account.outcome:
        yield words("work", "outcome", outcome=result_of(account))
    if account.measures:
        yield words("work", "measures", measures=words("case", "comma").join(account.measures))


def _listed(lines: Iterable[str]) -> str:
    return indented("\n".join(lines) or words("work", "none"))


def conversation(number: str, lines: Sequence[Line]) -> str:
    """What was said until the case was filed, and what its complainant was told later."""
    title = words("conversation", "title", number=number)
    return f"{title}\n\n{''.join(map(_said, lines)) or words('conversation', 'none')}\n"


def _steps(steps: Iterable[Step]) -> str:
    return "".join(_happened(step) for step in steps)


def _happened(step: Step) -> str:
    key = "step" if step.position is None else "numbered"
    head = words(
        "chronology", key, at=moment(step.at), position=step.position, who=on_one_line(step.who), what=step.what
    )
    return f"{head}\n{indented(step.note)}"


def _said(line: Line) -> str:
    head = words("conversation", "line", at=moment(line.at), who=words("conversation", line.direction))
    names = "; ".join(map(on_one_line, line.files))
    files = indented(words("conversation", "files", names=names)) if line.files else ""
    return f"{head}\n{indented(line.text)}{files}"
