"""The dialogue as one pure function: a session and an event in, the session and its effects out.

What a message means is tried in this order, and the first room that can make something of it answers:
(while staff listen, they do) the rest of a long answer · a choice on offer · a standing request (a person, progress, back ...) ·
what staff asked, or asked for · a correction · a phone by itself · the question that is open · a complaint that begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from core.dialog import choices
from core.dialog.effects import Effect, Say, Wake
from core.dialog.events import (
    Acted,
    CameBy,
    CaseOpened,
    Chose,
    DraftArrived,
    Edited,
    Event,
    Followed,
    LikenessChecked,
    LookedUp,
    MoveOffered,
    OwnCasesFound,
    RelayBegan,
    Said,
    SentCard,
    SentFiles,
    SentPlace,
    SentUnsupported,
    SharedPhone,
    Woke,
)
from core.dialog.flows import (
    aftercare,
    answers,
    cards,
    corrections,
    edits,
    evidence,
    human,
    intake,
    listening,
    moving,
    receipt,
    relay,
    resume,
    safety,
    status,
    supplements,
)
from core.dialog.questions import QUESTIONS
from core.dialog.requests import CHIPS, REQUESTS, leave
from core.dialog.session import IDLE, Session
from core.dialog.turn import Scene, Turn
from core.records import changed
from core.understand.reading import Reading

WORDS = (Said, Chose, SharedPhone, SentCard)
"""Events that are never left without an answer."""

HEARD = (*WORDS, SentFiles, SentPlace, Edited, DraftArrived)
"""Events that show the person is here."""

LONGEST_QUESTION = 24
"""A longer one is about the matter itself, and so is one that is asked again."""


def advance(session: Session, event: Event, scene: Scene) -> tuple[Session, tuple[Effect, ...]]:
    """One step of the conversation."""
    turn = Turn(session, scene, QUESTIONS)
    HANDLERS[type(event)](turn, event)
    if isinstance(event, WORDS) and not turn.effects:
        turn.say("all_right")
    if isinstance(event, HEARD):
        turn.change(last_at=scene.now)
        if turn.has_draft and turn.draft.reminded_at is not None:
            turn.edit(changed(turn.draft, reminded_at=None))
    turn.do(Wake(resume.wake_at(turn)))
    return turn.outcome()


def on_said(turn: Turn, event: Said) -> None:
    reading = event.reading
    if not reading.text:
        on_unsupported(turn, event)
        return
    _choose_language(turn, reading)
    supplements.lapse(turn)
    safety.warn(turn, reading)
    if listening.settle(turn, reading):
        return
    if relay.number_of(turn):
        _in_conversation(turn, reading)
        return
    safety.soothe(turn, reading)
    if resume.is_due(turn) and reading.intent not in ("human", "status", "delete_draft"):
        resume.offer(turn, "" if reading.intent in ("greet", "resume", "complain") else reading.text)
        return
    if safety.stays_with(turn, reading):
        return
    for answer in (
        _more, choices.take, _request, listening.answer, _awaited, corrections.apply, cards.take_alone, _open_question, leave, _begin
    ):  # fmt: skip
        if answer(turn, reading):
            break
    else:
        _not_understood(turn)
    safety.mark(turn, reading)


def _in_conversation(turn: Turn, reading: Reading) -> None:
    """Staff listen: what is on offer and what is asked of the service is answered here, everything else by them."""
    for answer in (_more, choices.take, listening.take, _request):
        if answer(turn, reading):
            break


def _choose_language(turn: Turn, reading: Reading) -> None:
    """The first words decide; later only a wish changes it."""
    if not turn.session.greeted and reading.language:
        turn.change(language=reading.language)
    turn.change(greeted=True)


def _more(turn: Turn, reading: Reading) -> bool:
    """“更多”: the next page of a long answer."""
    if reading.intent != "more" or not turn.session.rest:
        return False
    page, *rest = turn.session.rest
    turn.change(rest=tuple(rest))
    turn.do(Say(page))
    return True


def _request(turn: Turn, reading: Reading) -> bool:
    """What a person may ask for at any time, whatever question is open."""
    if reading.intent == "supplement" and turn.step.name == "supplement":
        return False
    handler = REQUESTS.get(reading.intent or "") or aftercare.by_words(turn, reading)
    if handler is None:
        return _number_alone(turn, reading)
    handler(turn, reading)
    return True


def _number_alone(turn: Turn, reading: Reading) -> bool:
    """A complaint number by itself asks how it stands, unless a number is what we asked for."""
    alone = len(reading.numbers) == 1 and reading.intent is None and len(reading.text) <= len(reading.numbers[0]) + 12
    if not alone or turn.step.name in ("field", "status_number", "status_code", "status_pick", "pick"):
        return False
    status.begin(turn, reading)
    return True


def _awaited(turn: Turn, reading: Reading) -> bool:
    """Staff wait for something of this person: words that come while nothing is open may be that."""
    waiting = supplements.waiting_for(turn)
    return bool(waiting) and (_their_question(turn, reading) or supplements.take(turn, waiting, reading))


def _open_question(turn: Turn, reading: Reading) -> bool:
    """The question that is open takes the words; a question of theirs is answered first."""
    question = turn.question()
    if question is None:
        return False
    return _their_question(turn, reading) or question.words(turn, reading)


def _their_question(turn: Turn, reading: Reading) -> bool:
    """A short question that many people ask, from the texts. Asked again it is what the person came for."""
    asks = reading.question and reading.intent is None and len(reading.text) <= LONGEST_QUESTION
    answer = turn.scene.texts.faq(turn.session.language, reading.text) if asks else None
    if answer is None or reading.text == turn.session.stash or answers.tells_when(turn, reading):
        return False
    if turn.step.name in ("idle", "greeting"):
        turn.change(stash=reading.text)
    turn.do(Say(answer))
    turn.ask_again()
    return True


def _begin(turn: Turn, reading: Reading) -> bool:
    """Nothing is open: words that tell something begin a complaint, or go on with the one that was put aside."""
    if turn.step != IDLE:
        return False
    if _their_question(turn, reading) or safety.listens_on(turn, reading):
        return True
    if turn.has_draft:
        resume.offer(turn, reading.text)
        return True
    if reading.intent in ("yes", "no", "submit", "done", "skip", "unknown"):
        turn.say("thanks")
        return True
    if reading.intent is None and answers.tells_something(reading):
        intake.begin_with(turn, reading)
        return True
    return False


def _not_understood(turn: Turn) -> None:
    """Say so in other words each time, with two ways on and a person; then put the question again."""
    tries = turn.session.tries
    turn.say_otherwise("not_understood", tries)
    if turn.step == IDLE:
        turn.ask("greeting")
    else:
        turn.ask_again()
    turn.change(tries=tries + 1)


def on_chose(turn: Turn, event: Chose) -> None:
    """A button. One of an older question is known by its issue number; a menu entry has none."""
    issue, _, key = event.key.rpartition(".")
    question = turn.question()
    offered = any(option.key == key for option in turn.session.options)
    if issue and issue == str(turn.session.serial) and offered and question is not None:
        choices.carry_out(turn, question, key)
    elif key in CHIPS and (not issue or issue == str(turn.session.serial)):
        on_said(turn, Said(Reading(text=key, intent=CHIPS[key])))
    else:
        turn.say("step_is_done")
        turn.ask_again()


def on_files(turn: Turn, event: SentFiles) -> None:
    """Files are kept whatever was going on; after a long silence the question is whether to go on."""
    supplements.lapse(turn)
    listening.settle(turn, Reading())
    if relay.take_files(turn, event):
        return
    was_due = resume.is_due(turn)
    evidence.on_files(turn, event)
    if was_due and turn.step.name != "resume":
        resume.offer(turn)


def on_place(turn: Turn, event: SentPlace) -> None:
    """A position answers the open question about a place, else it is part of the story."""
    on_said(turn, Said(event.reading))


def on_shared_phone(turn: Turn, event: SharedPhone) -> None:
    if relay.number_of(turn) or not cards.take_own(turn, event.reading):
        on_said(turn, Said(event.reading))


def on_card(turn: Turn, event: SentCard) -> None:
    """Somebody else's card is words: what it tells of them is nothing about the person."""
    if relay.number_of(turn) or not cards.decline(turn):
        on_said(turn, Said(replace(event.reading, slots=())))


