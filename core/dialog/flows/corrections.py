"""Changing what was said, at any time, in plain words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from core.dialog.flows import answers, category, fields, intake, summary
from core.dialog.session import Answer, Step
from core.dialog.turn import Turn
from core.policies.policy import Field_
from core.understand import parse_as
from core.understand.reading import Correction, Reading


def apply(turn: Turn, reading: Reading) -> bool:
    """Carry a correction out, or ask for the new value; False where there is nothing to correct."""
    correction = reading.correction
    if correction is None or not turn.has_draft or _may_be_an_answer(turn, correction):
        return False
    if correction == Correction():
        turn.ask("change")
        return True
    if correction.line is not None:
        return _by_line(turn, correction, reading)
    if correction.field == "evidence":
        turn.ask("evidence")
        return True
    if correction.field == "category":
        _category(turn, correction)
        return True
    field = _named(turn, correction) or _by_value(turn, correction, reading)
    if field is None:
        return _in_the_facts(turn, correction, reading)
    _change(turn, field, correction, reading)
    return True


def _may_be_an_answer(turn: Turn, correction: Correction) -> bool:
    """“要求更换窗口人员” takes nothing back where it was asked what the person wants."""
    asked_in_words = turn.step.name == "field" and turn.policy.field(turn.step.about).kind in answers.MAY_ASK
    return asked_in_words and not (correction.field or correction.line or correction.old)


def _by_line(turn: Turn, correction: Correction, reading: Reading) -> bool:
    rows = summary.lines(turn)
    line = correction.line or 0
    if not 1 <= line <= len(rows):
        turn.say("summary.no_such_line", count=str(len(rows)))
        turn.ask_again()
        return True
    item = rows[line - 1][0]
    if not correction.new or item in ("category", "evidence"):
        summary.change_item(turn, item)
    else:
        _change(turn, turn.policy.field(item), correction, reading)
    return True


def _category(turn: Turn, correction: Correction) -> None:
    if not correction.new or not category.by_words(turn, correction.new):
        turn.ask("category")


def _named(turn: Turn, correction: Correction) -> Field_ | None:
    return next((field for field in turn.policy.fields if field.key == correction.field), None)


def _by_value(turn: Turn, correction: Correction, reading: Reading) -> Field_ | None:
    """“不是三食堂，是二食堂” names no field: it is the one that holds the old value, else the new one's kind."""
    fields_ = [field for field in turn.policy.fields if field.kind != intake.FACTS]
    if correction.old:
        for field in fields_:
            told = turn.draft.answer(field.key)
            if told and _holds(told, correction.old):
                return field
    kinds: Sequence[str] = [slot.kind for slot in reading.slots] if correction.new else ()
    answered = [field for field in fields_ if turn.draft.answer(field.key)]
    return next((field for field in answered if field.kind in kinds), None)


def _holds(answer: Answer, old: str) -> bool:
    return old in answer.value or old in answer.shown or (bool(answer.value) and answer.value in old)


def _in_the_facts(turn: Turn, correction: Correction, reading: Reading) -> bool:
    """A correction of something only the facts tell is kept with the facts, as said."""
    if not correction.new or correction.old not in intake.facts(turn) or not correction.old:
        return False
    intake.remember(turn)
    intake.take_facts(turn, reading)
    turn.say("intake.added_to_facts")
    turn.ask_again()
    return True


def _change(turn: Turn, field: Field_, correction: Correction, reading: Reading) -> None:
    """The new value where it was given and reads well; else the question, once more."""
    if not correction.new:
        turn.ask("field", field.key)
        return
    slot = reading.slot(field.kind) if field.kind not in answers.WHOLE else None
    slot = slot if slot and slot.said in correction.new else parse_as(field.kind, correction.new, turn.scene.now)
    turn.change(step=Step("field", field.key), tries=0)
    if slot is not None:
        fields.take_slot(turn, field, slot)
    elif answers.is_strict(field):
        turn.ask("field", field.key)
    else:
        fields.keep(turn, field, answers.plain(field, correction.new))
