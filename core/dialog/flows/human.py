"""“转人工”: one step, at any time, honest about hours; what was written goes along. Pure."""

from __future__ import annotations

from core.dialog.effects import AlertStaff, FindOwnCases, OpenCase
from core.dialog.events import RelayBegan
from core.dialog.flows import intake, relay
from core.dialog.session import Draft
from core.dialog.turn import Question, Turn
from core.records import changed
from core.understand.reading import Reading


def begin(turn: Turn) -> None:
    """Say when and how a person can be reached; take the message now, with everything told so far.

    Who has a case talks about that, where staff can be reached in a chat.
    """
    turn.do(AlertStaff("human"))
    turn.interrupt()
    if turn.has_draft and intake.facts(turn):
        turn.ask("human_draft")
    elif not turn.has_draft and turn.session.cases and turn.scene.staffed():
        turn.do(FindOwnCases("human"))
    else:
        turn.ask("human_message")


def on_began(turn: Turn, event: RelayBegan) -> None:
    relay.on_began(turn, event, _hours(turn))


def _hours(turn: Turn) -> str:
    """Whether someone is there now, when not then from when, and the telephone."""
    institution = turn.policy.institution
    reopens = turn.scene.reopens_at()
    if reopens is None:
        minutes, visit = str(institution.reply_minutes), turn.words(institution.visit)
        return turn.text("human.open", phone=institution.phone, minutes=minutes, visit=visit)
    when = turn.text("date.moment", month=str(reopens.month), day=str(reopens.day), time=reopens.strftime("%H:%M"))
    return turn.text("human.closed", phone=institution.phone, when=when)


def ask_draft(turn: Turn) -> None:
    choices = [(key, turn.text(f"human.{key}")) for key in ("hand_over", "resume")]
    turn.offer(turn.text("human.ask_draft", hours=_hours(turn)), choices)


def chose_draft(turn: Turn, key: str) -> None:
    if key == "hand_over":
        turn.change(behind=None)
        turn.edit(turn.draft.flag("human"))
        turn.do(OpenCase(turn.draft, turn.session.consent, human=True))
    elif turn.session.behind:
        turn.go_back_to_work()
    else:
        intake.ask_next(turn)


def words_draft(turn: Turn, reading: Reading) -> bool:
    """Anything more that is said goes along; it is handed over on a clear word only."""
    if reading.intent in ("yes", "submit", "done", "human"):
        chose_draft(turn, "hand_over")
        return True
    if reading.intent in ("no", "cancel", "resume"):
        chose_draft(turn, "resume")
        return True
    return intake.more_of_the_story(turn, reading)


def ask_message(turn: Turn) -> None:
    turn.offer(turn.text("human.ask_message", hours=_hours(turn)), [], chips=("never_mind",))


def words_message(turn: Turn, reading: Reading) -> bool:
    """The message becomes a case, whatever was or was not told before."""
    if reading.intent in ("cancel", "no", "resume", "never_mind", "done"):
        turn.say("human.never_mind")
        turn.go_back_to_work()
        return True
    if reading.intent is not None:
        return False
    if not turn.has_draft:
        turn.edit(Draft(turn.scene.fresh_id(), turn.scene.now))
    intake.take_facts(turn, reading)
    intake.absorb(turn, reading)
    turn.edit(changed(turn.draft, category=turn.draft.category or "other").flag("human"))
    turn.change(behind=None)
    turn.do(OpenCase(turn.draft, turn.session.consent, human=True))
    return True


def _no_choice(turn: Turn, key: str) -> None:
    turn.ask_again()


HUMAN_DRAFT = Question(ask_draft, chose_draft, words_draft)
HUMAN_MESSAGE = Question(ask_message, _no_choice, words_message)
