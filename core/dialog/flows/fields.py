"""Asking one field of the pack, and taking what comes as its answer. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from core.dialog.flows import answers, intake
from core.dialog.session import Answer
from core.dialog.turn import Question, Turn
from core.policies.policy import Field_
from core.records import changed
from core.understand.reading import Reading, Slot


def _field(turn: Turn) -> Field_:
    return turn.policy.field(turn.step.about)


def ask(turn: Turn) -> None:
    """The question with its reason and an example; how far we are, unless an answer is being changed."""
    _put(turn, "intake.change" if turn.draft.answer(_field(turn).key) else "intake.question")


def ask_without_reason(turn: Turn) -> None:
    """The question once more, after its reason was given."""
    _put(turn, "intake.question_again")


def _put(turn: Turn, key: str) -> None:
    field = _field(turn)
    turn.change(held=None, options=())
    text = turn.text(
        key,
        progress=intake.progress(turn),
        question=turn.words(field.question),
        help=turn.words(field.help),
        example=turn.words(field.example),
    )
    if not field.required and not turn.scene.buttons and turn.text("chip.skip").lower() not in text.lower():
        text += turn.text("intake.may_skip")
    options = [(option.key, turn.words(option.label)) for option in field.options] if field.kind == "choice" else []
    share = turn.text("chip.share_phone") if field.kind == "phone" and field.personal else ""
    turn.offer(text, options, chips=("back",) if field.required else ("skip", "back"), share=share)


def chose(turn: Turn, key: str) -> None:
    """An option of the field, or a word on an answer that is held back for agreement."""
    field, held = _field(turn), turn.session.held
    if held is None:
        option = next(option for option in field.options if option.key == key)
        keep(turn, field, Answer(option.key, turn.words(option.label)))
    elif key == "no":
        turn.change(held=None)
        turn.ask_again()
    elif key in ("yes", "as_said"):
        keep(turn, field, held)
    else:
        option = next(option for option in field.options if option.key == key)
        keep(turn, field, Answer(held.value, turn.words(option.label)))


def words(turn: Turn, reading: Reading) -> bool:
    """An answer in words. What does not look like one is asked for again, and the second time taken as it stands."""
    field = _field(turn)
    turn.change(held=None)
    if reading.intent in ("skip", "unknown") or (reading.intent == "no" and not field.required):
        _skip(turn, field)
        return True
    if reading.intent is not None:
        return _needs_an_answer(turn, reading)
    if reading.text == intake.facts(turn):
        turn.say("intake.heard_already")
        turn.ask_again()
        return True
    if field.kind == intake.FACTS:
        _take_facts(turn, field, reading)
        return True
    slot = answers.slot_for(turn, field, reading)
    if slot is not None:
        intake.absorb(turn, answers.without(reading, slot), asked=field.key)
        take_slot(turn, field, slot)
        return True
    return _without_slot(turn, field, reading)


def _needs_an_answer(turn: Turn, reading: Reading) -> bool:
    """“Yes” or “done” is no answer to this; say so kindly instead of not understanding."""
    if reading.intent not in ("yes", "no", "submit", "done"):
        return False
    turn.say("intake.please_answer")
    turn.ask_again()
    return True


def _without_slot(turn: Turn, field: Field_, reading: Reading) -> bool:
    """Words that are no clear answer: a question of theirs, more of the story, or an answer of another form."""
    if reading.question and field.kind not in answers.MAY_ASK:
        return False
    if answers.is_story(turn, field, reading) and turn.session.tries == 0:
        turn.change(tries=1)
        intake.add_to_facts(turn, reading)
        turn.ask_again()
        return True
    by_the_way = answers.strict_slots_only(reading)
    noted = intake.absorb(turn, by_the_way, asked=field.key)
    if answers.is_all_slots(by_the_way) and (noted or turn.session.tries == 0):
        if not noted:
            _looks_otherwise(turn, field, by_the_way)
        turn.ask_again()
        return True
    _take_words(turn, field, reading)
    return True


def _looks_otherwise(turn: Turn, field: Field_, reading: Reading) -> None:
    """A time where the place was asked: say so once; who says it again means it."""
    kind = reading.slots[0].kind
    turn.change(tries=1)
    turn.say("intake.looks_otherwise", kind=turn.text(f"intake.kind.{kind}"), label=turn.words(field.label))


def _take_facts(turn: Turn, field: Field_, reading: Reading) -> None:
    """Facts told anew take the place of the old ones; the category is looked at again."""
    intake.remember(turn)
    rewritten = turn.draft.answer(field.key) is not None
    turn.edit(turn.draft.without(field.key))
    intake.take_facts(turn, reading)
    if rewritten:
        intake.absorb(turn, reading, asked=field.key)
        turn.say("intake.facts_rewritten")
    else:
        intake.acknowledge(turn, reading, asked=field.key)
    intake.ask_next(turn)


def take_slot(turn: Turn, field: Field_, slot: Slot) -> None:
    """A clear answer is kept; a day that has not come, or a name like several others, is asked about."""
    answer = answers.from_slot(turn, field, slot)
    known = answers.known_options(field, slot.value)
    if slot.future and field.key == _first_date(turn):
        turn.change(held=answer)
        turn.offer(turn.text("intake.future", shown=answer.shown), _yes_no(turn))
    elif len(known) > 1:
        _which(turn, field, known, answer)
    else:
        keep(turn, field, answer)


def _first_date(turn: Turn) -> str:
    """The day it happened lies behind us; other dates (a delivery, a term) may well lie ahead."""
    field = turn.policy.first_of.get("date")
    return field.key if field else ""


def _which(turn: Turn, field: Field_, known: Sequence[int], held: Answer) -> None:
    turn.change(held=held)
    options = [(field.options[index].key, turn.words(field.options[index].label)) for index in known]
    turn.offer(turn.text("intake.which"), [*options, ("as_said", turn.text("intake.as_said", said=held.value[:20]))])


def _yes_no(turn: Turn) -> list[tuple[str, str]]:
    return [("yes", turn.text("choice.yes_this")), ("no", turn.text("choice.say_again"))]


def _take_words(turn: Turn, field: Field_, reading: Reading) -> None:
    if field.kind == "choice" and (key := answers.chosen_option(turn, field, reading.text)):
        chose(turn, key)
    elif not answers.is_strict(field) and not (reading.option is not None and turn.session.tries == 0):
        _take_known_or_plain(turn, field, reading.text)
    elif turn.session.tries == 0:
        turn.change(tries=1)
        turn.say("intake.unclear", label=turn.words(field.label))
        turn.ask_again()
    else:
        turn.say("intake.as_written")
        keep(turn, field, changed(answers.plain(field, reading.text), unsure=True))


def _take_known_or_plain(turn: Turn, field: Field_, text: str) -> None:
    known, answer = answers.known_options(field, text), answers.plain(field, text)
    if len(known) > 1:
        _which(turn, field, known, answer)
    else:
        keep(turn, field, answers.under_known_name(turn, field, answer))


def _skip(turn: Turn, field: Field_) -> None:
    """Pass over a question. For what is required the reason is given once; after that staff are told instead."""
    if not field.required:
        intake.remember(turn)
        turn.edit(turn.draft.without(field.key).pass_over(field.key))
        turn.say("intake.skipped", label=turn.words(field.label))
        intake.ask_next(turn)
    elif turn.session.tries == 0:
        turn.change(tries=1)
        turn.say("intake.required", label=turn.words(field.label), help=turn.words(field.help))
        turn.ask_again()
    else:
        turn.say("intake.left_open", label=turn.words(field.label))
        keep(turn, field, Answer("", turn.text("intake.not_given"), unsure=True))


def keep(turn: Turn, field: Field_, answer: Answer) -> None:
    """Note the answer, read it back (old → new where it was another one), and go on."""
    old = turn.draft.answer(field.key)
    intake.remember(turn)
    turn.change(held=None, options=(), draft=turn.draft.with_answer(field.key, answer))
    if old and old.value and old.shown != answer.shown:
        turn.say(
            "intake.changed",
            label=turn.words(field.label),
            old=answers.masked(field, old)[: answers.LONG],
            new=answer.shown[: answers.LONG],
        )
    elif answer.value:
        turn.say("intake.noted", noted=answers.echo(turn, field))
    intake.ask_next(turn)


FIELD = Question(ask, chose, words)
