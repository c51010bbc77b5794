"""Coming back to an unfinished complaint, and letting it go in time. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.cases.clocks import by_day
from core.dialog.effects import DropDraft, Reread
from core.dialog.flows import crossroads, intake
from core.dialog.turn import Question, Turn
from core.records import changed
from core.understand.reading import Reading

SUMMARY_LENGTH = 24
NOTICE = timedelta(days=1)
"""So long at least a draft stays after its reminder, however late that came."""


def is_due(turn: Turn) -> bool:
    """A draft is open, and nothing was heard for as long as the pack says."""
    last = turn.session.last_at
    if not turn.has_draft or last is None or turn.step.name == "resume":
        return False
    return turn.scene.now - last >= turn.policy.drafts.resume_after


def offer(turn: Turn, words: str = "") -> None:
    """Go on, begin anew, or delete; what was said on coming back is kept until then."""
    turn.change(stash=words)
    turn.interrupt()
    turn.ask("resume")


def title(turn: Turn) -> str:
    """A draft's name is the beginning of what happened."""
    told = intake.facts(turn).replace("\n", " ")
    return told[:SUMMARY_LENGTH] + ("…" if len(told) > SUMMARY_LENGTH else "") or turn.text("resume.untitled")


def ask(turn: Turn) -> None:
    choices = [(key, turn.text(f"resume.{key}")) for key in ("resume", "restart", "delete")]
    turn.offer(turn.text("resume.ask", title=title(turn)), choices)


def chose(turn: Turn, key: str) -> None:
    stash = turn.session.stash
    turn.change(stash="")
    if key == "delete":
        crossroads.drop(turn, "cancel.deleted")
    elif key == "restart":
        turn.change(behind=None)
        intake.open_draft(turn)
        intake.ask_next(turn)
    else:
        _go_on(turn, stash)


def _go_on(turn: Turn, stash: str) -> None:
    """Back to the question that was open; words said on coming back answer it."""
    if stash and turn.session.behind:
        turn.change(step=turn.session.behind, behind=None, options=())
        turn.do(Reread(stash))
    elif turn.session.behind:
        turn.go_back_to_work()
    else:
        intake.ask_next(turn)


def words(turn: Turn, reading: Reading) -> bool:
    """Any other words mean: go on, with this too."""
    chosen = {"yes": "resume", "no": "delete", "cancel": "delete", "delete_draft": "delete", "new_complaint": "restart"}
    if reading.intent in chosen:
        chose(turn, chosen[reading.intent])
        return True
    if reading.intent is not None:
        return False
    turn.change(stash="\n".join(part for part in (turn.session.stash, reading.text) if part))
    chose(turn, "resume")
    return True


def wake_at(turn: Turn) -> datetime | None:
    """When to look at this conversation again: to remind once, then to let the draft go."""
    if not turn.has_draft or turn.session.last_at is None:
        return None
    rules = turn.policy.drafts
    if turn.draft.reminded_at is None:
        return by_day(turn.session.last_at + rules.remind_after)
    expires = turn.session.last_at + timedelta(days=rules.expire_after_days)
    return by_day(max(expires, turn.draft.reminded_at + NOTICE))


def on_woke(turn: Turn) -> None:
    """Time passed without a word: one friendly reminder, and at the end a notice that the draft is gone."""
    due = wake_at(turn)
    if due is None or turn.scene.now < due:
        return
    if turn.draft.reminded_at is not None:
        turn.say("resume.expired", title=title(turn))
        _forget(turn)
        return
    turn.say("resume.reminder", title=title(turn), days=str(turn.policy.drafts.expire_after_days))
    turn.edit(changed(turn.draft, reminded_at=turn.scene.now))


def _forget(turn: Turn) -> None:
    turn.do(DropDraft(turn.draft.id))
    turn.edit(None)
    turn.rest()
    turn.change(past=(), stash="")


RESUME = Question(ask, chose, words)
