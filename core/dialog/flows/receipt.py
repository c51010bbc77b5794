"""The receipt: number, code, the day to hear by, and what comes next. Pure."""

from __future__ import annotations

from core.cases.notices import day_words
from core.dialog.effects import Say
from core.dialog.events import CaseOpened, CaseView
from core.dialog.session import Answer
from core.dialog.turn import Turn
from core.messages import Choice

MOST_CASES = 20
"""So many of their own numbers a conversation remembers."""


def on_opened(turn: Turn, event: CaseOpened) -> None:
    """The receipt: the number on a line of its own, the code, the day, and what comes next."""
    case = event.case
    handed_over = turn.session.draft is not None and "human" in turn.session.draft.flags
    turn.change(contact=_contact(turn), draft=None, past=(), cases=(*turn.session.cases, case.number)[-MOST_CASES:])
    turn.rest()
    promised = promised_words(turn, case)
    turn.do(
        Say(turn.text("receipt.number", number=case.number, code=event.code), copyable=f"{case.number} {event.code}")
    )
    steps = "\n".join(f"{n}. {turn.words(step)}" for n, step in enumerate(turn.policy.receipt.steps, 1))
    hear = turn.words(turn.policy.receipt.hear_what)
    turn.say("receipt.next", category=case.category, date=promised, hear=hear, steps=steps)
    if link := turn.scene.grant_link():
        turn.say("receipt.grant", link=link)
    offers = (("supplement", turn.text("chip.supplement")), ("status", turn.text("chip.status")))
    choices = tuple(Choice(key, label, aside=True) for key, label in offers) if turn.scene.buttons else ()
    words = turn.text("receipt.help", link=turn.scene.link)
    turn.do(Say(f"{turn.text('receipt.human')}\n{words}" if handed_over else words, choices))


def _contact(turn: Turn) -> dict[str, Answer]:
    """Who the person is, for a next complaint; nothing where they wished to stay unknown."""
    told = turn.session.draft.answers if turn.session.draft and not turn.session.draft.anonymous else {}
    return {key: told[key] for key in turn.policy.personal_keys if key in told and told[key].value}


def promised_words(turn: Turn, case: CaseView) -> str:
    """The day by which they hear, marked where the year's holidays are not out yet."""
    return day_words(turn.scene.texts, turn.session.language, case.promised_on, provisional=case.provisional)
