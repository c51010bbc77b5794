"""“查进度”: one's own complaints without any number; others by number and query code. Pure."""

from __future__ import annotations

from core.cases import numbers
from core.dialog.effects import FindOwnCases, LookUp, Reread
from core.dialog.events import CaseView, LookedUp, OwnCasesFound
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
    status = turn.text(f"status.is.{case.status}")
    return turn.text("status.line", number=case.number, category=case.category, status=status)


def on_looked_up(turn: Turn, event: LookedUp) -> None:
    """Wrong, unknown and locked are told in one and the same words."""
    if event.case is not None:
        tell(turn, event.case)
        turn.go_back_to_work()
    elif not event.code_given:
        turn.ask("status_code", event.number)
    else:
        turn.say("status.not_found", phone=turn.policy.institution.phone)
        turn.go_back_to_work()


def tell(turn: Turn, case: CaseView) -> None:
    """Where it stands, what happened when, and by when they hear."""
    steps = "\n".join(
        turn.text(
            "status.step", month=str(entry.on.month), day=str(entry.on.day), what=_what(turn, entry.kind, entry.note)
        )
        for entry in case.timeline
    )
    key = "status.open" if case.is_open else "status.ended"
    status = turn.text(f"status.is.{case.status}")
    promised = receipt.promised_words(turn, case)
    turn.say(key, number=case.number, status=status, steps=steps, date=promised, category=case.category)


def _what(turn: Turn, kind: str, note: str) -> str:
    words = turn.text(f"timeline.{kind}")
    return turn.text("timeline.with_note", what=words, note=note) if note else words


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
    if _gave_up(turn, reading):
        return True
    if not reading.numbers:
        return False
    turn.do(LookUp(reading.numbers[0]))
    return True


STATUS_NUMBER = Question(ask_number, _no_choice, words_number)
STATUS_CODE = Question(ask_code, _no_choice, words_code)
STATUS_PICK = Question(ask_pick, chose_case, words_pick)
