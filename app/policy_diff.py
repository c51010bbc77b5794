"""What ``tousu policy diff`` shows: what changes between two packs, as a record and in a clerk's words. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from app.policy_words import labels_at, listed, name_of, rows_on, value_of
from app.texts_cli import say
from core.policies.differences import At, Change, differences
from core.policies.policy import Policy

ROWS = {"fields", "categories", "exclusions", "clocks", "posts"}
IN_A_TABLE = 2  # Names on the way to rows in a table of one; to those in a row there are three.
LONGEST_LINE = 60


def diff_record(old: Policy, new: Policy) -> dict[str, Any]:
    """The differences as programs read them; ``field`` is the path inside the row or table, None for all of it."""
    changes = [_record(change, old, new) for change in differences(old, new)]
    return {"old": _pack_record(old), "new": _pack_record(new), "changes": changes}


def diff_lines(old: Policy, new: Policy) -> Iterator[str]:
    """The same for people, section by section."""
    yield say("policy_diff", "head", old=_pack_line(old), new=_pack_line(new))
    changes = differences(old, new)
    if not changes:
        yield say("policy_diff", "none")
    elif (old.id, old.version) == (new.id, new.version):
        yield say("policy_diff", "same_version", version=new.version)
    for section, rows in groupby(changes, key=lambda change: say("policy_section", change.at[0])):
        yield ""
        yield section
        for change in rows:
            yield from _lines(change, old, new)


def _pack_record(pack: Policy) -> dict[str, str]:
    return {"id": pack.id, "version": pack.version, "effective_from": pack.effective_from.isoformat()}


def _pack_line(pack: Policy) -> str:
    return say("policy_diff", "pack", title=pack.title.zh, **_pack_record(pack))


def _record(change: Change, old: Policy, new: Policy) -> dict[str, Any]:
    section, *rest = change.at
    key = rest.pop(0) if section in ROWS and rest else None
    label = labels_at(old if change.kind == "removed" else new, (section,)).get(key) if key else None
    where = {"section": section, "key": key, "label": label, "field": ".".join(rest) or None}
    return {**where, "change": change.kind, "old": change.old, "new": change.new}


def _lines(change: Change, old: Policy, new: Policy) -> Iterator[str]:
    what = " · ".join(_what(change, old if change.kind == "removed" else new))
    before, after = _sides(change, old, new)
    if change.kind == "changed" and len(before) + len(after) <= LONGEST_LINE:
        yield say("policy_diff", "changed_short", what=what, old=before, new=after)
        return
    yield say("policy_diff", change.kind, what=what)
    if change.kind == "added":
        yield from _parts(change, new)
    elif words := _words(change, old, new):
        yield from words
    elif change.kind != "removed":
        yield say("policy_diff", "old", old=before)
        yield say("policy_diff", "new", new=after)


def _what(change: Change, pack: Policy) -> Iterator[str]:
    """From the row, by its label, to the part of it that changes, by its name."""
    for rows, key in rows_on(change.at):
        if len(rows) == IN_A_TABLE:
            yield name_of(rows)
        yield _row(rows, key, pack)
    if change.kind == "changed" or (change.kind == "moved" and len(change.names) > 1):
        yield name_of(change.names)
    if change.kind == "moved":
        yield say("policy_diff", "order")


def _row(rows: At, key: str, pack: Policy) -> str:
    return say("policy_diff", "row", label=labels_at(pack, rows)[key], key=key)


def _sides(change: Change, old: Policy, new: Policy) -> tuple[str, str]:
    if change.kind == "moved":
        before, after = labels_at(old, change.at), labels_at(new, change.at)
        return listed(before[key] for key in change.old), listed(after[key] for key in change.new)
    return value_of(change.old, change.at, change.names, old), value_of(change.new, change.at, change.names, new)


def _parts(change: Change, pack: Policy) -> Iterator[str]:
    """What a new row says beside its key and label, which stand in its heading."""
    for name, value in change.new.items():
        if name not in {"key", "label"} and value not in (None, []):
            names = (*change.names, name)
            yield say(
                "policy_diff",
                "part_of_row",
                name=name_of(names),
                value=value_of(value, (*change.at, name), names, pack),
            )


def _words(change: Change, old: Policy, new: Policy) -> list[str]:
    """Which of many words went and which came; nothing for other values, or where only their order is another."""
    if change.kind != "changed" or not (_are_words(change.old) and _are_words(change.new)):
        return []
    gone, come = (
        [word for word in side if word not in other]
        for side, other in ((change.old, change.new), (change.new, change.old))
    )
    sides = (("words_removed", gone, old), ("words_added", come, new))
    said = ((key, value_of(words, change.at, change.names, pack)) for key, words, pack in sides if words)
    return [say("policy_diff", key, words=words) for key, words in said]


def _are_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)
