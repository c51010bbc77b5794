"""The reply to a complainant as a letter, in the words in which the case was closed."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.cases.clocks import local_day
from core.files.account import REVIEWED, Account
from core.files.legible import on_one_line
from core.files.paper import Paper
from core.files.words import day, words

OPENINGS = {"declined": "opening_declined", "referred": "opening_referred"}


def reply_letter(account: Account, now: datetime) -> bytes:
    """The document, as its file's content. There must be an ``answer``."""
    assert account.answer
    assert account.closed_at is not None
    title, institution = words("letter", "title", number=account.number), account.institution.name.zh
    paper = Paper(title, institution, now)
    paper.heading(title)
    paper.paragraph("")
    paper.paragraph(_salutation(account), indented=False)
    paper.paragraph(
        words(
            "letter",
            OPENINGS.get(account.answer, "opening"),
            date=day(local_day(account.registered_at)),
            number=account.number,
            category=account.category,
        )
    )
    _say_what_came_of_it(paper, account)
    _say_what_is_open(paper, account, account.closed_at)
    paper.paragraph("")
    paper.paragraph(institution, right=True)
    paper.paragraph(day(local_day(account.closed_at)), right=True)
    return paper.content()


def _salutation(account: Account) -> str:
    name = on_one_line(account.name)
    return words("letter", "to", name=name) if name and not account.anonymous else words("letter", "to_anonymous")


def _say_what_came_of_it(paper: Paper, account: Account) -> None:
    if account.outcome:
        paper.paragraph(words("letter", "outcome", outcome=account.outcome))
    if account.measures:
        paper.paragraph(words("letter", "measures", measures=words("case", "comma").join(account.measures)))
    paper.paragraph(account.closing)
    if account.answer in REVIEWED:
        paper.paragraph(words("letter", "reviewed"))


def _say_what_is_open(paper: Paper, account: Account, closed_at: datetime) -> None:
    """What the complainant may still do, until when, and whom they may ask."""
    for key, days in (("review", account.review_within_days), ("again", account.reopen_within_days)):
        if days:
            until = local_day(closed_at + timedelta(days=days))
            paper.paragraph(words("letter", key, until=day(until)))
    paper.paragraph(words("letter", "ask", phone=account.institution.phone))
    paper.paragraph(words("letter", "visit", visit=account.institution.visit.zh))
