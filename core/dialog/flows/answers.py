"""Words and slots as answers of a field, and answers as words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.dialog.session import Answer
from core.dialog.turn import Turn
from core.policies.policy import Field_
from core.records import changed
from core.understand import match_known, match_option, parse_as
from core.understand.reading import Reading, Slot

STRICT = frozenset({"name", "phone", "date", "time", "quantity", "money", "choice"})
"""Kinds whose answers have a form: words without it are asked for once more."""

WHOLE = frozenset({"place", "address", "claim", "text", "facts"})
"""Kinds where a person's own words say more than the piece that was recognised in them."""

WHEN = frozenset({"date", "time"})
"""Kinds whose answers may name no single moment: “国庆以后每天晚上” is kept as it is said."""

NAMED = frozenset({"place", "address", "respondent"})
"""Kinds whose answers may take two clauses: “解放路那边，门牌不清楚”."""

EDGES = " ,，。.;；、"

LONG = 60
MAY_ASK = frozenset({"claim", "text", "facts"})
"""Kinds whose answers may be whole sentences, questions among them: “能不能退钱？” is a claim."""

SHORTEST = 4
SENTENCE = 8
LEAD_IN = 12
"""“My name is ” and the like, around a fact in English."""
QUESTION = 12
STORY = 20
"""Longer than any name of a line, a car or a person: more likely a part of what happened."""

LONGEST: Mapping[str, int] = {**dict.fromkeys(WHOLE, LONG), "respondent": STORY}
"""Kinds whose answers are the whole message, unless it is longer than this: then the piece that was recognised says more."""


def is_strict(field: Field_) -> bool:
    return field.kind in STRICT


def slot_for(turn: Turn, field: Field_, reading: Reading) -> Slot | None:
    """The answer to this field in a message, None where it has none of the right form."""
    slot = reading.slot(field.kind)
    longest = LONGEST.get(field.kind)
    if longest is not None and not (slot and len(reading.text) > longest):
        return None
    if field.kind in WHEN and {other.kind for other in reading.slots} <= WHEN:
        whole = parse_as(field.kind, reading.text, turn.scene.now)
        slot = whole if whole and whole.value == whole.said else slot
    now = turn.scene.now
    return slot or parse_as(field.kind, _rest(reading), now) or parse_as(field.kind, reading.text, now)


def tells_when(turn: Turn, reading: Reading) -> bool:
    """“这几天” answers the question when; anywhere else it might ask how long something takes."""
    if turn.step.name != "field":
        return False
    kind = turn.policy.field(turn.step.about).kind
    return kind in WHEN and parse_as(kind, reading.text, turn.scene.now) is not None


def _rest(reading: Reading) -> str:
    """The message without the facts found in it for other fields."""
    text = reading.text
    for slot in reading.slots:
        text = text.replace(slot.said, " ")
    return text.strip(EDGES) or reading.text


def is_story(turn: Turn, field: Field_, reading: Reading) -> bool:
    """Is it more likely a part of what happened than an answer to this question?"""
    if field.kind in MAY_ASK or field.kind == "choice" or reading.slot(field.kind):
        return False
    if field.kind in NAMED and parse_as(field.kind, reading.text, turn.scene.now):
        return False
    text = reading.text
    return len(text) > STORY or (len(text) >= SENTENCE and any(mark in text for mark in ",，。;；!！"))


def tells_something(reading: Reading) -> bool:
    """A few words about something: not a number, not a bare question."""
    if reading.option is not None or reading.text.isdecimal() or (reading.question and len(reading.text) < QUESTION):
        return False
    return len(reading.text) >= SHORTEST


def is_all_slots(reading: Reading) -> bool:
    """Does the message say little beside the facts found in it?"""
    left = len(reading.text) - sum(map(len, {slot.said for slot in reading.slots}))
    return bool(reading.slots) and left <= (LEAD_IN if reading.text.isascii() else len(reading.text) / 3)


def is_a_phone(reading: Reading) -> bool:
    """Is the message a phone number and nothing else?"""
    phone = reading.slot("phone")
    return phone is not None and not reading.text.replace(phone.said, "").strip(EDGES)


def without(reading: Reading, taken: Slot) -> Reading:
    """The reading without the facts that come from the same words as ``taken``."""
    return _only(reading, tuple(slot for slot in reading.slots if slot.said not in taken.said))


def strict_slots_only(reading: Reading) -> Reading:
    """Only facts whose form leaves no doubt: words that answer a question in full are not also something else."""
    return _only(reading, tuple(slot for slot in reading.slots if slot.kind in STRICT))


def _only(reading: Reading, slots: tuple[Slot, ...]) -> Reading:
    return reading if len(slots) == len(reading.slots) else replace(reading, slots=slots)


def from_slot(turn: Turn, field: Field_, slot: Slot) -> Answer:
    """A recognised value, under its known name where the pack has exactly one that fits."""
    value = slot.value[: field.max_characters]
    return under_known_name(turn, field, Answer(value, (slot.shown or value)[: field.max_characters]))


def plain(field: Field_, text: str) -> Answer:
    kept = text[: field.max_characters]
    return Answer(kept, kept)


def under_known_name(turn: Turn, field: Field_, answer: Answer) -> Answer:
    """Shown by the one known name that it may mean, unless that name stands there already: who is correcting it means another."""
    known, told = known_options(field, answer.value), turn.draft.answer(field.key)
    if len(known) != 1:
        return answer
    name = turn.words(field.options[known[0]].label)
    return answer if told and told.shown == name else changed(answer, shown=name)


def known_options(field: Field_, said: str) -> Sequence[int]:
    """Which of the field's known names may be meant by words that are none of them; none for a field without names."""
    if not field.options or field.kind == "choice":
        return ()
    return match_known(said, field.options)


def chosen_option(turn: Turn, field: Field_, text: str) -> str | None:
    """The key of the ``choice`` option that the words name."""
    labels = [(turn.words(option.label), *option.aliases) for option in field.options]
    index = match_option(text, labels)
    return None if index is None else field.options[index].key


def label(turn: Turn, field: Field_) -> str:
    return turn.words(field.label)


def echo(turn: Turn, field: Field_) -> str:
    """“电话：139 0000 0000”, short enough for a list."""
    shown = turn.draft.answers[field.key].shown
    return turn.text("intake.pair", label=label(turn, field), shown=shown if len(shown) <= LONG else f"{shown[:LONG]}…")


def pair(turn: Turn, field: Field_, answer: Answer) -> str:
    """“电话：139****0000”, for a line that is read back later."""
    return turn.text("intake.pair", label=label(turn, field), shown=masked(field, answer))


def masked(field: Field_, answer: Answer) -> str:
    """As shown later on, when others may look over the shoulder."""
    digits = answer.value
    if field.kind == "phone" and digits.isdecimal() and len(digits) >= 7:
        return f"{digits[:3]}****{digits[-4:]}"
    return answer.shown
