"""What changes between two packs is found whole: put onto the old one, it makes the new one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.policies.differences import Change, differences
from core.policies.load import load, packs
from core.policies.policy import Policy

PACK = load("service-center")


def with_changes(**sections: Any) -> Policy:
    return Policy.model_validate(PACK.model_dump() | sections)


def found(new: Policy) -> list[tuple[str, str, Any, Any]]:
    return [(change.kind, ".".join(change.at), change.old, change.new) for change in differences(PACK, new)]


@pytest.mark.parametrize("pack", packs())
def test_a_pack_does_not_differ_from_itself(pack: str) -> None:
    assert differences(load(pack), load(pack)) == ()


def test_a_value_is_found_by_its_path_through_the_keys_of_rows() -> None:
    clocks = [clock.model_dump() for clock in PACK.clocks]
    clocks[1]["limit"] = 10
    (change,) = differences(PACK, with_changes(clocks=tuple(clocks)))
    assert change == Change("changed", ("clocks", "result", "limit"), ("clocks", "limit"), 7, 10)


def test_a_new_extension_is_found_whole() -> None:
    clocks = [clock.model_dump() for clock in PACK.clocks]
    clocks[0]["extension"] = {"limit": 3, "times": 1, "approved_by": "head"}
    assert found(with_changes(clocks=tuple(clocks))) == [
        ("changed", "clocks.acceptance.extension", None, clocks[0]["extension"])
    ]


def test_rows_that_come_and_go_are_found_by_their_keys() -> None:
    rows = PACK.model_dump(mode="json")["fields"]
    renamed = tuple({**row, "key": "why"} if row["key"] == "reasons" else row for row in rows)
    assert [change[:2] for change in found(with_changes(fields=renamed))] == [
        ("removed", "fields.reasons"),
        ("added", "fields.why"),
    ]


def test_another_order_of_the_questions_is_found() -> None:
    rows = PACK.fields
    ((kind, at, old, new),) = found(with_changes(fields=(rows[1], rows[0], *rows[2:])))
    assert (kind, at, old[:2], new[:2]) == ("moved", "fields", [rows[0].key, rows[1].key], [rows[1].key, rows[0].key])


def test_a_list_that_was_empty_and_is_not_is_found() -> None:
    changed = found(with_changes(exclusions=()))
    assert [change[:2] for change in changed] == [("removed", f"exclusions.{row.key}") for row in PACK.exclusions]


def put(value: Any, at: tuple[str, ...], change: Change) -> Any:
    """A part of the plain pack with one change made at a path inside it."""
    if isinstance(value, list):
        return list(put({row["key"]: row for row in value}, at, change).values())
    if len(at) > 1:
        return {**value, at[0]: put(value[at[0]], at[1:], change)}
    rest = {key: part for key, part in value.items() if key != at[0]}
    return rest if change.kind == "removed" else {**value, at[0]: change.new}


def in_order(value: Any) -> Any:
    """The same with its rows sorted by their keys."""
    if isinstance(value, dict):
        return {name: in_order(part) for name, part in value.items()}
    rows = isinstance(value, list) and any(isinstance(row, dict) and "key" in row for row in value)
    return sorted(map(in_order, value), key=lambda row: row["key"]) if rows else value


@settings(deadline=None)
@given(st.sampled_from(packs()), st.sampled_from(packs()))
def test_the_differences_put_onto_the_old_pack_make_the_new_one(old: str, new: str) -> None:
    made = load(old).model_dump(mode="json")
    for change in differences(load(old), load(new)):
        made = made if change.kind == "moved" else put(made, change.at, change)
    assert in_order(made) == in_order(load(new).model_dump(mode="json"))
