"""Which of the choices on offer is meant: a number, the words on it, or a standing phrase. Pure."""

from __future__ import annotations

from core.dialog.requests import REQUESTS
from core.dialog.turn import Question, Turn
from core.understand import match_option
from core.understand.reading import Reading

FIRST_OF = {
    "yes": ("yes", "submit", "hand_over"),
    "no": ("no", "never_mind"),
    "submit": ("submit", "yes"),
    "complain": ("complain", "new"),
    "new_complaint": ("new",),
    "resume": ("resume",),
    "restart": ("restart",),
    "delete_draft": ("delete",),
    "anonymous": ("anonymous",),
    "human": ("human",),
    "cancel": ("cancel", "never_mind"),
    "reopen": ("reopen", "no"),
    "dissatisfied": ("no",),
    "review": ("ask_review",),
}
"""Which of the choices on offer a standing phrase picks, first match first."""


def take(turn: Turn, reading: Reading) -> bool:
    """A number, the option's words, or a standing phrase that picks one of the choices on offer."""
    if not turn.session.options or reading.correction is not None:
        return False
    keys = [option.key for option in turn.session.options]
    index = _picked(turn, reading, keys)
    if index is None:
        return False
    question = turn.question()
    assert question is not None
    carry_out(turn, question, keys[index])
    return True


def _picked(turn: Turn, reading: Reading, keys: list[str]) -> int | None:
    if reading.option is not None:
        return reading.option - 1 if 1 <= reading.option <= len(keys) else None
    labels = [option.label for option in turn.session.options]
    if reading.text in labels:
        # The words on the choice itself, whatever else they would ask for.
        return labels.index(reading.text)
    if reading.intent is not None:
        return next((keys.index(key) for key in FIRST_OF.get(reading.intent, ()) if key in keys), None)
    if len(reading.text) > 20 or reading.slots:
        return None
    return match_option(reading.text, [(option.label,) for option in turn.session.options])


def carry_out(turn: Turn, question: Question, key: str) -> None:
    """A picked choice; the three ways on of the greeting lead to their own flows."""
    if turn.step.name == "greeting" and key in ("status", "human"):
        turn.rest()
        REQUESTS[key](turn, Reading())
    else:
        question.chose(turn, key)
