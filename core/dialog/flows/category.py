"""What the complaint is about: suggested from the facts, asked where they do not tell. Pure."""

from __future__ import annotations

from core.dialog.flows import answers, intake
from core.dialog.turn import Question, Turn
from core.records import changed
from core.understand import match_option
from core.understand.reading import Reading

OTHER = "other"


def ask(turn: Turn) -> None:
    """All categories, the suggested ones first; the last is “other, hard to say”, which is always allowed."""
    suggested = [turn.policy.category(key) for key in turn.draft.candidates if key != OTHER]
    others = [category for category in turn.policy.categories if category not in suggested]
    choices = [(category.key, turn.words(category.label)) for category in (*suggested, *others)]
    key = "category.change" if turn.draft.category else "category.ask"
    turn.offer(turn.text(key, progress=intake.progress(turn)), choices, chips=("back",))


def chose(turn: Turn, key: str) -> None:
    intake.remember(turn)
    turn.edit(changed(turn.draft, category=key))
    turn.say("intake.noted", noted=turn.text("category.echo", category=turn.words(turn.policy.category(key).label)))
    intake.ask_next(turn)


def words(turn: Turn, reading: Reading) -> bool:
    """Other words than an option's: more facts, which may show what it is about; at the second try, “other”."""
    if reading.intent in ("skip", "unknown"):
        chose(turn, OTHER)
        return True
    if reading.intent in ("yes", "no", "submit", "done"):
        turn.say("intake.please_answer")
        turn.ask_again()
        return True
    if reading.intent is not None or not (reading.slots or answers.tells_something(reading)):
        return False
    if answers.is_all_slots(reading):
        intake.absorb(turn, reading)
        turn.ask_again()
        return True
    intake.remember(turn)
    intake.take_facts(turn, reading)
    intake.absorb(turn, reading)
    if not turn.draft.category and turn.session.tries == 0:
        turn.change(tries=1)
        turn.say("category.added_to_facts")
        turn.ask_again()
    elif not turn.draft.category:
        chose(turn, OTHER)
    else:
        chose(turn, turn.draft.category)
    return True


def by_words(turn: Turn, text: str) -> bool:
    """Take the category the words name; False where they name none."""
    labels = [(turn.words(category.label), category.label.zh) for category in turn.policy.categories]
    index = match_option(text, labels)
    if index is None:
        return False
    chose(turn, turn.policy.categories[index].key)
    return True


CATEGORY = Question(ask, chose, words)
