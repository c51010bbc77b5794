"""The file of a clocking device (csv, xlsx) as punches, with every row that is none named. Pure: bytes in, rows out.

Nothing is dropped: each row behind the head is a row, a fault, or blank.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from core.errors import Refused
from core.people.attendance import device_cells
from core.people.attendance.device_cells import Line, Unread, is_blank
from core.people.attendance.device_moments import moment_in, moment_of, words
from core.people.attendance.presence import Way
from core.records import record

HEAD_WITHIN = 20
"""Above the head may stand a title, a period, a department; not more lines than this."""

LONGEST_CELL = 100
LONGEST_SHOWN = 24

_CODE = re.compile(r"[\w.@-]{1,40}")
_EXPONENT = re.compile(r"[+-]?\d+(\.\d+)?E[+-]?\d+", re.IGNORECASE)
_WHOLE = re.compile(r"\d+\.0+")
_FAULT_VALUES = ("#N/A", "#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "####")


@record(frozen=True, slots=True)
class DeviceRow:
    """One punch as the file has it: the device's ``code`` for somebody, or their ``name``, or both."""

    number: int
    code: str
    name: str
    at: datetime
    way: Way


@record(frozen=True, slots=True)
class Fault:
    """A row that is no punch: where it stands, why (a key of the texts, ``attendance.row.…``), and how it begins."""

    number: int
    why: str
    shown: str


@record(frozen=True, slots=True)
class DeviceFile:
    """What a file holds. ``digest`` names these very bytes."""

    digest: str
    rows: tuple[DeviceRow, ...]
    faults: tuple[Fault, ...]


@record(frozen=True, slots=True)
class _Head:
    """In which columns stands what; None where the file has none of it."""

    number: int
    cells: tuple[str, ...]
    code: int | None
    name: int | None
    moment: int | None
    date: int | None
    way: int | None

    @property
    def needed(self) -> tuple[int, ...]:
        return tuple(at for at in (self.code, self.name, self.moment, self.date) if at is not None)


def read(content: bytes) -> DeviceFile:
    """The rows and the faults of a file. Raises Refused where it is no such file at all."""
    for lines in device_cells.tables(content, lambda lines: _head_of(lines) is not None):
        head = _head_of(lines)
        if head is not None:
            rows, faults = _sorted_out(head, lines)
            return DeviceFile(hashlib.sha256(content).hexdigest(), rows, faults)
    raise Refused("attendance.file_no_head")


def _head_of(lines: Sequence[Line]) -> _Head | None:
    return next(filter(None, (_as_head(line.number, line.cells) for line in lines[:HEAD_WITHIN])), None)


def _as_head(number: int, cells: Sequence[object]) -> _Head | None:
    named = tuple(plain(cell) for cell in cells)
    at: dict[str, int | None] = {}
    for role, called in words()["columns"].items():
        found = (named.index(plain(each)) for each in called if plain(each) in named)
        at[role] = next(found, None)
    if (at["code"] is None and at["name"] is None) or at["moment"] is None:
        return None
    repeated = next((each for each in named if each and named.count(each) > 1), None)
    if repeated is not None:
        raise Refused("attendance.file_column_twice", column=repeated)
    return _Head(number, named, **at)


def _sorted_out(head: _Head, lines: Sequence[Line]) -> tuple[tuple[DeviceRow, ...], tuple[Fault, ...]]:
    rows, faults = list[DeviceRow](), list[Fault]()
    for line in lines:
        if line.number <= head.number or line.is_blank:
            continue
        try:
            rows.append(_row(head, line))
        except Unread as wrong:
            faults.append(Fault(line.number, wrong.why, shown(line)))
    return tuple(rows), tuple(faults)


def shown(line: Line) -> str:
    """How a row begins, in one line that nothing in it can change."""
    words_ = " ".join(str(cell) for cell in line.cells if cell is not None)
    plain = "".join(each if each.isprintable() else "?" for each in words_)
    return plain if len(plain) <= LONGEST_SHOWN else f"{plain[: LONGEST_SHOWN - 1]}…"


def _row(head: _Head, line: Line) -> DeviceRow:
    """The punch of a row. Raises Unread."""
    for why in _ill(head, line):
        raise Unread(why)
    code, name = code_of(_at(line, head.code)), _name(_at(line, head.name))
    if not code and not name:
        raise Unread("no_person")
    when = _at(line, head.moment)
    at = moment_in(when) if head.date is None else moment_of(_at(line, head.date), when)
    return DeviceRow(line.number, code, name, at, _way(_at(line, head.way)))


def _ill(head: _Head, line: Line) -> Iterator[str]:
    """What makes a row unreadable before its meaning is looked at."""
    if line.why:
        yield line.why
    texts = [cell for cell in line.cells if isinstance(cell, str)]
    if any("\N{REPLACEMENT CHARACTER}" in text for text in texts):
        yield "garbled"
    if any(unicodedata.category(each) == "Cc" and each != "\t" for text in texts for each in text):
        yield "control"
    if any(len(text) > LONGEST_CELL for text in texts):
        yield "too_long"
    if any(not is_blank(cell) for cell in line.cells[len(head.cells) :]):
        yield "too_many"
    if len(line.cells) <= max(head.needed):
        yield "too_few"
    if tuple(map(plain, line.cells)) == head.cells:
        yield "head_again"
    told = [_at(line, at) for at in head.needed]
    if any(isinstance(cell, str) and cell.strip().startswith(_FAULT_VALUES) for cell in told):
        yield "fault_value"
    if any(isinstance(cell, str) and cell.strip().startswith(("=", "@")) for cell in told):
        yield "formula"


def code_of(cell: object) -> str:
    """The device's code, as a file has it and as it is arranged: a number without its point, without the quote that keeps zeros.

    Raises Unread.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise Unread("not_a_code")
    if isinstance(cell, float):
        cell = f"{cell:.0f}" if cell.is_integer() else str(cell)
    typed = unicodedata.normalize("NFKC", str(cell)).strip().lstrip("'").strip()
    if _EXPONENT.fullmatch(typed):
        raise Unread("exponent")
    if typed.startswith("-"):
        raise Unread("negative")
    typed = typed.partition(".")[0] if _WHOLE.fullmatch(typed) else typed
    if typed and not _CODE.fullmatch(typed):
        raise Unread("not_a_code")
    if "." in typed and typed.replace(".", "").isdecimal():
        raise Unread("not_a_code")
    return typed


def _name(cell: object) -> str:
    if cell is None:
        return ""
    if not isinstance(cell, str):
        raise Unread("not_a_name")
    return "".join(cell.split())


def _way(cell: object) -> Way:
    said = plain(cell)
    ways: Mapping[str, Sequence[str]] = words()["ways"]
    if not said or said in map(plain, ways["any"]):
        return ""
    if said in map(plain, ways["in"]):
        return "in"
    if said in map(plain, ways["out"]):
        return "out"
    raise Unread("no_such_way")


def _at(line: Line, at: int | None) -> object:
    cell = line.cells[at] if at is not None and at < len(line.cells) else None
    return None if is_blank(cell) else cell


def plain(cell: object) -> str:
    """By what a name, a word or a head is known again: in one alphabet, without spaces, capitals like small letters."""
    return "".join(unicodedata.normalize("NFKC", "" if cell is None else str(cell)).split()).casefold()
