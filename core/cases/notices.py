"""What the complainant is told of a change, in words. Pure."""

from __future__ import annotations

from datetime import date

from core.messages import Language, OutboundMessage
from core.texts import Texts

SHOWN_NOTES = frozenset(
    {
        "progress",
        "extended",
        "closed",
        "declined",
        "referred",
        "supplement_asked",
        "stopped",
        "fulfilled",
        "review_upheld",
        "review_changed",
        "review_redone",
        "withdrawn",
    }
)
"""Staff's words to the complainant; the complainant's own words need not be read back to them."""


RESULTS = frozenset(
    {"closed", "declined", "referred", "withdrawn", "review_upheld", "review_changed"}
    | {"closed_together", "declined_together", "withdrawn_together"}
)
"""What a complainant waits for; the last message that a platform allows is kept for it."""

LEGAL = RESULTS | {
    "accepted", "supplement_asked", "stopped", "extended", "put_off", "promise_moved", "day_moved", "reopened",
    "review_asked", "review_redone", "merged",
}  # fmt: skip
"""What a complainant must come to know of: their rights and their days depend on it."""


def shown_note(kind: str, note: str) -> str:
    """The words of a timeline line that its complainant reads."""
    return note if kind in SHOWN_NOTES else ""


def notice(
    texts: Texts, language: Language, key: str, number: str, promised: str, note: str, **said: str
) -> OutboundMessage:
    """The notice of one transition, with the next day to hear; ``said`` is what else its sentence names."""
    return OutboundMessage(texts.render(language, f"notice.{key}", number=number, date=promised, note=note, **said))


def day_words(texts: Texts, language: Language, day: date, *, provisional: bool) -> str:
    """A day with its weekday, marked where it may still move."""
    weekday = texts.render(language, f"date.weekday_{day.isoweekday()}")
    full = texts.render(
        language, "date.full", year=str(day.year), month=str(day.month), day=str(day.day), weekday=weekday
    )
    return texts.render(language, "date.provisional" if provisional else "date.plain", date=full)
