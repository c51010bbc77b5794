"""Reading everything back, changing lines by number, and filing on a clear yes. Pure."""

from __future__ import annotations

from core.dialog.effects import OpenCase
from core.dialog.flows import answers, crossroads, evidence, intake
from core.dialog.turn import Question, Turn
from core.understand.reading import Reading

SHOWN = 120


def lines(turn: Turn) -> list[tuple[str, str]]:
    """What is read back, in order: (what a change of this line asks, the line)."""
    rows = [
        (field.key, _shown(answers.pair(turn, field, answer)))
        for field in turn.policy.fields
        if (answer := turn.draft.answer(field.key)) is not None
    ]
    if turn.draft.category:
        label = turn.words(turn.policy.category(turn.draft.category).label)
        rows.append(("category", turn.text("category.echo", category=label)))
    rows.append(("evidence", turn.text("evidence.echo", list=evidence.listing(turn))))
    return rows


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def ask(turn: Turn) -> None:
    numbered = "\n".join(f"（{n}）{line}" for n, (_, line) in enumerate(lines(turn), 1))
    who = turn.text("summary.anonymous") if turn.draft.anonymous else ""
    if turn.draft.relation:
        who = turn.text("summary.relation", relation=turn.draft.relation)
    choices = [(key, turn.text(f"summary.{key}")) for key in ("submit", "change", "cancel")]
    turn.offer(turn.text("summary.ask", lines=numbered, who=who), choices)


def chose(turn: Turn, key: str) -> None:
    if key == "submit":
        turn.do(OpenCase(turn.draft, turn.session.consent))
    elif key == "change":
        turn.ask("change")
    else:
        turn.ask("cancel")


def words(turn: Turn, reading: Reading) -> bool:
    """Only a clear yes files it; “no” asks what is wrong; facts told now are added first."""
    if reading.intent in ("submit", "yes", "done"):
        chose(turn, "submit")
        return True
    if reading.intent == "no":
        chose(turn, "change")
        return True
    if reading.intent == "cancel":
        chose(turn, "cancel")
        return True
    return intake.more_of_the_story(turn, reading)


def ask_change(turn: Turn) -> None:
    turn.offer(turn.text("summary.which_line"), [(f"line_{n}", line) for n, line in enumerate(_labels(turn), 1)])


def _labels(turn: Turn) -> list[str]:
    names = {"category": turn.text("category.label"), "evidence": turn.text("evidence.label")}
    return [names.get(key) or turn.words(turn.policy.field(key).label) for key, _ in lines(turn)]


def chose_change(turn: Turn, key: str) -> None:
    change_line(turn, int(key.removeprefix("line_")))


def change_line(turn: Turn, number: int) -> None:
    """Ask the n-th line of the summary anew."""
    rows = lines(turn)
    if not 1 <= number <= len(rows):
        turn.say("summary.no_such_line", count=str(len(rows)))
        turn.ask_again()
        return
    change_item(turn, rows[number - 1][0])


def change_item(turn: Turn, item: str) -> None:
    if item in ("category", "evidence"):
        turn.ask(item)
    else:
        turn.ask("field", item)


def words_change(turn: Turn, reading: Reading) -> bool:
    if reading.intent in ("no", "done", "cancel", "resume", "submit", "yes"):
        intake.ask_next(turn)
        return True
    return False


def ask_cancel(turn: Turn) -> None:
    choices = [(key, turn.text(f"cancel.{key}")) for key in ("keep", "delete", "resume")]
    turn.offer(turn.text("cancel.ask"), choices)


def chose_cancel(turn: Turn, key: str) -> None:
    if key == "delete":
        crossroads.drop(turn, "cancel.deleted")
    elif key == "keep":
        turn.rest()
        turn.say("cancel.kept", days=str(turn.policy.drafts.expire_after_days))
    else:
        intake.ask_next(turn)


def words_cancel(turn: Turn, reading: Reading) -> bool:
    chosen = {"cancel": "delete", "delete_draft": "delete", "no": "resume", "resume": "resume", "done": "keep"}
    if reading.intent not in chosen:
        return False
    chose_cancel(turn, chosen[reading.intent])
    return True


SUMMARY = Question(ask, chose, words)
CHANGE = Question(ask_change, chose_change, words_change)
CANCEL = Question(ask_cancel, chose_cancel, words_cancel)
