"""Wishes to change what was said: “电话改成139…”, “不是三食堂，是二食堂”, “改第3项”, “重写事实”. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache

from core.policies.policy import Policy
from core.records import record
from core.understand.answers import parse_as
from core.understand.lexicon import Phrases, either, pattern, phrases, words
from core.understand.memory import once_per_policy
from core.understand.normal import plain
from core.understand.numerals import chinese
from core.understand.reading import Correction
from core.understand.signs import Signs, beginnings

_EDGES = " \t\n,.;:!?。、~\"'"
_LINE_NO = r"第?(?P<line>\d{1,2}|[一二三四五六七八九十]{1,3})(?:项|条|行|题|栏|处|点|个(?=[应改错不有]))"
_DIGITS = re.compile(r"\d{1,2}|[一二三四五六七八九十]{1,3}")
_NO_FIELDS = ("category", "evidence")
"""What can be changed though no pack has a field for it."""


@record(frozen=True, slots=True)
class _Forms:
    """The forms of one policy, and which fields each name may mean."""

    patterns: tuple[re.Pattern[str], ...]
    fields: dict[str, tuple[str, ...]]


def find_correction(said: str, policy: Policy, now: datetime, signs: Signs) -> Correction | None:
    """What is to change, None where the message takes nothing back."""
    if _signs_of_triggers().isdisjoint(signs):
        return None
    text = said.strip(_EDGES)
    if not _triggers().within(text[:200], signs):
        return None
    forms = _forms(policy)
    match = next((match for form in forms.patterns if (match := form.fullmatch(text))), None)
    return _correction(match.groupdict(), forms, policy, now) if match else None


def is_rewrite(said: str) -> bool:
    """True for “重写…”: the field is to be written anew, not changed to something."""
    return bool(_rewrites().match(said.strip(_EDGES)))


def _correction(parts: dict[str, str | None], forms: _Forms, policy: Policy, now: datetime) -> Correction:
    line = parts.get("line") or parts.get("change_line") or parts.get("change_line_en")
    new = _trimmed(parts.get("new") or "")
    field = _field(parts.get("field"), new, forms, policy, now)
    return Correction(field, _line(line) if line else None, _trimmed(parts.get("old") or ""), new)


def _line(text: str) -> int | None:
    found = _DIGITS.search(text)
    return (int(found[0]) if found[0].isdecimal() else chinese(found[0])) if found else None


def _field(name: str | None, new: str, forms: _Forms, policy: Policy, now: datetime) -> str | None:
    """The field of that name; where several have it, the first that can hold the new value."""
    keys = forms.fields[name.lower()] if name else ()
    if len(keys) > 1 and new:
        kinds = {field.key: field.kind for field in policy.fields}
        return next((key for key in keys if key in kinds and parse_as(kinds[key], new, now)), keys[0])
    return keys[0] if keys else None


def _trimmed(text: str) -> str:
    text = text.strip(_EDGES)
    while (shorter := _tail().sub("", text).strip(_EDGES)) not in ("", text):
        text = shorter
    return text


@once_per_policy
def _forms(policy: Policy) -> _Forms:
    fields = _names(policy)
    table = words("corrections")
    parts = {name: table[name] for name in table if name not in ("form", "fields", "triggers", "tail")}
    return _Forms(tuple(pattern(_filled(form, fields), **parts) for form in table["form"]), fields)


def _filled(form: str, fields: dict[str, tuple[str, ...]]) -> str:
    """A form with its building blocks put in; what is left are names of lists."""
    blocks = {
        "<l>": r"(?:<lead>[\s,.;:!。、]*){0,5}",
        "<my>": r"(?:my |the |our )?",
        "<after_english>": r"(?: number)?",
        "<pause>": r"[\s,.;:!?。]*",
        "<line_no>": _LINE_NO,
        # 改下电话 and 改成下午三点 both go on with 下.
        "<to>": r"(?:<become_by>|下(?![午周个半]))",
        "<field>": f"(?P<field>{either(fields)})",
    }
    for block, meaning in blocks.items():
        form = form.replace(block, meaning)
    return f"(?s:{form})"


def _names(policy: Policy) -> dict[str, tuple[str, ...]]:
    """Every name of every field: a pack's own label means that field alone, other names what has that kind, if any has."""
    names: dict[str, list[str]] = {}
    for kind, called in words("corrections")["fields"].items():
        keys = [field.key for field in policy.fields if field.kind == kind] or [kind] * (kind in _NO_FIELDS)
        for word in called:
            names.setdefault(word, []).extend(keys)
    own = {name: (field.key,) for field in reversed(policy.fields) for name in _labels(field.label.zh, field.label.en)}
    return {name: tuple(keys) for name, keys in names.items()} | own


def _labels(*labels: str) -> list[str]:
    """A label, and without what is put before it for politeness: 您的电话 is 电话."""
    return [
        label
        for written in labels
        if (label := plain(written).lower().removeprefix("您的").removeprefix("your ").strip(_EDGES))
    ]


@cache
def _signs_of_triggers() -> frozenset[str]:
    return beginnings(words("corrections")["triggers"])


@cache
def _triggers() -> Phrases:
    return phrases(words("corrections")["triggers"])


@cache
def _tail() -> re.Pattern[str]:
    return pattern(r"[\s,]*<tail>$", tail=words("corrections")["tail"])


@cache
def _rewrites() -> re.Pattern[str]:
    leads = rf"(?:{either(words('corrections')['lead'])}[\s,]*){{0,5}}"
    return re.compile(rf"{leads}(?:{either(words('corrections')['rewrite'])}|rewrite|re-write)", re.IGNORECASE)
