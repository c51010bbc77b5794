"""Taking a complaint: what is still missing, one question at a time. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from core.dialog.effects import DropDraft, FindAlike
from core.dialog.events import LikenessChecked
from core.dialog.flows import answers
from core.dialog.session import Answer, Draft
from core.dialog.turn import Turn
from core.policies.policy import Field_
from core.records import changed
from core.understand.reading import Reading, Slot

FACTS = "facts"
REFUSED = "refused"
"""Said instead of agreeing: the notice is shown again before the next personal detail is asked for."""


def begin(turn: Turn) -> None:
    """Open an empty draft and put its first question."""
    open_draft(turn)
    ask_next(turn)


def begin_with(turn: Turn, reading: Reading) -> None:
    """A first message that already tells what happened: nothing of it is asked again."""
    open_draft(turn)
    take_facts(turn, reading)
    acknowledge(turn, reading)
    ask_next(turn)


def open_draft(turn: Turn) -> None:
    if turn.has_draft:
        turn.do(DropDraft(turn.draft.id))
    known = turn.session.contact
    turn.change(draft=Draft(turn.scene.fresh_id(), turn.scene.now, known), past=(), behind=None, held=None)
    if known:
        shown = (answers.pair(turn, turn.policy.field(key), answer) for key, answer in known.items())
        turn.say("intake.contact_kept", contact=turn.text("intake.comma").join(shown))


def remember(turn: Turn) -> None:
    """Keep this moment for “上一步”."""
    turn.session = turn.session.remember()


def facts_key(turn: Turn) -> str:
    return turn.policy.first_of[FACTS].key


def facts(turn: Turn) -> str:
    told = turn.draft.answer(facts_key(turn))
    return told.value if told else ""


def take_facts(turn: Turn, reading: Reading) -> None:
    """Keep the words as the facts, or add them to the facts told so far."""
    text = "\n".join(part for part in (facts(turn), reading.text) if part)
    draft = turn.draft.with_answer(facts_key(turn), Answer(text, text))
    if reading.excluded:
        draft = draft.flag(f"excluded:{reading.excluded}")
    if not draft.category:
        candidates = tuple(candidate.category for candidate in reading.suggestion.candidates)
        draft = changed(draft, category=reading.suggestion.category or "", candidates=candidates)
    turn.edit(draft)
    if reading.cut:
        turn.say("intake.cut")


def add_to_facts(turn: Turn, reading: Reading) -> None:
    """More of the story, told while something else was asked; what it answers by the way is noted."""
    remember(turn)
    take_facts(turn, reading)
    absorb(turn, reading, asked=facts_key(turn))
    turn.say("intake.added_to_facts")


def acknowledge(turn: Turn, reading: Reading, *, asked: str = "") -> None:
    """Read back what the story told by the way, or say at least that it is noted."""
    if not absorb(turn, reading, asked=asked):
        turn.say("intake.facts_noted")


def more_of_the_story(turn: Turn, reading: Reading) -> bool:
    """Words that answer nothing but tell something belong to the facts; the open question is put again."""
    if reading.intent is not None or not answers.tells_something(reading):
        return False
    add_to_facts(turn, reading)
    turn.ask_again()
    return True


def absorb(turn: Turn, reading: Reading, *, asked: str = "") -> bool:
    """Fill every open field that the message answers by the way, and read back what was noted, if anything."""
    if not reading.slots:
        return False
    noted: list[str] = []
    used = [turn.draft.answers[asked].value] if asked in turn.draft.answers and asked != facts_key(turn) else []
    for field in turn.policy.fields:
        slot = reading.slot(field.kind)
        if slot is None or field.key == asked or not _takes_a_slot(turn, field, slot) or _said_before(slot, used):
            continue
        if field.kind in ("place", "respondent", "address") and _said_before(slot, _named(reading)):
            continue
        used.append(slot.said)
        turn.edit(turn.draft.with_answer(field.key, answers.from_slot(turn, field, slot)))
        noted.append(answers.echo(turn, field))
    if noted:
        turn.say("intake.noted", noted=turn.text("intake.comma").join(noted))
    return bool(noted)


def _named(reading: Reading) -> list[str]:
    """Words with a form of their own: “306路” is a line, whatever its ending looks like."""
    return [slot.said for slot in reading.slots if slot.kind in ("line", "vehicle", "order_no", "part_no")]


def _takes_a_slot(turn: Turn, field: Field_, slot: Slot) -> bool:
    """Only the first field of a kind fills by the way, and only by what is clear: the rest are questions of their own."""
    first = turn.policy.first_of[field.kind]
    if field is not first or turn.draft.answer(field.key) or (field.personal and turn.draft.anonymous):
        return False
    return not slot.future and len(answers.known_options(field, slot.value)) <= 1


def _said_before(slot: Slot, used: list[str]) -> bool:
    """One phrase answers one field: “办税窗口” is a place, and not also whom it is about."""
    return any(slot.said in said or said in slot.said for said in used)


def open_questions(turn: Turn) -> Iterator[str]:
    """The questions still to ask, in order: facts, what they are about, the other fields, evidence."""
    draft = turn.draft
    for field in turn.policy.fields:
        settled = field.key in draft.answers or field.key in draft.passed
        if not settled and not (field.personal and draft.anonymous):
            yield f"field:{field.key}"
        if field.kind == FACTS and not draft.category:
            yield "category"
    if turn.policy.evidence.max_files and "evidence" not in draft.passed:
        yield "evidence"


def ask_next(turn: Turn) -> None:
    """Put the next open question; when none is left, read the whole back."""
    if _stop_on_the_way(turn):
        return
    name = next(open_questions(turn), None)
    if name is None:
        turn.ask("summary")
    elif _needs_consent(turn, name):
        turn.ask("consent")
    else:
        _put(turn, name)


def _put(turn: Turn, question: str) -> None:
    if question not in turn.draft.asked:
        turn.edit(changed(turn.draft, asked=(*turn.draft.asked, question)))
    name, _, about = question.partition(":")
    turn.ask(name, about)


def _stop_on_the_way(turn: Turn) -> bool:
    """What comes before the next question, each at most once: another body's matter, a matter told before."""
    draft = turn.draft
    if not facts(turn):
        return False
    for mark in draft.flags:
        kind, _, key = mark.partition(":")
        if kind == "excluded" and mark not in draft.passed:
            turn.edit(draft.pass_over(mark))
            turn.ask("excluded", key)
            return True
    if turn.session.cases and "alike" not in draft.passed:
        turn.edit(draft.pass_over("alike"))
        turn.do(FindAlike(facts(turn)))
        return True
    return False


