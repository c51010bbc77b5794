"""More for a case: sent unasked, or because staff asked for it and wait. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from core.dialog.effects import FILES, QUIET_SECONDS, Act, Reread, Say
from core.dialog.events import Acted, CaseView
from core.dialog.flows import answers, intake
from core.dialog.session import Step
from core.dialog.turn import Question, Turn
from core.understand.reading import Reading

AT_REST = ("idle", "greeting")
"""Steps at which nothing of the person's own is open."""

OPEN_FOR = timedelta(hours=12)
"""So long after the last word more is still a supplement; later it is likelier another matter."""

SHORT_QUESTION = 24
NOTHING_MORE = ("no", "skip", "unknown")
"""“没有照片”, “不知道”: an answer to what was asked for, too."""


def add(turn: Turn, number: str, words: str) -> None:
    turn.do(Act("supplement", number, words))


def lapse(turn: Turn) -> None:
    """A supplement that was begun and left is over after a while."""
    last = turn.session.last_at
    if turn.step.name == "supplement" and last is not None and turn.scene.now - last >= OPEN_FOR:
        turn.rest()


# ── asked for by staff ───────────────────────────────────────────────────────────────────────────────────────────────


def waiting_for(turn: Turn, steps: Sequence[str] = AT_REST) -> tuple[CaseView, ...]:
    """The cases of which staff wait for something, where the person has nothing else open."""
    free = turn.step.name in steps and not turn.has_draft and turn.session.cases
    return turn.scene.awaited() if free else ()


def take(turn: Turn, waiting: tuple[CaseView, ...], reading: Reading) -> bool:
    """Words that clearly answer the notice are added at once; of others it is asked whether they belong there.

    A complaint about something new must not vanish in an old case, and nobody should have to explain an answer.
    """
    if reading.intent in ("yes", "done") or (reading.question and len(reading.text) <= SHORT_QUESTION):
        turn.say("supplement.wanted", number=waiting[0].number, note=waiting[0].asked_for)
        return True
    if reading.intent is not None and reading.intent not in NOTHING_MORE:
        return False
    if _answers_the_notice(turn, waiting, reading):
        add(turn, waiting[0].number, reading.text)
        return True
    if reading.intent is not None:
        return False
    turn.change(stash=reading.text)
    turn.ask("awaited")
    return True


def _answers_the_notice(turn: Turn, waiting: tuple[CaseView, ...], reading: Reading) -> bool:
    """The first words after it, by somebody who has read it, which do not read like a complaint of their own."""
    last, asked_at = turn.session.last_at, waiting[0].asked_at
    unread = len(waiting) > 1 or not turn.scene.caught_up or last is None or asked_at is None or last >= asked_at
    return not unread and reading.suggestion.category is None


def ask_awaited(turn: Turn) -> None:
    """Where staff gave up waiting meanwhile, the words are what any words are."""
    waiting = turn.scene.awaited()
    if not waiting:
        _something_else(turn)
        return
    choices = [(case.number, turn.text("supplement.to", number=case.number)) for case in waiting]
    key = "supplement.is_it" if len(waiting) == 1 else "supplement.is_it_for"
    turn.offer(turn.text(key, number=waiting[0].number), [*choices, ("new", turn.text("supplement.other"))])


def chose_awaited(turn: Turn, key: str) -> None:
    if key == "new":
        _something_else(turn)
        return
    words = turn.session.stash
    turn.change(stash="")
    turn.rest()
    add(turn, key, words)


def _something_else(turn: Turn) -> None:
    """A complaint of its own, told in the words that were kept."""
    words = turn.session.stash
    turn.change(stash="")
    intake.open_draft(turn)
    turn.change(step=Step("field", intake.facts_key(turn)), options=())
    turn.do(Reread(words))


def words_awaited(turn: Turn, reading: Reading) -> bool:
    """Yes and no; whatever else is said belongs to what was said before."""
    if reading.intent == "no":
        _something_else(turn)
        return True
    if reading.intent == "yes":
        chose_awaited(turn, turn.session.options[0].key)
        return True
    if reading.intent is not None or not answers.tells_something(reading):
        return False
    turn.change(stash=f"{turn.session.stash}\n{reading.text}")
    turn.say("supplement.heard")
    turn.ask_again()
    return True


def takes_files(turn: Turn) -> str | None:
    """The case that files go to while no complaint is being written: the one that is open for more, or that waits for them."""
    if turn.step.name == "supplement" and not turn.has_draft:
        return turn.step.about
    waiting = waiting_for(turn, (*AT_REST, "awaited"))
    if not waiting:
        return None
    if turn.step.name == "awaited":
        chose_awaited(turn, waiting[0].number)
    return waiting[0].number


# ── added ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def ask(turn: Turn) -> None:
    turn.offer(turn.text("supplement.ask", number=turn.step.about), [], chips=("done",))


def words(turn: Turn, reading: Reading) -> bool:
    """Every message is added until “done”."""
    if reading.intent in ("done", "no", "cancel", "thanks", "skip", "yes"):
        turn.say("supplement.done", number=turn.step.about)
        turn.go_back_to_work()
        return True
    if reading.intent is not None:
        return False
    add(turn, turn.step.about, reading.text)
    return True


def on_acted(turn: Turn, event: Acted) -> None:
    """Where clocks waited for it the new day is told, and more may follow: one photo seldom comes alone."""
    if event.resumed:
        if not turn.has_draft:
            turn.change(step=Step("supplement", event.number), tries=0)
        turn.offer(turn.text("supplement.goes_on", number=event.number, date=event.params["date"]), [], chips=("done",))
    elif event.by_file:
        wait = QUIET_SECONDS if turn.scene.can_push else 0
        turn.do(Say(turn.text("supplement.file", number=event.number), after=wait, slot=FILES))
    else:
        turn.say("supplement.is_done", number=event.number)
        if turn.step.name != "supplement":
            turn.go_back_to_work()


def _no_choice(turn: Turn, key: str) -> None:
    turn.ask_again()


SUPPLEMENT = Question(ask, _no_choice, words)
AWAITED = Question(ask_awaited, chose_awaited, words_awaited)
