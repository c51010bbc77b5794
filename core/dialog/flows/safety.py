"""Danger to life comes before anything else; anger and distress are met calmly. Pure."""

from __future__ import annotations

from core.dialog.effects import AlertStaff
from core.dialog.flows import intake
from core.dialog.turn import Turn
from core.messages import Language
from core.understand.reading import Reading

STAFF: Language = "zh"
"""What staff are told is in their language, whatever the person speaks."""


def warn(turn: Turn, reading: Reading) -> None:
    """Emergency numbers at once, and a word to staff; the message itself goes on being handled."""
    if reading.danger is None:
        return
    turn.say(f"danger.{reading.danger}")
    turn.do(AlertStaff("danger", turn.scene.texts.render(STAFF, f"alert.about.{reading.danger}")))


def stays_with(turn: Turn, reading: Reading) -> bool:
    """Somebody in despair is not asked for a date or a category; what they say is kept, and we wait."""
    if reading.danger != "suicide":
        return False
    if not turn.has_draft:
        intake.open_draft(turn)
        turn.rest()
    intake.take_facts(turn, reading)
    mark(turn, reading)
    return True


def listens_on(turn: Turn, reading: Reading) -> bool:
    """What is said after that is kept with it; the questions wait until the person wants to go on."""
    if not turn.has_draft or "danger:suicide" not in turn.draft.flags or reading.intent is not None:
        return False
    intake.take_facts(turn, reading)
    turn.say("danger.listening")
    return True


def mark(turn: Turn, reading: Reading) -> None:
    """Staff see which drafts spoke of danger or distress."""
    if turn.has_draft and reading.danger:
        turn.edit(turn.draft.flag(f"danger:{reading.danger}"))
    if turn.has_draft and reading.upset:
        turn.edit(turn.draft.flag("upset"))


def soothe(turn: Turn, reading: Reading) -> None:
    """One calm sentence, once a draft."""
    if reading.upset and not reading.danger and not (turn.has_draft and "upset" in turn.draft.flags):
        turn.say("upset.calm")
