"""A pack's keys and values in a clerk's words: what a row is called, and what is written in it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from app.texts_cli import say
from core.policies.differences import At
from core.policies.policy import EVENTS, Clock, Policy
from core.texts import load_texts

CHOSEN: Mapping[str, Callable[[str], str]] = {
    "number.restart": lambda value: say("restart", value),
    "number.check": lambda value: say("check", value),
    "fields.kind": lambda value: say("policy_kind", value),
    "evidence.kinds": lambda value: say("policy_file", value),
    "clocks.unit": lambda value: say("policy_unit", value),
    "clocks.ends_on": lambda value: say("policy_end", value),
    "clocks.level": lambda value: say("policy_level", value),
    "posts.duties": lambda value: load_texts().render("zh", f"duty.{value}"),
    "work.stops": lambda value: say("clock_stop", value),
    "decision.meeting_for": lambda value: say("policy_level", value),
}
"""Values to choose from, and what each is called."""

ROWS: frozenset[At] = frozenset(
    {
        ("fields",), ("fields", "options"), ("categories",), ("exclusions",), ("clocks",), ("posts",), ("decision", "measures"),
    }
)  # fmt: skip
"""The tables whose rows have keys, by the names that lead to them."""

POSTS = {
    "clocks.extension.approved_by", "posts.deputies", "work.separate", "work.major_to", "work.ladder.to", "calls.to", "decision.opinion_by",
    "decision.approved_by", "decision.authority.approved_by",
}  # fmt: skip
CLOCKS = {"clocks.starts_from", "receipt.promise", "receipt.then"}
LIMITS = {"clocks.limit", "clocks.extension.limit"}
HOURS = "institution.hours"
LANGUAGES = {"zh", "en"}


def name_of(names: At) -> str:
    """What the key at a path without row keys is called; of a sentence, in which language."""
    if names[-1] in LANGUAGES:
        return say("policy_diff", f"in_{names[-1]}", name=name_of(names[:-1]))
    return say("policy_name", ".".join(names))


def labels_at(pack: Policy, at: At) -> Mapping[str, str]:
    """What the rows of a table are called, by key; ``at`` is its path, through the keys of the rows that it lies in."""
    found: Any = pack
    for step in at:
        found = next(row for row in found if row.key == step) if isinstance(found, tuple) else getattr(found, step)
    return {row.key: row.label.zh for row in found}


def rows_on(at: At) -> Iterator[tuple[At, str]]:
    """The rows that a path leads through, each as the path of its table and its key."""
    names: At = ()
    for index, step in enumerate(at):
        if names in ROWS and (not index or at[index - 1] == names[-1]):
            yield at[:index], step
        else:
            names = (*names, step)


def post_label(key: str, pack: Policy) -> str:
    """A post by its name, or whoever handles the case."""
    return labels_at(pack, ("posts",)).get(key) or say("policy_roles", "handler")


def clock_label(key: str, pack: Policy) -> str:
    """A clock or an event that one starts from, by its name."""
    return labels_at(pack, ("clocks",)).get(key) or say("policy_event", key)


def start_of(clock: Clock, pack: Policy) -> str:
    """What a clock starts from: an event, or the end of another clock."""
    label = clock_label(clock.starts_from, pack)
    return label if clock.starts_from in EVENTS else say("policy_show", "from_clock", label=label)


def value_of(value: Any, at: At, names: At, pack: Policy) -> str:
    """A plain JSON value of the pack, written out; ``at`` is its path, ``names`` the same without row keys."""
    if value in (None, []):
        return say("policy_diff", "nothing")
    if isinstance(value, bool):
        return say("policy_diff", "yes" if value else "no")
    if isinstance(value, dict):
        return _table(value, at, names, pack)
    if isinstance(value, list):
        return _hours(value) if ".".join(names) == HOURS else _list(value, at, names, pack)
    return _single(value, at, ".".join(names), pack)


def listed(words: Iterable[str]) -> str:
    return "、".join(words)


def _table(value: Mapping[str, Any], at: At, names: At, pack: Policy) -> str:
    if set(value) == LANGUAGES:
        return str(value["zh"])
    told = {name: part for name, part in value.items() if part not in (None, [])}
    parts = {(*names, name): value_of(part, (*at, name), (*names, name), pack) for name, part in told.items()}
    return "，".join(say("policy_diff", "part", name=name_of(path), value=said) for path, said in parts.items())


def _list(value: list[Any], at: At, names: At, pack: Policy) -> str:
    said = [value_of(part, at, names, pack) for part in value]
    return "；".join(said) if isinstance(value[0], dict | list) else listed(said)


def _hours(rows: list[Mapping[str, str]]) -> str:
    return listed(f"{row['opens_at'][:5]}–{row['closes_at'][:5]}" for row in rows)


def _single(value: object, at: At, name: str, pack: Policy) -> str:
    if name in CHOSEN:
        return CHOSEN[name](str(value))
    if name in POSTS:
        return post_label(str(value), pack)
    if name in CLOCKS:
        return clock_label(str(value), pack)
    if name in LIMITS:
        return say("policy_diff", "limit", limit=value, unit=say("unit", pack.clock(at[1]).unit))
    return str(value)
