"""What changes from one policy pack to another, or from one version of a pack to the next. Pure.

Rows with a key (questions, categories, exclusions, clocks, options) are the same row where the key is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from core.policies.policy import Policy
from core.records import record

ChangeKind = Literal["added", "removed", "changed", "moved"]
At = tuple[str, ...]


@record(frozen=True, slots=True)
class Change:
    """One difference. ``at`` is the path with the keys of rows, ``names`` the path without them.

    ``old`` and ``new`` are plain JSON values, None on the side that has none; for ``moved`` they are keys in their order.
    """

    kind: ChangeKind
    at: At
    names: At
    old: Any
    new: Any


def differences(old: Policy, new: Policy) -> tuple[Change, ...]:
    """Every difference, in the order in which a pack is written."""
    return tuple(_compared(old.model_dump(mode="json"), new.model_dump(mode="json"), (), ()))


def _compared(old: Any, new: Any, at: At, names: At) -> Iterator[Change]:
    if old == new:
        return
    if _has_keys(old) and _has_keys(new):
        yield from _rows(_by_key(old), _by_key(new), at, names)
    elif isinstance(old, dict) and isinstance(new, dict):
        for name in old:
            yield from _compared(old[name], new[name], (*at, name), (*names, name))
    else:
        yield Change("changed", at, names, old, new)


def _rows(old: Mapping[str, Any], new: Mapping[str, Any], at: At, names: At) -> Iterator[Change]:
    for key in old:
        if key in new:
            yield from _compared(old[key], new[key], (*at, key), names)
        else:
            yield Change("removed", (*at, key), names, old[key], None)
    yield from (Change("added", (*at, key), names, None, new[key]) for key in new if key not in old)
    before, after = [key for key in old if key in new], [key for key in new if key in old]
    if before != after:
        yield Change("moved", at, names, before, after)


def _has_keys(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) and "key" in row for row in value)


def _by_key(rows: list[Any]) -> dict[str, Any]:
    return {row["key"]: row for row in rows}