def on_followed(turn: Turn, event: Event) -> None:
    if turn.step == IDLE:
        turn.ask("greeting")
    else:
        turn.ask_again()


def on_unsupported(turn: Turn, event: Event) -> None:
    turn.say("unsupported")
    turn.ask_again()


def on_own_cases(turn: Turn, event: OwnCasesFound) -> None:
    flows = {"status": status.on_own_cases, "human": relay.on_own_cases}
    flows.get(event.purpose, aftercare.on_own_cases)(turn, event)


HANDLERS: Mapping[type, Callable[[Turn, Any], None]] = {
    Said: on_said,
    Chose: on_chose,
    SentFiles: on_files,
    SentPlace: on_place,
    SharedPhone: on_shared_phone,
    SentCard: on_card,
    Edited: edits.on_edited,
    SentUnsupported: on_unsupported,
    Followed: on_followed,
    CameBy: moving.on_came,
    Woke: lambda turn, event: resume.on_woke(turn),
    CaseOpened: receipt.on_opened,
    OwnCasesFound: on_own_cases,
    LookedUp: status.on_looked_up,
    LikenessChecked: intake.on_likeness,
    Acted: aftercare.on_acted,
    MoveOffered: moving.on_offered,
    DraftArrived: moving.on_arrived,
    RelayBegan: human.on_began,
}
