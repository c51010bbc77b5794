"""The reply to a complainant as a letter, in the words in which the case was closed."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.cases.clocks import local_day
from core.files.account import Account
from core.files.legible import on_one_line
from core.files.paper import Paper
from core.files.words import day, words


def reply_letter(account: Account, now: datetime) -> bytes:
    """The document, as its file's content. The case must be closed."""
    assert account.closed_at is not None
    title, institution = words("letter", "title", number=account.number), account.institution.name.zh
    paper = Paper(title, institution, now)
    paper.heading(title)
    paper.paragraph("")
    paper.paragraph(_salutation(account), indented=False)
    paper.paragraph(
        words(
            "letter",
            "opening",
            date=day(local_day(account.registered_at)),
            number=account.number,
            category=account.category,
        )
    )
    paper.paragraph(account.closing)
    _say_what_is_open(paper, account, account.closed_at)
    paper.paragraph("")
    paper.paragraph(institution, right=True)
    paper.paragraph(day(local_day(account.closed_at)), right=True)
    return paper.content()


def _salutation(account: Account) -> str:
    name = on_one_line(account.name)
    return words("letter", "to", name=name) if name and not account.anonymous else words("letter", "to_anonymous")


def _say_what_is_open(paper: Paper, account: Account, closed_at: datetime) -> None:
    """What the complainant may still do, and whom they may ask."""
    if account.reopen_within_days:
        until = local_day(closed_at + timedelta(days=account.reopen_within_days))
        paper.paragraph(words("letter", "again", until=day(until)))
    paper.paragraph(words("letter", "ask", phone=account.institution.phone))
    paper.paragraph(words("letter", "visit", visit=account.institution.visit.zh))
