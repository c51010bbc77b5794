"""Not satisfied with the answer: taken up again, or looked at by somebody else. Pure."""

from __future__ import annotations

from collections.abc import Callable

from core.dialog.effects import Act
from core.dialog.events import Acted, CaseAction, CaseView, Wish
from core.dialog.session import Step
from core.dialog.turn import Question, Turn
from core.understand.reading import Reading

OBJECTIONS: tuple[Wish, ...] = ("reopen", "ask_review", "unhappy")


def go(turn: Turn, wish: Wish, case: CaseView) -> None:
    """Ask why; where there are two ways on and none was named, which. Where there is none the case itself says why."""
    if wish == "unhappy" and len(case.ways_on) > 1:
        turn.ask("unhappy", case.number)
        return
    named: CaseAction = "ask_review" if wish == "ask_review" else "reopen"
    action = case.ways_on[0] if wish == "unhappy" and case.ways_on else named
    if action in case.ways_on:
        turn.ask(action, case.number)
    else:
        turn.do(Act(action, case.number))


def after_rating(turn: Turn, event: Acted) -> None:
    """A low rating leads to one question."""
    if event.params.get("stars") not in ("1", "2") or not event.ways_on:
        turn.go_back_to_work()
    elif len(event.ways_on) > 1:
        turn.ask("unhappy", event.number)
    else:
        turn.ask(event.ways_on[0], event.number)


def let_rating_go(turn: Turn, event: Acted) -> None:
    """An answer that is looked at again is not rated meanwhile."""
    if event.action in OBJECTIONS and turn.session.behind == Step("rate", event.number):
        turn.change(behind=None)


def ask_unhappy(turn: Turn) -> None:
    choices = [(key, turn.text(f"unhappy.{key}")) for key in ("reopen", "ask_review", "never_mind")]
    turn.offer(turn.text("unhappy.ask", number=turn.step.about), choices)


def chose_unhappy(turn: Turn, key: str) -> None:
    """What was said meanwhile is the reason, and need not be said again."""
    words, number = turn.session.stash, turn.step.about
    turn.change(stash="")
    if key not in ("reopen", "ask_review"):
        turn.go_back_to_work()
        return
    action: CaseAction = "reopen" if key == "reopen" else "ask_review"
    if words:
        turn.do(Act(action, number, words))
    else:
        turn.ask(action, number)


def words_unhappy(turn: Turn, reading: Reading) -> bool:
    if reading.intent in ("skip", "done"):
        chose_unhappy(turn, "never_mind")
        return True
    if reading.intent is not None:
        return False
    turn.change(stash="\n".join(part for part in (turn.session.stash, reading.text) if part))
    turn.say("unhappy.heard")
    turn.ask_again()
    return True


def _asking(action: CaseAction) -> Question:
    """One question, why; the answer goes with it, and no answer is one too."""
    return Question(_ask(action), _no_choice, _why(action))


def _ask(action: CaseAction) -> Callable[[Turn], None]:
    return lambda turn: turn.offer(turn.text(f"{action}.ask", number=turn.step.about), [], chips=("never_mind",))


def _why(action: CaseAction) -> Callable[[Turn, Reading], bool]:
    same = ("skip", "unknown", "dissatisfied", "review" if action == "ask_review" else "reopen")

    def words(turn: Turn, reading: Reading) -> bool:
        if reading.intent in ("cancel", "no", "done"):
            turn.go_back_to_work()
            return True
        if reading.intent is not None and reading.intent not in same:
            return False
        turn.do(Act(action, turn.step.about, "" if reading.intent else reading.text))
        return True

    return words


def _no_choice(turn: Turn, key: str) -> None:
    turn.ask_again()


REOPEN, ASK_REVIEW = _asking("reopen"), _asking("ask_review")
UNHAPPY = Question(ask_unhappy, chose_unhappy, words_unhappy)
