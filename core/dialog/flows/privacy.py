"""What is kept about a person, and erasing it, by chat. Pure."""

from __future__ import annotations

from core.dialog.effects import ForgetPerson
from core.dialog.turn import Question, Turn
from core.understand.reading import Reading


def tell(turn: Turn) -> None:
    """What we keep and until when; how to have it erased."""
    turn.say(
        "privacy.kept",
        draft=turn.text("privacy.one_draft" if turn.has_draft else "privacy.no_draft"),
        cases=str(len(turn.session.cases)),
        years=str(turn.policy.privacy.keep_years),
    )
    turn.ask_again()


def begin_erase(turn: Turn) -> None:
    turn.interrupt()
    turn.ask("erase")


def ask(turn: Turn) -> None:
    choices = [("yes", turn.text("privacy.erase")), ("no", turn.text("privacy.keep"))]
    text = turn.text(
        "privacy.ask_erase", years=str(turn.policy.privacy.keep_years), phone=turn.policy.institution.phone
    )
    turn.offer(text, choices)


def chose(turn: Turn, key: str) -> None:
    """Filed complaints stay as long as the rules ask; the conversation and the draft go at once."""
    if key != "yes":
        turn.go_back_to_work()
        return
    turn.edit(None)
    turn.rest()
    turn.change(past=(), stash="", held=None, rest=(), consent="", cases=(), contact={})
    turn.do(ForgetPerson())
    turn.say("privacy.erased", years=str(turn.policy.privacy.keep_years))


def words(turn: Turn, reading: Reading) -> bool:
    if reading.intent not in ("erase_data", "cancel"):
        return False
    chose(turn, "yes" if reading.intent == "erase_data" else "no")
    return True


def withdraw_consent(turn: Turn) -> None:
    """Agreement can be taken back; what is being written is then asked about anew."""
    turn.change(consent="")
    turn.say("privacy.consent_withdrawn")
    turn.ask_again()


ERASE = Question(ask, chose, words)
