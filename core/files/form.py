"""The registration form of a case: what was registered, in the order in which it was asked, what was done about it, and
room to sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from core.files.account import Account, Step, result_of
from core.files.legible import on_one_line
from core.files.paper import SMALL, Paper
from core.files.words import minute, moment, word_for, words

Row = tuple[str, ...]

BLANK = "\n\n"
"""Room for what is written by hand."""

HANDLED = {
    "opinion": ("accepted", "declined", "referred", "merged"),
    "records": ("recorded", "investigated"),
    "tasks": ("task_added", "task_done"),
    "written_opinion": ("opinion",),
    "proposal": ("proposed", "sent_back"),
    "meeting": ("met", "authority_told", "authority_not_told"),
    "approval": ("decided",),
    "review": ("review_asked", "review_assigned", "review_upheld", "review_changed", "review_redone"),
}
"""The rows of what staff did, each with the kinds of timeline lines that fill it."""
BY_HAND = ("opinion",)
"""What is left to be written by hand where it is not known; a row of another kind is left out."""


def registration_form(account: Account, now: datetime) -> bytes:
    """The document, as its file's content."""
    title, institution = words("form", "title"), account.institution.name.zh
    paper = Paper(f"{title} {account.number}", institution, now, SMALL)
    paper.heading(f"{institution}\n{title}")
    paper.table([*_registered(account), *_told(account), *_handled(account), *_ended(account, now)])
    return paper.content()


def _registered(account: Account) -> list[Row]:
    identity = words("case", "anonymous" if account.anonymous else "identified")
    return [
        (*_labelled("number", account.number), *_labelled("registered_at", moment(account.registered_at))),
        (*_labelled("channel", account.channel), *_labelled("identity", identity)),
        (*_labelled("category", account.category), *_labelled("level", account.level)),
        (*_labelled("unit", account.unit), *_labelled("handler", account.handler)),
        (*_labelled("status", account.status), *_labelled("promised", account.promised)),
        _labelled("policy", account.policy),
    ]


def _told(account: Account) -> list[Row]:
    told = [(answer.label, answer.words or words("case", "not_told")) for answer in account.answers]
    return [*told, _labelled("evidence", _evidence(account))]


def _evidence(account: Account) -> str:
    files = [
        words(
            "form",
            "one_file",
            position=file.position,
            kind=word_for("kind", file.kind),
            name=on_one_line(file.attachment.name),
        )
        for file in account.files
    ]
    return "\n".join(files) or words("form", "no_evidence")


def _handled(account: Account) -> Iterator[Row]:
    for key, kinds in HANDLED.items():
        said = _said(account.of(*kinds))
        if said or key in BY_HAND:
            yield _labelled(key, said or BLANK)


def _said(steps: Iterable[Step]) -> str:
    return "\n".join(
        words(
            "form",
            "said_with_note" if step.note else "said",
            at=minute(step.at),
            who=step.who,
            what=step.what,
            note=step.note,
        )
        for step in steps
    )


def _ended(account: Account, now: datetime) -> Iterator[Row]:
    """What came of it. What is not known yet is left to be written by hand."""
    yield _labelled("outcome", result_of(account) or BLANK)
    if account.measures:
        yield _labelled("measures", words("case", "comma").join(account.measures))
    yield _labelled("reply", account.closing or BLANK)
    if account.terms:
        yield _labelled("clocks", "\n".join(line for term in account.terms for line in term.lines(now)))
    if account.people:
        yield _labelled(
            "people", "\n".join(words("work", "person", post=one.label, names=one.words) for one in account.people)
        )
    yield _labelled("rating", account.rating)
    yield (*_labelled("signed", ""), *_labelled("signed_on", ""))


def _labelled(key: str, text: str) -> Row:
    return words("form", key), text
