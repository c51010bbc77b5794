"""Saying hello: who we are, three ways on, privacy, and where help is when it is urgent. Pure."""

from __future__ import annotations

from core.dialog.flows import answers, intake
from core.dialog.turn import Question, Turn
from core.understand.reading import Reading


def ask(turn: Turn) -> None:
    choices = [(key, turn.text(f"greeting.{key}")) for key in ("complain", "status", "human")]
    turn.offer(turn.text("greeting.hello", institution=turn.words(turn.policy.institution.name)), choices)


def chose(turn: Turn, key: str) -> None:
    """Only “complain” belongs to this room; the other two are interruptions, answered by their own flows."""
    intake.begin(turn)


def words(turn: Turn, reading: Reading) -> bool:
    """Anything that tells something is a complaint that has begun; its words are kept."""
    if reading.intent in ("complain", "new_complaint", "yes", "submit", "anonymous"):
        intake.begin(turn)
        return True
    if reading.intent is not None or not answers.tells_something(reading):
        return False
    intake.begin_with(turn, reading)
    return True


GREETING = Question(ask, chose, words)
