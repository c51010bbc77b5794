"""“查进度”: one's own complaints without any number; others by number and query code. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from core.cases import numbers
from core.dialog.effects import FindOwnCases, LookUp, Reread, Say
from core.dialog.events import CaseView, LookedUp, OwnCasesFound, TimelineLine
from core.dialog.flows import receipt
from core.dialog.session import IDLE, Step
from core.dialog.turn import Question, Turn
from core.understand.reading import Reading

MOST_LISTED = 6


def begin(turn: Turn, reading: Reading | None = None) -> None:
    """With a number: that case. Without: one's own cases."""
    turn.interrupt()
    if reading and reading.numbers:
        turn.do(LookUp(reading.numbers[0], reading.codes[0] if reading.codes else ""))
    else:
        turn.do(FindOwnCases("status"))


def on_own_cases(turn: Turn, event: OwnCasesFound) -> None:
    if not event.cases:
        turn.ask("status_number")
    elif len(event.cases) == 1:
        tell(turn, event.cases[0])
        turn.go_back_to_work()
    else:
        cases = event.cases[:MOST_LISTED]
        turn.change(options=())
        _list(turn, cases)


def _list(turn: Turn, cases: tuple[CaseView, ...]) -> None:
    """Several: one line each, and a choice which to see."""
    turn.change(step=Step("status_pick"), tries=0)
    turn.offer(turn.text("status.list", count=str(len(cases))), [(case.number, line(turn, case)) for case in cases])


def line(turn: Turn, case: CaseView) -> str:
    return turn.text("status.line", number=case.number, category=case.category, status=in_words(turn.text, case))


def in_words(text: Callable[..., str], case: CaseView) -> str:
    """How it stands; while it stands still, for what. ``text`` gives the sentence of a key in the reader's language."""
    if case.wants_supplement:
        return text("status.waits_for_you")
    status = text(f"status.is.{case.status}")
    return text("status.stopped", status=status) if case.paused else status


def on_looked_up(turn: Turn, event: LookedUp) -> None:
    """Wrong, unknown and locked are told in one and the same words."""
    if event.case is not None:
        tell(turn, event.case)
        if event.bound:
            turn.change(cases=(*turn.session.cases, event.case.number)[-receipt.MOST_CASES :])
            turn.say("bind.is_done", number=event.case.number)
        turn.go_back_to_work()
    elif not event.code_given:
        turn.ask("status_code", event.number)
    else:
        turn.say("status.not_found", phone=turn.policy.institution.phone)
        turn.go_back_to_work()


def tell(turn: Turn, case: CaseView) -> None:
    """Where it stands, what happened when, and by when they hear."""
    steps = "\n".join(
        turn.text("status.step", month=str(entry.on.month), day=str(entry.on.day), what=what(turn.text, entry))
        for entry in case.timeline
    )
    status = in_words(turn.text, case)
    head = turn.text("status.head", number=case.number, category=case.category, status=status, steps=steps)
    turn.do(Say("\n".join((head, *_what_follows(turn, case)))))


def _what_follows(turn: Turn, case: CaseView) -> Iterator[str]:
    """The day by which they hear, or why none is named; and what they can do about it."""
    date = receipt.promised_words(turn, case)
    if explained := standing(turn.text, case):
        yield explained
    elif not case.is_open:
        yield turn.text("status.former_day", date=date)
    if case.names_a_day:
        yield turn.text("status.day", date=date)
    if "ask_review" in case.ways_on:
        yield turn.text("status.may_review")


def standing(text: Callable[..., str], case: CaseView) -> str:
    """What its status alone does not explain: why it waits, with what it is handled, that nothing changes any more."""
    if case.wants_supplement:
        return text("status.just_send")
    if case.paused:
        return text("status.no_day_yet")
    if case.together:
        return text("status.together", status=text(f"status.is.{case.together}"))
    return text("status.kept") if case.status == "archived" else ""


def what(text: Callable[..., str], entry: TimelineLine) -> str:
    """What happened, with the words that go with it."""
    words = text(f"timeline.{entry.kind}")
    return text("timeline.with_note", what=words, note=entry.note) if entry.note else words


def ask_number(turn: Turn) -> None:
    turn.offer(turn.text("status.ask_number"), [], chips=("never_mind",))


def words_number(turn: Turn, reading: Reading) -> bool:
    """The number, perhaps with its code; giving up is always possible."""
    if _gave_up(turn, reading):
        return True
    if not reading.numbers:
        return _second_time(turn, reading)
    turn.do(LookUp(reading.numbers[0], reading.codes[0] if reading.codes else ""))
    return True


def ask_code(turn: Turn) -> None:
    key = "status.ask_code_or_phone" if turn.policy.lookup.phone_last_four else "status.ask_code"
    turn.offer(turn.text(key, number=turn.step.about), [], chips=("never_mind",))


def words_code(turn: Turn, reading: Reading) -> bool:
    if _gave_up(turn, reading):
        return True
    if reading.intent is not None:
        return False
    turn.do(LookUp(turn.step.about, reading.codes[0] if reading.codes else reading.text[:40]))
    return True


def _gave_up(turn: Turn, reading: Reading) -> bool:
    if reading.intent not in ("cancel", "no", "skip", "unknown", "back", "resume", "done"):
        return False
    turn.say("status.gave_up", phone=turn.policy.institution.phone)
    turn.go_back_to_work()
    return True


def _second_time(turn: Turn, reading: Reading) -> bool:
    """Ask once more in other words; then the words belong to the question that was open before."""
    if turn.session.tries:
        turn.change(step=turn.session.behind or IDLE, behind=None, options=(), tries=0)
        turn.do(Reread(reading.text))
        return True
    turn.change(tries=1)
    example = numbers.render(turn.policy.number, turn.scene.now, 7)
    turn.say("status.number_unclear", example=example)
    return True


def chose_case(turn: Turn, number: str) -> None:
    turn.do(LookUp(number))


def _no_choice(turn: Turn, key: str) -> None:
    turn.ask_again()


def ask_pick(turn: Turn) -> None:
    turn.do(FindOwnCases("status"))


def words_pick(turn: Turn, reading: Reading) -> bool:
    return _gave_up(turn, reading) or typed(turn, reading, chose_case)


def typed(turn: Turn, reading: Reading, chose: Callable[[Turn, str], None]) -> bool:
    """Where cases are listed a number that is typed chooses as well; False where there is none."""
    if not reading.numbers:
        return False
    chose(turn, reading.numbers[0])
    return True


STATUS_NUMBER = Question(ask_number, _no_choice, words_number)
STATUS_CODE = Question(ask_code, _no_choice, words_code)
STATUS_PICK = Question(ask_pick, chose_case, words_pick)
