"""How weighty a complaint is as it is registered, by the rules of its pack: words, money, people. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.policies.policy import Level, MajorRule, Policy
from core.understand.amounts import find_money, find_people


def level(policy: Policy, contents: Mapping[str, Any], now: datetime) -> tuple[Level, MajorRule | None]:
    """The level and the rule that made it major."""
    rule = next((rule for rule in policy.major if _fits(rule, contents, now)), None)
    return ("major", rule) if rule else ("general", None)


def _fits(rule: MajorRule, contents: Mapping[str, Any], now: datetime) -> bool:
    said = str(contents.get("facts", ""))
    if any(word in said for word in rule.any_of):
        return True
    if rule.yuan_from and any(yuan >= rule.yuan_from for yuan in _sums(said, contents, now)):
        return True
    return bool(rule.people_from) and any(count >= (rule.people_from or 0) for count in find_people(said))


def _sums(said: str, contents: Mapping[str, Any], now: datetime) -> Iterator[Decimal]:
    """Every amount of money in the facts and in what is claimed."""
    answers = contents.get("answers", {})
    claimed = [str(row.get("value", "")) for row in answers.values()]
    for text in (said, *claimed):
        yield from (Decimal(found.slot.value) for found in find_money(text, now))
