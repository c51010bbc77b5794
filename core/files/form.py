"""The registration form of a case: what was registered, in the order in which it was asked, and room to sign."""

from __future__ import annotations

from datetime import datetime

from core.files.account import Account
from core.files.paper import SMALL, Paper
from core.files.words import moment, word_for, words

Row = tuple[str, ...]


def registration_form(account: Account, now: datetime) -> bytes:
    """The document, as its file's content."""
    title, institution = words("form", "title"), account.institution.name.zh
    paper = Paper(f"{title} {account.number}", institution, now, SMALL)
    paper.heading(f"{institution}\n{title}")
    paper.table([*_registered(account), *_told(account), *_handled(account)])
    return paper.content()


def _registered(account: Account) -> list[Row]:
    identity = words("case", "anonymous" if account.anonymous else "identified")
    return [
        (*_labelled("number", account.number), *_labelled("registered_at", moment(account.registered_at))),
        (*_labelled("channel", account.channel), *_labelled("identity", identity)),
        (*_labelled("category", account.category), *_labelled("unit", account.unit)),
        (*_labelled("level", account.level), *_labelled("status", account.status)),
        (*_labelled("promised", account.promised), *_labelled("policy", account.policy)),
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
            name=" ".join(file.attachment.name.split()),
        )
        for file in account.files
    ]
    return "\n".join(files) or words("form", "no_evidence")


def _handled(account: Account) -> list[Row]:
    """What is not known yet is left to be written by hand."""
    return [
        _labelled("opinion", "\n\n"),
        _labelled("outcome", account.closing or "\n\n"),
        _labelled("rating", account.rating),
        (*_labelled("signed", ""), *_labelled("signed_on", "")),
    ]


def _labelled(key: str, text: str) -> Row:
    return words("form", key), text
