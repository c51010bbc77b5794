"""Whom somebody's words are for who talks to staff, or is waited for by them. Pure.

Staff end a conversation, too, and so does silence: of that the next message finds out. Words that may belong to one of several
conversations, or to none, are kept until the person has said where they belong: nothing is sent to a wrong reader.
"""

from __future__ import annotations

from core.dialog.effects import Reread
from core.dialog.events import RelayView
from core.dialog.flows import relay, supplements
from core.dialog.session import IDLE
from core.dialog.turn import Question, Turn
from core.understand.reading import Reading


def settle(turn: Turn, reading: Reading) -> bool:
    """Where the conversations stand by now: one may be over, or somebody may have come. True where these words have to wait
    for an answer to the question whom they are for."""
    if not turn.has_draft and reading.text != turn.session.stash:
        turn.change(aside=())
    if not turn.session.cases:
        return False
    number = relay.number_of(turn)
    if number and number not in {each.number for each in turn.relays if each.state != "question"}:
        relay.leave(turn)
        return _may_go_on(turn, reading) and _hold(turn, reading, number)
    if not number and relay.is_free(turn) and turn.scene.caught_up:
        waiting = relay.waiting_for(turn)
        if len(waiting) == 1 and waiting[0].state == "open":
            relay.enter(turn, waiting[0].number)
    return False


def _may_go_on(turn: Turn, reading: Reading) -> bool:
    """Words that come soon after a conversation, and that may belong to it still."""
    last = turn.session.last_at
    soon = last is not None and turn.scene.now - last < supplements.OPEN_FOR
    return soon and reading.intent is None and bool(reading.text)


def take(turn: Turn, reading: Reading) -> bool:
    """While a conversation goes on whatever is not clearly meant for the service is said in it."""
    number = relay.number_of(turn)
    if not number or reading.intent in relay.HERE:
        return False
    if turn.step.name == relay.WHOSE and words_whose(turn, reading):
        return True
    if reading.intent in relay.ENDS:
        relay.end(turn, number)
    elif reading.intent in relay.AFTERWARDS:
        turn.say("relay.goes_on", number=number)
    elif _others(turn, number) and reading.text != turn.session.stash:
        _hold(turn, reading)
    else:
        relay.say(turn, number, reading.text)
    return True


def answer(turn: Turn, reading: Reading) -> bool:
    """No conversation goes on, and staff wait for a word: where it clearly is the answer it is one, else it is asked."""
    waiting = relay.waiting_for(turn) if turn.session.cases and turn.scene.caught_up else ()
    if not waiting or turn.step.name == relay.WHOSE or reading.text == turn.session.stash:
        return False
    if reading.intent is not None and (reading.intent not in relay.FREE or not relay.is_free(turn)):
        return False
    if _is_the_answer(turn, waiting, reading):
        relay.say(turn, waiting[0].number, reading.text)
        return True
    return _hold(turn, reading)


def _others(turn: Turn, number: str) -> bool:
    """Whether a word of staff about another case may be what this answers."""
    return turn.scene.caught_up and any(each.number != number and each.staff_spoke for each in relay.waiting_for(turn))


def _is_the_answer(turn: Turn, waiting: list[RelayView], reading: Reading) -> bool:
    """The first words after a single question, by somebody who has nothing else open and does not begin a complaint."""
    last = turn.session.last_at
    alone = len(waiting) == 1 and relay.is_free(turn) and not turn.scene.awaited()
    return alone and (last is None or last <= waiting[0].at) and reading.suggestion.category is None


# ── the question ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _hold(turn: Turn, reading: Reading, over: str = "") -> bool:
    """Keep the words and ask where they belong. ``over`` is a conversation that has ended since."""
    turn.change(stash=reading.text)
    turn.interrupt()
    turn.ask(relay.WHOSE, over)
    return True


def ask_whose(turn: Turn) -> None:
    asked = () if turn.has_draft else tuple(case.number for case in turn.scene.awaited())
    known = (turn.step.about, relay.number_of(turn), *(each.number for each in relay.waiting_for(turn)), *asked)
    numbers = [*dict.fromkeys(filter(None, known))][: relay.MOST_LISTED]
    if not numbers:
        _is_another_matter(turn)
        return
    choices = [(number, turn.text("relay.for", number=number)) for number in numbers]
    turn.offer(turn.text("relay.whose"), [*choices, (relay.OTHER, turn.text("relay.for_other"))])


def chose_whose(turn: Turn, key: str) -> None:
    if key == relay.OTHER:
        _is_another_matter(turn)
        return
    words, talked_of = turn.session.stash, {turn.step.about, *(each.number for each in turn.relays)}
    if key in talked_of:
        relay.say(turn, key, words)
        return
    turn.change(stash="", step=turn.session.behind or IDLE, behind=None, options=())
    supplements.add(turn, key, words)


def words_whose(turn: Turn, reading: Reading) -> bool:
    """More of the same; “no” puts the question aside."""
    if reading.intent in ("no", "cancel"):
        _is_another_matter(turn)
        return True
    if reading.intent is not None:
        return False
    turn.change(stash=f"{turn.session.stash}\n{reading.text}")
    turn.say("supplement.heard")
    turn.ask_again()
    return True


def _is_another_matter(turn: Turn) -> None:
    """The words are for whatever was open before; staff are not in the way until that is done."""
    aside = tuple(each.number for each in relay.waiting_for(turn)) if not relay.number_of(turn) else ()
    words, behind = turn.session.stash, turn.session.behind
    turn.change(aside=(*turn.session.aside, *aside), step=behind or IDLE, behind=None, options=())
    turn.do(Reread(words))


RELAY_FOR = Question(ask_whose, chose_whose, words_whose)