def on_likeness(turn: Turn, event: LikenessChecked) -> None:
    if not turn.has_draft:
        return
    if event.number:
        turn.ask("alike", event.number)
    else:
        ask_next(turn)


def _needs_consent(turn: Turn, name: str) -> bool:
    """Agreement comes before the first personal detail, asked for or already given."""
    if turn.session.consent not in ("", REFUSED) or turn.draft.anonymous:
        return False
    personal = turn.policy.personal_keys
    return name.partition(":")[2] in personal or any(key in turn.draft.answers for key in personal)


def drop_personal(turn: Turn) -> None:
    """Take everything out of the draft that says who the person is."""
    turn.change(contact={})
    turn.edit(turn.draft.without(*turn.policy.personal_keys))


def progress(turn: Turn) -> str:
    """“3/6”: the third of six questions. What is told by the way shortens the way; only stepping back lengthens it."""
    this = f"{turn.step.name}:{turn.step.about}" if turn.step.about else turn.step.name
    ahead = [question for question in open_questions(turn) if question != this]
    settled = [question for question in turn.draft.asked if question != this and question not in ahead]
    return f"{len(settled) + 1}/{len(settled) + 1 + len(ahead)}"


def step_back(turn: Turn) -> None:
    """“上一步”: as it was before the last answer."""
    if not turn.session.past or not turn.has_draft:
        turn.say("intake.nothing_to_undo")
        turn.ask_again()
        return
    last = turn.session.last
    draft = changed(last.draft, files_seen=turn.draft.files_seen) if last.draft else None
    fewer_files = draft is not None and len(draft.files) < len(turn.draft.files)
    turn.change(past=turn.session.past[:-1], draft=draft, step=last.step, behind=None, tries=0, held=None, options=())
    turn.say("intake.file_taken_back" if fewer_files else "intake.stepped_back")
    turn.ask_again()
