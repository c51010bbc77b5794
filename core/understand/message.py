"""One message read whole: cleaned, then shown to every reader of this room."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from core.policies.policy import Policy
from core.understand.categories import vote
from core.understand.choices import number_said
from core.understand.corrections import find_correction, is_rewrite
from core.understand.danger import find_danger
from core.understand.exclusions import find_exclusion
from core.understand.found import as_written
from core.understand.intents import find_intent
from core.understand.mood import is_question, is_upset, language_of
from core.understand.normal import clean, fold
from core.understand.ratings import find_rating, find_removal
from core.understand.reading import Intent, Reading
from core.understand.references import find_references
from core.understand.signs import signs_of
from core.understand.slots import find_slots

ABOUT_ONE: frozenset[Intent] = frozenset({"status", "withdraw", "urge", "dissatisfied", "reopen", "review"})
"""What can be asked for a complaint that is named by its number in the same message."""

LONGEST_REQUEST = 60


def read(text: str, policy: Policy, now: datetime) -> Reading:
    """Everything a message says. A longer message than is read costs no more than one of ``READ`` characters."""
    kept, was_cut = clean(text)
    return _read(kept, was_cut, policy, now) if kept else Reading(cut=was_cut)


def _read(kept: str, was_cut: bool, policy: Policy, now: datetime) -> Reading:
    said = fold(kept)
    signs = signs_of(said)
    slots = tuple(as_written(slot, said, kept) for slot in find_slots(said, now, signs))
    references = find_references(said, slots, policy, signs)
    rating, removal = find_rating(said, signs), find_removal(said, signs)
    intent = _intent(said, rating, removal) or _about_one(said, references.numbers)
    correction = None if intent else find_correction(said, policy, now, signs)
    return Reading(
        text=kept,
        intent="rewrite" if correction and is_rewrite(said) else intent,
        danger=find_danger(said, signs),
        upset=is_upset(said, signs),
        question=is_question(said, signs),
        slots=slots,
        correction=correction,
        option=number_said(said),
        rating=rating,
        numbers=references.numbers,
        codes=references.codes,
        suggestion=vote(said, policy, signs),
        excluded=find_exclusion(said, policy, signs),
        language=language_of(said, signs),
        cut=was_cut,
        attachment_line=removal,
    )


def _intent(said: str, rating: int | None, removal: int | None) -> Intent | None:
    if removal is not None:
        return "remove_evidence"
    return "rate" if rating is not None else find_intent(said)


def _about_one(said: str, numbers: Sequence[str]) -> Intent | None:
    """“申请复核 QS2026-000018”: what is asked for, read without the number."""
    if len(numbers) != 1 or len(said) > LONGEST_REQUEST:
        return None
    asked = find_intent(re.sub(re.escape(numbers[0]), " ", said, flags=re.IGNORECASE))
    return asked if asked in ABOUT_ONE else None
