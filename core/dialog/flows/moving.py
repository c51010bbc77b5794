"""Going on with a draft on another channel. Pure."""

from __future__ import annotations

from core.dialog.effects import OfferMove, Say, TakeOver
from core.dialog.events import CameBy, DraftArrived, MoveOffered
from core.dialog.flows import intake, resume
from core.dialog.session import IDLE
from core.dialog.turn import Turn

CHOICE = "move"


def choices(turn: Turn) -> list[tuple[str, str]]:
    """The way to the other channel, where there is one."""
    elsewhere = turn.scene.elsewhere
    return [(CHOICE, turn.text("moving.choice", name=elsewhere.name))] if elsewhere else []


def begin(turn: Turn) -> None:
    turn.do(OfferMove(turn.draft.id))


def on_offered(turn: Turn, event: MoveOffered) -> None:
    """The link, and the open question again: whoever stays here goes on here."""
    if elsewhere := turn.scene.elsewhere:
        words = turn.text("moving.link", name=elsewhere.name, minutes=str(event.minutes))
        turn.do(Say(words, copyable=elsewhere.link + event.word))
    turn.ask_again()


def on_came(turn: Turn, event: CameBy) -> None:
    """Somebody came by a link. A draft that is being written here is never put aside for another."""
    if turn.has_draft:
        turn.say("moving.occupied")
        turn.ask_again()
    else:
        turn.do(TakeOver(event.word))


def on_arrived(turn: Turn, event: DraftArrived) -> None:
    """The draft goes on here at the question that was open there."""
    came = event.session
    if came is None:
        turn.say(f"moving.{event.refusal}")
        if turn.step == IDLE:
            turn.ask("greeting")
        return
    if not turn.session.greeted:
        turn.change(language=came.language, greeted=True)
    if turn.session.consent in ("", intake.REFUSED):
        turn.change(consent=came.consent)
    turn.change(draft=came.draft, step=came.step, behind=came.behind, stash=came.stash, held=came.held, past=came.past)
    turn.say("moving.here", title=resume.title(turn))
    turn.ask_again()
