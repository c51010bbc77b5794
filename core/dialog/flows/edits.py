"""An earlier message that was edited: what it had filled changes with it, and nothing else does. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.dialog.events import Edited
from core.dialog.flows import answers, intake, safety
from core.dialog.session import Answer
from core.dialog.turn import Turn
from core.policies.policy import Field_
from core.records import changed
from core.understand.reading import Reading

Take = Callable[[Turn, Field_, Reading], Answer | None]


def on_edited(turn: Turn, event: Edited) -> None:
    """New words for old ones. A platform tells of edits that changed nothing a person can see; these are let pass."""
    if event.told is not None and event.told.text == event.reading.text:
        return
    safety.warn(turn, event.reading)
    if event.told is None or not turn.has_draft or event.draft != turn.draft.id:
        turn.say("edit.filed" if turn.session.cases and not turn.has_draft else "edit.unknown")
        return
    past = turn.session.past
    if not _follow(turn, event.told, event.reading):
        turn.change(past=past)
        turn.say("edit.unknown")
        return
    safety.mark(turn, event.reading)
    turn.ask_again()


def _follow(turn: Turn, told: Reading, reading: Reading) -> bool:
    """Change every answer that came from the old words; whether there was one."""
    intake.remember(turn)
    followed = [_follow_in_facts(turn, told, reading)]
    for field in turn.policy.fields:
        answer = turn.draft.answer(field.key)
        if answer is not None and field.kind != intake.FACTS:
            followed.append(_follow_in(turn, field, answer, told, reading))
    if followed[0]:
        intake.absorb(turn, reading, asked=intake.facts_key(turn))
    return any(followed)


def _follow_in_facts(turn: Turn, told: Reading, reading: Reading) -> bool:
    """The facts may have been told in several messages: only this one's part of them changes."""
    parts = intake.facts(turn).split("\n") if told.text else []
    size = told.text.count("\n") + 1
    at = _place_of(told.text.split("\n"), parts)
    if at is None or not reading.text:
        return False
    text = "\n".join([*parts[:at], reading.text, *parts[at + size :]])
    turn.edit(turn.draft.with_answer(intake.facts_key(turn), Answer(text, text)))
    if reading.excluded:
        turn.edit(turn.draft.flag(f"excluded:{reading.excluded}"))
    turn.say("edit.facts")
    return True


def _place_of(lines: Sequence[str], parts: Sequence[str]) -> int | None:
    """Where the lines stand among the parts, looked for from the end."""
    size = len(lines)
    return next((at for at in range(len(parts) - size, -1, -1) if list(parts[at : at + size]) == list(lines)), None)


def _follow_in(turn: Turn, field: Field_, answer: Answer, told: Reading, reading: Reading) -> bool:
    """One answer. New words that say nothing clear about it leave it as it is."""
    take = next((take for take in TAKES if (old := take(turn, field, told)) and old.value == answer.value), None)
    if take is None:
        return False
    new = take(turn, field, reading)
    if new is None and take is _asked_for:
        turn.say("edit.unclear", label=turn.words(field.label))
    elif new is not None and new.value != answer.value:
        turn.edit(turn.draft.with_answer(field.key, changed(new, unsure=answer.unsure)))
        turn.say(
            "intake.changed",
            label=turn.words(field.label),
            old=_short(turn, field, answer),
            new=new.shown[: answers.LONG],
        )
    return True


def _short(turn: Turn, field: Field_, answer: Answer) -> str:
    return answers.masked(field, answer)[: answers.LONG]


def _by_the_way(turn: Turn, field: Field_, reading: Reading) -> Answer | None:
    """A fact that the words tell beside others."""
    slot = reading.slot(field.kind)
    return answers.from_slot(turn, field, slot) if slot else None


def _asked_for(turn: Turn, field: Field_, reading: Reading) -> Answer | None:
    """The words as the answer to this very question."""
    if field.kind == "choice":
        key = answers.chosen_option(turn, field, reading.text)
        option = next((option for option in field.options if option.key == key), None)
        return Answer(option.key, turn.words(option.label)) if option else None
    if slot := answers.slot_for(turn, field, reading):
        return answers.from_slot(turn, field, slot)
    return None if answers.is_strict(field) or not reading.text else answers.plain(field, reading.text)


TAKES: Sequence[Take] = (_asked_for, _by_the_way)
