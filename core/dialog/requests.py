"""What a person may ask for at any time, whatever question is open. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.dialog.events import Wish
from core.dialog.flows import (
    aftercare,
    consent,
    evidence,
    fields,
    human,
    intake,
    privacy,
    relay,
    resume,
    status,
    summary,
)
from core.dialog.session import IDLE
from core.dialog.turn import Turn
from core.messages import Language
from core.understand.reading import Intent, Reading

CHIPS: Mapping[str, Intent] = {
    "complain": "complain",
    "status": "status",
    "human": "human",
    "back": "back",
    "skip": "skip",
    "done": "done",
    "never_mind": "cancel",
    "supplement": "supplement",
}
"""Standing buttons and menu entries, and the request each stands for."""


def _greet(turn: Turn, reading: Reading) -> None:
    if turn.has_draft and turn.step == IDLE:
        resume.offer(turn)
    elif turn.step == IDLE or turn.step.name == "greeting":
        turn.ask("greeting")
    else:
        turn.say("greeting.again")
        turn.ask_again()


def _thank(turn: Turn, reading: Reading) -> None:
    turn.say("thanks")
    turn.ask_again()


def _complain(turn: Turn, reading: Reading) -> None:
    """“我要投诉”: a new complaint, unless one is being written."""
    if not turn.has_draft:
        intake.begin(turn)
    elif turn.step == IDLE or reading.intent == "new_complaint":
        resume.offer(turn)
    else:
        turn.ask_again()


def _help(turn: Turn, reading: Reading) -> None:
    turn.say("help")
    turn.ask_again()


def _why(turn: Turn, reading: Reading) -> None:
    """Why do you ask? The pack says, for each field."""
    if turn.step.name == "field":
        turn.say("why.field", help=turn.words(turn.policy.field(turn.step.about).help))
        fields.ask_without_reason(turn)
    else:
        turn.say("why.general")
        turn.ask_again()


def _back(turn: Turn, reading: Reading) -> None:
    if turn.session.behind and turn.step.name != "resume":
        turn.go_back_to_work()
    else:
        intake.step_back(turn)


def leave(turn: Turn, reading: Reading) -> bool:
    """“算了”, where the open question has no use for it: what is to become of the draft?"""
    if reading.intent != "cancel":
        return False
    if turn.has_draft and turn.session.behind is None:
        turn.ask("cancel")
    elif turn.step == IDLE and not turn.has_draft:
        turn.say("cancel.nothing")
    else:
        turn.go_back_to_work()
    return True


def _delete_draft(turn: Turn, reading: Reading) -> None:
    if turn.has_draft:
        turn.ask("cancel")
    else:
        turn.say("cancel.nothing")
        turn.ask_again()


def _resume(turn: Turn, reading: Reading) -> None:
    if turn.has_draft and turn.step == IDLE:
        intake.ask_next(turn)
    elif turn.step == IDLE:
        turn.ask("greeting")
    else:
        turn.ask_again()


def _restart(turn: Turn, reading: Reading) -> None:
    if turn.has_draft:
        resume.offer(turn)
    else:
        intake.begin(turn)


def _summary(turn: Turn, reading: Reading) -> None:
    if turn.has_draft and turn.draft.answers:
        turn.say("summary.so_far", lines="\n".join(line for _, line in summary.lines(turn)))
    _ask_something(turn)


def _anonymous(turn: Turn, reading: Reading) -> None:
    if not turn.has_draft:
        intake.open_draft(turn)
    consent.go_anonymous(turn)


def _on_behalf(turn: Turn, reading: Reading) -> None:
    if not turn.has_draft:
        intake.open_draft(turn)
    turn.ask("relation")


def _ask_something(turn: Turn) -> None:
    """The open question; with none open, the greeting."""
    if turn.step == IDLE:
        turn.ask("greeting")
    else:
        turn.ask_again()


def _speak(language: Language) -> Callable[[Turn, Reading], None]:
    def change(turn: Turn, reading: Reading) -> None:
        turn.change(language=language)
        turn.say("language_changed")
        _ask_something(turn)

    return change


def _aftercare(wish: Wish) -> Callable[[Turn, Reading], None]:
    return lambda turn, reading: aftercare.begin(turn, wish, reading)


def _review(turn: Turn, reading: Reading) -> None:
    """“Review”, while a complaint is being written, asks to see what was written."""
    if turn.has_draft and reading.text.isascii():
        _summary(turn, reading)
    else:
        aftercare.begin(turn, "ask_review", reading)


REQUESTS: Mapping[str, Callable[[Turn, Reading], None]] = {
    "greet": _greet,
    "thanks": _thank,
    "complain": _complain,
    "new_complaint": _complain,
    "status": lambda turn, reading: status.begin(turn, reading),
    "human": lambda turn, reading: human.begin(turn),
    "end_talk": lambda turn, reading: relay.end_all(turn),
    "help": _help,
    "why": _why,
    "back": _back,
    "resume": _resume,
    "restart": _restart,
    "delete_draft": _delete_draft,
    "summary": _summary,
    "anonymous": _anonymous,
    "my_data": lambda turn, reading: privacy.tell(turn),
    "erase_data": lambda turn, reading: privacy.begin_erase(turn),
    "consent_withdraw": lambda turn, reading: privacy.withdraw_consent(turn),
    "on_behalf": _on_behalf,
    "withdraw": _aftercare("withdraw"),
    "supplement": _aftercare("supplement"),
    "urge": _aftercare("urge"),
    "reopen": _aftercare("reopen"),
    "dissatisfied": _aftercare("unhappy"),
    "review": _review,
    "rate": _aftercare("rate"),
    "remove_evidence": lambda turn, reading: evidence.remove(turn, reading.attachment_line),
    "chinese": _speak("zh"),
    "english": _speak("en"),
}
