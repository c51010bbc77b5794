"""Contact cards and numbers by themselves: one's own is taken, somebody else's is never taken for one's own. Pure."""

from __future__ import annotations

from core.dialog.flows import answers, fields, intake
from core.dialog.turn import Turn
from core.policies.policy import Field_
from core.understand.reading import Reading

OTHERS = ("category", "evidence", "summary", "change")
"""Questions of a complaint that no number answers."""


def take_own(turn: Turn, reading: Reading) -> bool:
    """The person's own number goes where one is wanted, whatever was asked; False where it is words like any others."""
    field = next((field for field in turn.policy.fields if field.kind == "phone" and field.personal), None)
    if field is None or not turn.has_draft or turn.draft.anonymous or not _may_be_told(turn, field):
        return False
    slot = answers.slot_for(turn, field, reading)
    if slot is None:
        return False
    fields.keep(turn, field, answers.from_slot(turn, field, slot))
    return True


def take_alone(turn: Turn, reading: Reading) -> bool:
    """A phone by itself is the person's own, and no part of what happened, where nothing asks for a number."""
    if turn.step.name not in OTHERS or not answers.is_a_phone(reading):
        return False
    if turn.draft.anonymous:
        turn.say("card.anonymous")
        turn.ask_again()
        return True
    return take_own(turn, reading)


def _may_be_told(turn: Turn, field: Field_) -> bool:
    """Before agreement nothing personal is kept that was not asked for."""
    asked = turn.step.name == "field" and turn.step.about == field.key
    return asked or turn.session.consent not in ("", intake.REFUSED)


def decline(turn: Turn) -> bool:
    """Somebody else's card answers no question about the person; say so, and ask again."""
    if turn.step.name != "field" or not turn.policy.field(turn.step.about).personal:
        return False
    turn.say("card.not_own")
    turn.ask_again()
    return True
