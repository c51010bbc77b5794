"""Talking to staff: what is said goes to them, what is clearly meant for the service stays here. Pure.

While a conversation goes on its step stands before whatever question was open, which waits untouched and is put again at the end.
"""

from __future__ import annotations

from core.dialog.effects import FILES, QUIET_SECONDS, AskRelay, EndRelay, FindOwnCases, Say, SayInRelay
from core.dialog.events import CaseView, OwnCasesFound, RelayBegan, RelayView, SentFiles
from core.dialog.flows import status
from core.dialog.session import IDLE, Step
from core.dialog.turn import Question, Turn
from core.understand.reading import Reading

TALK, WHICH, WHOSE = "relay", "relay_which", "relay_for"
NO_QUESTION = ("idle", "greeting", "human_message", "human_draft", WHICH, WHOSE, TALK)
"""Steps that nobody goes back to after a conversation."""

AT_REST = ("idle", "greeting")
MOST_LISTED = 5

HERE = frozenset({"status", "my_data", "erase_data", "consent_withdraw", "withdraw", "more", "english", "chinese"})
"""What is asked of the service in the middle of a conversation, and answered by it."""

AFTERWARDS = frozenset(
    {"complain", "new_complaint", "resume", "restart", "delete_draft", "summary", "human", "anonymous", "on_behalf", "help"}
)  # fmt: skip
"""What is asked of the service, and has to wait until the conversation is over: the person is told how to end it."""

ENDS = frozenset({"end_talk", "cancel"})
FREE = frozenset({"yes", "no", "skip", "unknown", "done", "thanks"})
"""Short words that answer a question of staff as well as any of ours."""

OTHER = "other"


def number_of(turn: Turn) -> str:
    """The case that is talked about, "" where no conversation goes on; a question of ours may stand before it."""
    return next((step.about for step in (turn.step, turn.session.behind) if step and step.name == TALK), "")


def say(turn: Turn, number: str, words: str, files: tuple[int, ...] = ()) -> None:
    """Say it in the conversation about this case. Nobody is answered by us where a person answers."""
    enter(turn, number)
    turn.change(options=(), tries=0, stash="")
    turn.do(SayInRelay(number, words, files))
    state = next((each.state for each in turn.relays if each.number == number), "asked")
    if files:
        wait = QUIET_SECONDS if turn.scene.can_push else 0
        turn.do(Say(turn.text("relay.files_are_there", number=number), after=wait, slot=FILES))
    elif state != "open":
        turn.say("relay.noted" if state == "asked" else "relay.answered")
    elif not turn.scene.can_push:
        turn.say("relay.passed_on")


def take_files(turn: Turn, event: SentFiles) -> bool:
    """Files are evidence of the case that is talked about, or that staff asked about; staff read what came."""
    waiting = waiting_for(turn) if turn.session.cases and is_free(turn) and turn.scene.caught_up else ()
    number = number_of(turn) or (waiting[0].number if len(waiting) == 1 and not turn.scene.awaited() else "")
    if not number:
        return False
    taken = tuple(index for index, file in enumerate(event.files) if file.kind in turn.policy.evidence.kinds)
    if len(taken) < len(event.files):
        turn.say("evidence.wrong_kind")
    if taken or event.caption.text:
        say(turn, number, event.caption.text, taken)
    return True


# ── beginning ────────────────────────────────────────────────────────────────────────────────────────────────────────


def on_own_cases(turn: Turn, event: OwnCasesFound) -> None:
    """The one that is being handled, or a question which it is about; without one the message is a case of its own."""
    listed = _talked_of(event)
    running = [case for case in listed if case.is_open]
    if not listed:
        turn.ask("human_message")
    elif len(listed) == 1 and running:
        turn.do(AskRelay(running[0].number))
    else:
        turn.change(step=Step(WHICH), tries=0)
        choices = [(case.number, status.line(turn, case)) for case in listed[:MOST_LISTED]]
        turn.offer(turn.text("relay.which"), [*choices, (OTHER, turn.text("relay.other"))])


def _talked_of(event: OwnCasesFound) -> list[CaseView]:
    """What is being handled first; what was answered may still be talked about."""
    known = [case for case in event.cases if case.is_open or case.status == "closed"]
    return sorted(known, key=lambda case: not case.is_open)


def on_began(turn: Turn, event: RelayBegan, hours: str) -> None:
    """Said plainly: when and how somebody is there, and that what is written here is passed on."""
    if event.refusal:
        turn.say(event.refusal, number=event.number)
        turn.go_back_to_work()
        return
    enter(turn, event.number)
    turn.offer(turn.text("relay.began", number=event.number, hours=hours), [(OTHER, turn.text("relay.other"))])


def enter(turn: Turn, number: str) -> None:
    """What was asked before waits; it is put again when the conversation is over."""
    if number_of(turn):
        turn.change(step=Step(TALK, number), behind=None, options=())
        return
    former = next((step for step in (turn.session.behind, turn.step) if step and step.name not in NO_QUESTION), None)
    turn.change(step=Step(TALK, number), before=former, behind=None, options=(), aside=())


# ── ending ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def end_all(turn: Turn) -> None:
    """“结束对话” while none is going on here: one may have been asked for that nobody has taken up yet."""
    for each in turn.relays:
        turn.do(EndRelay(each.number))
    turn.say("relay.over_by_you" if turn.relays else "relay.none_here")
    turn.ask_again()


def end(turn: Turn, number: str) -> None:
    turn.do(EndRelay(number))
    leave(turn)
    turn.say("relay.over_by_you")
    turn.ask_again()


def leave(turn: Turn) -> None:
    """Back to where the person was; a question of ours that they are in the middle of stays before it."""
    former = turn.session.before or IDLE
    if turn.step.name == TALK:
        turn.change(step=former, behind=None, options=())
    else:
        turn.change(behind=former if former != IDLE else None)
    turn.change(before=None)


def is_free(turn: Turn) -> bool:
    return turn.step.name in AT_REST and not turn.has_draft


def waiting_for(turn: Turn) -> list[RelayView]:
    """Those in which staff are there or have asked, and that were not put off."""
    return [each for each in turn.relays if each.state != "asked" and each.number not in turn.session.aside]


# ── the questions ────────────────────────────────────────────────────────────────────────────────────────────────────


def ask(turn: Turn) -> None:
    turn.say("relay.goes_on", number=turn.step.about)


def chose(turn: Turn, key: str) -> None:
    """Not about this case after all."""
    turn.do(EndRelay(turn.step.about))
    leave(turn)
    turn.interrupt()
    turn.ask("human_message")


def words(turn: Turn, reading: Reading) -> bool:
    say(turn, turn.step.about, reading.text)
    return True


def ask_which(turn: Turn) -> None:
    turn.do(FindOwnCases("human"))


def chose_which(turn: Turn, key: str) -> None:
    if key == OTHER:
        turn.ask("human_message")
    else:
        turn.do(AskRelay(key))


def words_which(turn: Turn, reading: Reading) -> bool:
    if reading.intent in ("cancel", "no", "back", "done"):
        turn.say("human.never_mind")
        turn.go_back_to_work()
        return True
    return status.typed(turn, reading, chose_which)


RELAY = Question(ask, chose, words)
RELAY_WHICH = Question(ask_which, chose_which, words_which)
