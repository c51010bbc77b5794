"""Questions that come up on the way: another body's matter, a matter told before, whom one writes for. Pure."""

from __future__ import annotations

from core.dialog.effects import Act, DropDraft
from core.dialog.flows import answers, human, intake
from core.dialog.turn import Question, Turn
from core.records import changed
from core.understand.reading import Reading


def ask_excluded(turn: Turn) -> None:
    """Why this is not for us and who takes it; filing it all the same stays possible, staff decide."""
    exclusion = next(row for row in turn.policy.exclusions if row.key == turn.step.about)
    text = turn.text("excluded.ask", reason=turn.words(exclusion.reason), go_to=turn.words(exclusion.go_to))
    choices = [(key, turn.text(f"excluded.{key}")) for key in ("stop", "continue", "human")]
    turn.offer(text, choices)


def chose_excluded(turn: Turn, key: str) -> None:
    if key == "stop":
        drop(turn, "excluded.stopped")
    elif key == "human":
        human.begin(turn)
    else:
        intake.ask_next(turn)


def words_excluded(turn: Turn, reading: Reading) -> bool:
    """Agreement means going elsewhere; “no”, or telling more, means it is not understood that way."""
    if reading.intent in ("yes", "thanks", "cancel", "done"):
        chose_excluded(turn, "stop")
        return True
    if reading.intent in ("no", "submit", "resume"):
        chose_excluded(turn, "continue")
        return True
    return _more_facts(turn, reading)


def _more_facts(turn: Turn, reading: Reading) -> bool:
    if reading.intent is not None or not answers.tells_something(reading):
        return False
    intake.add_to_facts(turn, reading)
    intake.ask_next(turn)
    return True


def ask_alike(turn: Turn) -> None:
    choices = [(key, turn.text(f"alike.{key}")) for key in ("supplement", "new")]
    turn.offer(turn.text("alike.ask", number=turn.step.about), choices)


def chose_alike(turn: Turn, key: str) -> None:
    if key == "new":
        intake.ask_next(turn)
        return
    number, words, draft = turn.step.about, intake.facts(turn), turn.draft.id
    turn.edit(None)
    turn.rest()
    turn.do(Act("supplement", number, words))
    turn.do(DropDraft(draft))


def words_alike(turn: Turn, reading: Reading) -> bool:
    if reading.intent in ("yes", "supplement"):
        chose_alike(turn, "supplement")
        return True
    if reading.intent in ("no", "new_complaint"):
        chose_alike(turn, "new")
        return True
    return _more_facts(turn, reading)


def ask_relation(turn: Turn) -> None:
    turn.offer(turn.text("relation.ask"), [], chips=("skip",))


def words_relation(turn: Turn, reading: Reading) -> bool:
    relation = "" if reading.intent in ("skip", "unknown", "no") else reading.text[:20]
    if not turn.has_draft:
        intake.open_draft(turn)
    turn.edit(changed(turn.draft, relation=relation).flag("on_behalf"))
    turn.say("relation.noted")
    turn.change(behind=None)
    intake.ask_next(turn)
    return True


def drop(turn: Turn, farewell: str) -> None:
    """Let the draft go, with a word."""
    turn.do(DropDraft(turn.draft.id))
    turn.edit(None)
    turn.rest()
    turn.change(past=())
    turn.say(farewell)


def _no_choice(turn: Turn, key: str) -> None:
    turn.ask_again()


EXCLUDED = Question(ask_excluded, chose_excluded, words_excluded)
ALIKE = Question(ask_alike, chose_alike, words_alike)
RELATION = Question(ask_relation, _no_choice, words_relation)
