"""What a pack's parts must agree on, beyond the shape of each. Pure.

A check runs only when every section that it reads is sound, so one mistake is told once and never drags others along.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from pydantic import TypeAdapter

from core.messages import Language
from core.policies import check_clocks, check_work
from core.policies.checking import Check, Found, distinct, distinct_keys, distinct_labels
from core.policies.faults import Place, Problem
from core.policies.number_pattern import pattern_problems
from core.policies.policy import Exclusion, Field_, Policy, Words

RESERVED_FIELD_KEYS = {"category", "evidence"}  # A correction names these lines of the summary by the same word.
LONGEST_QUESTION: Mapping[Language, int] = {"zh": 60, "en": 120}  # Two Latin letters are as wide as one 汉字.
MOST_CHOICES = 7


def sound_sections_problems(raw: Mapping[str, Any], misshapen: set[str]) -> list[Problem]:
    """What does not fit together in the sections of a parsed pack that are not ``misshapen``."""
    partial = Policy.model_construct(**_sound_sections(raw, misshapen))
    runnable = (check for check in CHECKS if not check.reads & misshapen)
    return [problem for check in runnable for problem in check.find(partial)]


def _sound_sections(raw: Mapping[str, Any], misshapen: set[str]) -> dict[str, Any]:
    sound = {name: row.annotation for name, row in Policy.model_fields.items() if name in raw and name not in misshapen}
    return {name: TypeAdapter[Any](kind or Any).validate_python(raw[name], strict=True) for name, kind in sound.items()}


def _fields(policy: Policy) -> Found:
    yield from distinct_keys(policy, "fields")
    yield from distinct_labels(policy.fields, ("fields",))
    yield from _facts(policy)
    for index, field in enumerate(policy.fields):
        yield from _field(field, ("fields", index))


def _facts(policy: Policy) -> Found:
    telling = [index for index, field in enumerate(policy.fields) if field.kind == "facts"]
    if not any(policy.fields[index].key == "facts" and policy.fields[index].required for index in telling):
        yield Problem(("fields",), "facts_missing")
    for index in telling[1:]:
        yield Problem(("fields", index, "kind"), "facts_twice")


def _field(field: Field_, at: Place) -> Found:
    if field.key in RESERVED_FIELD_KEYS:
        yield Problem((*at, "key"), "reserved_key", values={"key": field.key})
    yield from _question(field.question, (*at, "question"))
    if field.kind == "choice" and not 2 <= len(field.options) <= MOST_CHOICES:
        values = {"limit": MOST_CHOICES, "count": len(field.options)}
        yield Problem((*at, "options"), "choice_without_options", values=values)
    yield from distinct([option.key for option in field.options], (*at, "options"), "duplicate_key", "key")
    yield from distinct_labels(field.options, (*at, "options"))


def _question(question: Words, at: Place) -> Found:
    for language, limit in LONGEST_QUESTION.items():
        length = len(question.in_language(language))
        if length > limit:
            values = {"language": language, "length": length, "limit": limit}
            yield Problem((*at, language), "question_too_long", values=values)


def _categories(policy: Policy) -> Found:
    yield from distinct_keys(policy, "categories")
    yield from distinct_labels(policy.categories, ("categories",))
    keys = [category.key for category in policy.categories]
    if "other" not in keys:
        yield Problem(("categories",), "other_missing")
    elif keys[-1] != "other":
        yield Problem(("categories", keys.index("other")), "other_not_last")


def _anonymity(policy: Policy) -> Found:
    for index, field in enumerate(policy.fields):
        if policy.anonymity.allowed and field.personal and field.required:
            yield Problem(("fields", index, "required"), "anonymous_but_required")


def _hours(policy: Policy) -> Found:
    hours = policy.institution.hours
    for index, row in enumerate(hours):
        if row.closes_at <= row.opens_at:
            values = {"closes": row.closes_at, "opens": row.opens_at}
            yield Problem(("institution", "hours", index), "hours_backwards", values=values)
    for index, (earlier, later) in enumerate(pairwise(hours), start=1):
        if later.opens_at < earlier.closes_at:
            yield Problem(("institution", "hours", index), "hours_overlap")


def _exclusions(policy: Policy) -> Found:
    yield from distinct_keys(policy, "exclusions")
    for index, exclusion in enumerate(policy.exclusions):
        for word in (word for word in exclusion.any_of if len(word) < 2):
            yield Problem(("exclusions", index, "any_of"), "exclusion_short", values={"word": word})
        hiding = next((earlier for earlier in policy.exclusions[:index] if _always_first(earlier, exclusion)), None)
        if hiding:
            yield Problem(("exclusions", index), "exclusion_hidden", values={"earlier": hiding.key})


def _always_first(earlier: Exclusion, later: Exclusion) -> bool:
    """True when every text that shows ``later`` shows ``earlier`` too."""
    return all(_shows(earlier, (word, *later.all_of)) for word in later.any_of)


def _shows(exclusion: Exclusion, words: tuple[str, ...]) -> bool:
    def said(word: str) -> bool:
        return any(word in other for other in words)

    return any(map(said, exclusion.any_of)) and all(map(said, exclusion.all_of))


def _drafts(policy: Policy) -> Found:
    drafts = policy.drafts
    if drafts.remind_after_hours >= drafts.expire_after_days * 24:
        values = {"remind": drafts.remind_after_hours, "expire": drafts.expire_after_days}
        yield Problem(("drafts", "remind_after_hours"), "remind_after_expiry", values=values)


def _number(policy: Policy) -> Found:
    yield from pattern_problems(policy.number)


CHECKS = (
    Check(frozenset({"institution"}), _hours),
    Check(frozenset({"number"}), _number),
    Check(frozenset({"fields"}), _fields),
    Check(frozenset({"fields", "anonymity"}), _anonymity),
    Check(frozenset({"categories"}), _categories),
    Check(frozenset({"exclusions"}), _exclusions),
    Check(frozenset({"drafts"}), _drafts),
    *check_clocks.CHECKS,
    *check_work.CHECKS,
)
