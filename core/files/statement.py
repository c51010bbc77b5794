"""The redacted case as a document, on which the other side says what they have to say."""

from __future__ import annotations

from datetime import datetime

from core.files.paper import SMALL, Paper
from core.files.redacted import Redacted
from core.files.words import words


def redacted_document(view: Redacted, now: datetime) -> bytes:
    """The document, as its file's content, with room for what the other side has to say."""
    title = words("redacted", "title", institution=view.institution)
    paper = Paper(title, view.institution, now, SMALL)
    paper.heading(title)
    paper.paragraph(words("redacted", "notice"))
    paper.table([*((row.label, row.words) for row in view.rows), (words("redacted", "statement"), "\n" * 8)])
    return paper.content()
