"""Records: changed in part, and as JSON, the one form in which they are sealed, spooled and remembered. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

__all__ = ["changed", "pack", "plain", "record", "unpack"]

R = TypeVar("R")

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:

    def record(*, frozen: bool, slots: bool) -> Callable[[type[R]], type[R]]:
        """A dataclass that the type checker keeps from being changed: guarding it as it runs doubles what making one costs.

        ``slots`` make a record small and quick to make. One without them is changed and packed in a third of the time.
        """
        return dataclass(slots=slots, unsafe_hash=frozen)


def pack(value: Any) -> bytes:
    """JSON of records (by the names of their fields), tuples, mappings, moments and days, in UTF-8.

    Half of a surrogate pair, which hostile text may hold, comes back as it was.
    """
    try:
        return orjson.dumps(value, default=dict)
    except orjson.JSONEncodeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=plain).encode(
            "utf-8", "surrogatepass"
        )


def unpack(content: bytes) -> Any:
    """What was packed, as plain JSON values."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return json.loads(content.decode("utf-8", "surrogatepass"))


def plain(value: Any) -> Any:
    """One value as JSON has it: its parts may be records themselves."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def changed(record: R, /, **values: Any) -> R:
    """The record, one without slots, with other values: all are copied at once, where ``dataclasses.replace`` sets each."""
    other = object.__new__(type(record))
    other.__dict__ = record.__dict__ | values
    return other
