"""After filing: which case is meant, and what is done to it at once: urge, withdraw and rate. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.dialog.effects import Act, FindOwnCases
from core.dialog.events import Acted, CaseView, OwnCasesFound, Wish
from core.dialog.flows import intake, objections, status, supplements
from core.dialog.session import Step
from core.dialog.turn import Question, Turn
from core.understand import without_lead
from core.understand.reading import Reading

REASON = 6
"""From this length on a rating says more than its number."""

WISHES: tuple[Wish, ...] = ("withdraw", "supplement", "urge", "reopen", "rate", "ask_review", "unhappy")
AFTER_THE_ANSWER: tuple[Wish, ...] = ("rate", *objections.OBJECTIONS)
OWN_WORDS = ("merged", "archived")
"""Statuses that explain in words of their own why nothing can be done."""


def begin(turn: Turn, wish: Wish, reading: Reading) -> None:
    """Which case is meant? The one named, the only one it can be, or a question."""
    if turn.has_draft and wish in ("withdraw", "supplement"):
        _about_the_draft(turn, wish, reading)
        return
    turn.interrupt()
    words = without_lead(reading.text) if wish == "supplement" else _stars(reading)
    turn.change(stash="" if words == reading.text and wish == "supplement" and len(words) < 3 else words)
    turn.do(FindOwnCases(wish, reading.numbers[0] if reading.numbers else ""))


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


def _about_the_draft(turn: Turn, wish: Wish, reading: Reading) -> None:
    """While a complaint is being written these words mean the one being written."""
    if wish == "withdraw":
        turn.ask("cancel")
        return
    words = without_lead(reading.text)
    if words:
        intake.add_to_facts(turn, replace(reading, text=words))
    else:
        turn.say("supplement.just_write")
    turn.ask_again()


def on_own_cases(turn: Turn, event: OwnCasesFound) -> None:
    wish = _wish(event.purpose)
    meant = event.cases if event.number else [case for case in event.cases if _fits(wish, case)]
    if wish == "supplement":
        meant = [case for case in meant if case.wants_supplement] or meant
    if not meant:
        _say_none(turn, wish, event)
        turn.go_back_to_work()
    elif len(meant) == 1:
        _go(turn, wish, meant[0])
    else:
        _pick(turn, wish, meant)


def _wish(purpose: str) -> Wish:
    return next(known for known in WISHES if known == purpose)


def _fits(wish: Wish, case: CaseView) -> bool:
    return case.status == "closed" if wish in AFTER_THE_ANSWER else case.is_open


def _say_none(turn: Turn, wish: Wish, event: OwnCasesFound) -> None:
    """None is theirs, or none is one that this can be done to; of the newest it is told why where that is not plain."""
    if event.number:
        turn.say("act.not_yours")
    elif event.cases and event.cases[0].status in OWN_WORDS:
        turn.say(f"cannot.{event.cases[0].status}", number=event.cases[0].number)
    else:
        turn.say(f"{wish}.none")


def _pick(turn: Turn, wish: Wish, cases: Sequence[CaseView]) -> None:
    turn.change(step=Step("pick", wish), tries=0)
    choices = [(case.number, status.line(turn, case)) for case in cases[: status.MOST_LISTED]]
    turn.offer(turn.text(f"{wish}.which"), choices)


def ask_pick(turn: Turn) -> None:
    turn.do(FindOwnCases(turn.step.about))


def chose_pick(turn: Turn, number: str) -> None:
    turn.do(FindOwnCases(turn.step.about, number))


def words_pick(turn: Turn, reading: Reading) -> bool:
    if reading.intent in ("cancel", "no", "back", "done"):
        turn.go_back_to_work()
        return True
    return status.typed(turn, reading, chose_pick)


def _go(turn: Turn, wish: Wish, case: CaseView) -> None:
    """Do it where the message said enough; ask for what is missing, or for agreement, where not."""
    words = turn.session.stash
    if wish in objections.OBJECTIONS:
        objections.go(turn, wish, case)
    elif wish == "supplement" and words:
        turn.change(stash="")
        supplements.add(turn, case.number, words)
    elif wish == "urge" or (wish == "rate" and words):
        turn.change(stash="")
        turn.do(Act("urge" if wish == "urge" else "rate", case.number, words))
    else:
        turn.ask(wish, case.number)


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
    """Say what came of it."""
    if event.refusal:
        turn.say(event.refusal, number=event.number, **event.params)
        turn.go_back_to_work()
    elif event.action == "supplement":
        supplements.on_acted(turn, event)
    else:
        turn.say(f"{event.action}.is_done", number=event.number, **event.params)
        if event.action == "rate":
            objections.after_rating(turn, event)
        else:
            objections.let_rating_go(turn, event)
            turn.go_back_to_work()


PICK = Question(ask_pick, chose_pick, words_pick)
WITHDRAW = Question(ask_withdraw, chose_withdraw, words_withdraw)
RATE = Question(ask_rate, chose_rate, words_rate)
