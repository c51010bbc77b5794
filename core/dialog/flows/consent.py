"""Agreement to the privacy notice, before the first personal detail; refusing it leads on, too. Pure."""

from __future__ import annotations

from dataclasses import replace

from core.dialog.flows import human, intake
from core.dialog.turn import Question, Turn
from core.records import changed
from core.understand import parse_as
from core.understand.reading import Reading

STORY = 8
"""From this length on words without any known form are part of what happened, not a name."""


def ask(turn: Turn) -> None:
    other = "anonymous" if turn.policy.anonymity.allowed else "human"
    choices = [("yes", turn.text("consent.agree")), (other, turn.text(f"consent.{other}"))]
    turn.offer(turn.text("consent.ask", notice=turn.words(turn.policy.privacy.notice)), choices)


def chose(turn: Turn, key: str) -> None:
    if key == "yes":
        turn.change(consent=turn.policy.privacy.version)
        turn.say("consent.thanks")
        intake.ask_next(turn)
    elif key == "anonymous":
        go_anonymous(turn)
    else:
        turn.change(consent=intake.REFUSED)
        intake.drop_personal(turn)
        human.begin(turn)


def words(turn: Turn, reading: Reading) -> bool:
    """“No” is an answer: without a name where the institution allows it, with a person where not.

    Personal details that come instead of an answer wait until there is one.
    """
    if reading.intent in ("no", "cancel"):
        chose(turn, "anonymous" if turn.policy.anonymity.allowed else "human")
        return True
    if reading.intent == "skip":
        return _first(turn)
    if reading.intent is not None or reading.question:
        return False
    if not reading.slots and len(reading.text) >= STORY:
        intake.add_to_facts(turn, reading)
    else:
        intake.absorb(turn, _as_answer(turn, reading))
    return _first(turn)


def _first(turn: Turn) -> bool:
    turn.say("consent.first")
    turn.ask_again()
    return True


def _as_answer(turn: Turn, reading: Reading) -> Reading:
    """A bare name or number given here answers the personal question that is about to come."""
    open_kinds = [field.kind for field in turn.policy.fields if field.personal and not turn.draft.answer(field.key)]
    slots = [slot for kind in open_kinds if (slot := parse_as(kind, reading.text, turn.scene.now))]
    return reading if reading.slots or not slots else replace(reading, slots=tuple(slots[:1]))


def go_anonymous(turn: Turn) -> None:
    """Without a name: say what it means, forget who it was."""
    if not turn.policy.anonymity.allowed:
        turn.say("consent.not_anonymous", explain=turn.words(turn.policy.anonymity.explain))
        turn.ask_again()
        return
    intake.remember(turn)
    intake.drop_personal(turn)
    turn.edit(changed(turn.draft, anonymous=True))
    turn.change(consent=turn.session.consent or intake.REFUSED)
    turn.say("consent.is_anonymous", explain=turn.words(turn.policy.anonymity.explain))
    intake.ask_next(turn)


CONSENT = Question(ask, chose, words)
