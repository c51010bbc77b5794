"""The life of a case as one table: from where, by what, to where, who may, and what is said about it. Pure."""

from __future__ import annotations

from core.cases.vocabulary import Action, Side, Status
from core.errors import Refused
from core.records import record


@record(frozen=True, slots=True)
class Transition:
    """One row: ``entry`` is the kind of the timeline line, ``notice`` tells the complainant ("" where they did it themselves)."""

    source: Status
    action: Action
    target: Status
    side: Side
    entry: str
    notice: str = ""
    needs_words: bool = False


TABLE: tuple[Transition, ...] = (
    Transition("registered", "accept", "accepted", "staff", "accepted", notice="accepted"),
    Transition("registered", "decline", "declined", "staff", "declined", notice="declined", needs_words=True),
    Transition("registered", "refer", "referred", "staff", "referred", notice="referred", needs_words=True),
    Transition("accepted", "refer", "referred", "staff", "referred", notice="referred", needs_words=True),
    Transition("registered", "report_progress", "registered", "staff", "progress", notice="progress", needs_words=True),
    Transition("accepted", "report_progress", "accepted", "staff", "progress", notice="progress", needs_words=True),
    Transition("registered", "extend", "registered", "staff", "extended", notice="extended", needs_words=True),
    Transition("accepted", "extend", "accepted", "staff", "extended", notice="extended", needs_words=True),
    Transition("registered", "close", "closed", "staff", "closed", notice="closed", needs_words=True),
    Transition("accepted", "close", "closed", "staff", "closed", notice="closed", needs_words=True),
    Transition("registered", "withdraw", "withdrawn", "complainant", "withdrawn"),
    Transition("accepted", "withdraw", "withdrawn", "complainant", "withdrawn"),
    Transition("registered", "supplement", "registered", "complainant", "supplemented"),
    Transition("accepted", "supplement", "accepted", "complainant", "supplemented"),
    Transition("registered", "urge", "registered", "complainant", "urged"),
    Transition("accepted", "urge", "accepted", "complainant", "urged"),
    Transition("closed", "reopen", "accepted", "complainant", "reopened"),
    Transition("closed", "rate", "closed", "complainant", "rated"),
)


def decide(status: str, action: Action, side: Side, words: str = "") -> Transition:
    """The row that allows it. Raises Refused, with a texts key, where none does."""
    row = next((row for row in TABLE if (row.source, row.action, row.side) == (status, action, side)), None)
    if row is None:
        raise Refused("act.not_closed" if action in ("reopen", "rate") else "act.not_open")
    if row.needs_words and not words.strip():
        raise Refused("act.needs_words")
    return row
