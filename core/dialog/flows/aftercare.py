"""After filing: supplement, urge, withdraw, reopen and rate, by chat. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.dialog.effects import Act, FindOwnCases
from core.dialog.events import Acted, CaseAction, CaseView, OwnCasesFound
from core.dialog.flows import intake, status
from core.dialog.session import Step
from core.dialog.turn import Question, Turn
from core.understand import without_lead
from core.understand.reading import Reading

REASON = 6
"""From this length on a rating says more than its number."""

ACTIONS: tuple[CaseAction, ...] = ("withdraw", "supplement", "urge", "reopen", "rate")


def begin(turn: Turn, action: CaseAction, reading: Reading) -> None:
    """Which case is meant? The one named, the only one it can be, or a question."""
    if turn.has_draft and action in ("withdraw", "supplement"):
        _about_the_draft(turn, action, reading)
        return
    turn.interrupt()
    words = without_lead(reading.text) if action == "supplement" else _stars(reading)
    turn.change(stash="" if words == reading.text and action == "supplement" and len(words) < 3 else words)
    if reading.numbers:
        _go(turn, action, reading.numbers[0])
    else:
        turn.do(FindOwnCases(action))


def _stars(reading: Reading) -> str:
    """“2 …” with the reason where there is more than the number; nothing where no number was said."""
    if reading.rating is None:
        return ""
    return f"{reading.rating} {reading.text}" if len(reading.text) >= REASON else str(reading.rating)


def by_words(turn: Turn, reading: Reading) -> Callable[[Turn, Reading], None] | None:
    """“补充：…” with the supplement in the same breath, where there is a case to add it to."""
    if (
        reading.intent is None
        and turn.session.cases
        and not turn.has_draft
        and without_lead(reading.text) != reading.text
    ):
        return lambda turn, reading: begin(turn, "supplement", reading)
    return None


def _about_the_draft(turn: Turn, action: CaseAction, reading: Reading) -> None:
    """While a complaint is being written these words mean the one being written."""
    if action == "withdraw":
        turn.ask("cancel")
        return
    words = without_lead(reading.text)
    if words:
        intake.add_to_facts(turn, replace(reading, text=words))
    else:
        turn.say("supplement.just_write")
    turn.ask_again()


def on_own_cases(turn: Turn, event: OwnCasesFound) -> None:
    action: CaseAction = next(known for known in ACTIONS if known == event.purpose)
    fitting = [case for case in event.cases if _fits(action, case)]
    if not fitting:
        turn.say(f"{action}.none")
        turn.go_back_to_work()
    elif len(fitting) == 1:
        _go(turn, action, fitting[0].number)
    else:
        _pick(turn, action, fitting)


def _fits(action: CaseAction, case: CaseView) -> bool:
    if action in ("reopen", "rate"):
        return case.status == "closed"
    return case.is_open


def _pick(turn: Turn, action: CaseAction, cases: Sequence[CaseView]) -> None:
    turn.change(step=Step("pick", action), tries=0)
    choices = [(case.number, status.line(turn, case)) for case in cases[: status.MOST_LISTED]]
    turn.offer(turn.text(f"{action}.which"), choices)


def ask_pick(turn: Turn) -> None:
    turn.do(FindOwnCases(turn.step.about))


def chose_pick(turn: Turn, number: str) -> None:
    _go(turn, next(known for known in ACTIONS if known == turn.step.about), number)


def words_pick(turn: Turn, reading: Reading) -> bool:
    if reading.intent in ("cancel", "no", "back", "done"):
        turn.go_back_to_work()
        return True
    if not reading.numbers:
        return False
    chose_pick(turn, reading.numbers[0])
    return True


def _go(turn: Turn, action: CaseAction, number: str) -> None:
    """Do it where the message said enough; ask for what is missing, or for agreement, where not."""
    words = turn.session.stash
    if action == "urge" or (action in ("supplement", "rate") and words):
        turn.change(stash="")
        turn.do(Act(action, number, words))
    else:
        turn.ask(action, number)


def ask_withdraw(turn: Turn) -> None:
    choices = [("yes", turn.text("withdraw.yes")), ("no", turn.text("withdraw.no"))]
    turn.offer(turn.text("withdraw.ask", number=turn.step.about), choices)


def chose_withdraw(turn: Turn, key: str) -> None:
    if key == "yes":
        turn.do(Act("withdraw", turn.step.about))
    else:
        turn.say("withdraw.stays")
        turn.go_back_to_work()


def words_withdraw(turn: Turn, reading: Reading) -> bool:
    if reading.intent not in ("withdraw", "cancel"):
        return False
    chose_withdraw(turn, "yes" if reading.intent == "withdraw" else "no")
    return True


def ask_supplement(turn: Turn) -> None:
    turn.offer(turn.text("supplement.ask", number=turn.step.about), [], chips=("done",))


def words_supplement(turn: Turn, reading: Reading) -> bool:
    """Every message is added until “done”."""
    if reading.intent in ("done", "no", "cancel", "thanks", "skip", "yes"):
        turn.say("supplement.done", number=turn.step.about)
        turn.go_back_to_work()
        return True
    if reading.intent is not None:
        return False
    turn.do(Act("supplement", turn.step.about, reading.text))
    return True


def ask_reopen(turn: Turn) -> None:
    turn.offer(turn.text("reopen.ask", number=turn.step.about), [], chips=("never_mind",))


def words_reopen(turn: Turn, reading: Reading) -> bool:
    """One question, why; the answer goes with it, and no answer is one too."""
    if reading.intent in ("cancel", "no", "done"):
        turn.go_back_to_work()
        return True
    if reading.intent not in (None, "skip", "unknown", "reopen"):
        return False
    turn.do(Act("reopen", turn.step.about, "" if reading.intent else reading.text))
    return True


def ask_rate(turn: Turn) -> None:
    choices = [(str(stars), turn.text(f"rate.stars_{stars}")) for stars in (1, 2, 3, 4, 5)]
    turn.offer(turn.text("rate.ask", number=turn.step.about), choices)


def chose_rate(turn: Turn, key: str) -> None:
    turn.do(Act("rate", turn.step.about, key))


def words_rate(turn: Turn, reading: Reading) -> bool:
    if reading.intent in ("cancel", "no", "skip", "done"):
        turn.go_back_to_work()
        return True
    if reading.rating is None:
        return False
    turn.do(Act("rate", turn.step.about, _stars(reading)))
    return True


def on_acted(turn: Turn, event: Acted) -> None:
    """Say what came of it. A low rating leads to one question."""
    if event.refusal:
        turn.say(event.refusal, number=event.number, **event.params)
        turn.go_back_to_work()
        return
    turn.say(f"{event.action}.is_done", number=event.number, **event.params)
    if event.action == "rate" and event.params.get("stars") in ("1", "2"):
        turn.ask("reopen", event.number)
    elif event.action == "supplement" and turn.step.name == "supplement":
        return
    else:
        turn.go_back_to_work()


PICK = Question(ask_pick, chose_pick, words_pick)
WITHDRAW = Question(ask_withdraw, chose_withdraw, words_withdraw)
SUPPLEMENT = Question(ask_supplement, chose_rate, words_supplement)
REOPEN = Question(ask_reopen, chose_rate, words_reopen)
RATE = Question(ask_rate, chose_rate, words_rate)
