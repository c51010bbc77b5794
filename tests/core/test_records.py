"""What is packed comes back as plain values, whatever people wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.records import changed, pack, record, unpack

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.text(st.characters(exclude_categories=())),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(max_size=4), parts, max_size=4),
    max_leaves=12,
)


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    at: datetime
    about: Any = None


@given(ANYTHING)
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    assert unpack(pack(value)) == value


def test_a_record_becomes_an_object_of_its_fields() -> None:
    note = Note("有虫", datetime(2026, 11, 24, 8, 30, tzinfo=UTC), (date(2026, 12, 1), MappingProxyType({"a": 1})))
    assert unpack(pack(note)) == {"text": "有虫", "at": "2026-11-24T08:30:00+00:00", "about": ["2026-12-01", {"a": 1}]}


def test_half_a_character_changes_nothing_about_the_rest() -> None:
    at = datetime(2026, 11, 24, 8, 30, 15, 250, tzinfo=UTC)
    whole, half = Note("好", at, {"day": date(2026, 1, 2)}), Note("\ud83d", at, {"day": date(2026, 1, 2)})
    assert unpack(pack(half)) == unpack(pack(whole)) | {"text": "\ud83d"}


@record(frozen=True, slots=False)
class Place:
    name: str
    floor: int = 1


def test_a_changed_record_leaves_the_old_one_as_it_was() -> None:
    hall = Place("大厅")
    assert changed(hall, floor=2) == Place("大厅", 2)
    assert hall == Place("大厅")
    assert unpack(pack(changed(hall, floor=2))) == {"name": "大厅", "floor": 2}
