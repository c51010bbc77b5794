"""A roster from a table (CSV), one shift a row: every row that is wrong is named, and nothing is taken of a file that has one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from core.errors import Refused
from core.people import roster, shift_words
from core.people.roster import Wanted
from core.records import record
from core.store.roster import Shift
from core.store.unit_of_work import UnitOfWork

LARGEST_BYTES = 1_000_000
MOST_ROWS = 5_000
NEEDED = ("account", "when", "hours")


@record(frozen=True, slots=True)
class Fault:
    """What is wrong with a row, by its number in the file, the first row being 1."""

    row: int
    refused: Refused


@record(frozen=True, slots=True)
class Import:
    """What a file would set: shifts with their accounts. ``known`` rows are in the roster, or in the file, already."""

    new: tuple[tuple[str, Shift], ...]
    known: int
    faults: tuple[Fault, ...]


def look_through(uow: UnitOfWork, content: bytes, now: datetime) -> Import:
    """What a file would set, and every row that is wrong. Raises Refused where it is no such file."""
    new: dict[tuple[object, ...], tuple[str, Shift]] = {}
    known, faults = 0, list[Fault]()
    there = roster.all_written(uow, now)
    for number, row in _rows(content):
        try:
            wanted = _wanted(row)
            shift = roster.shift_of(uow, wanted, now)
        except Refused as refused:
            faults.append(Fault(number, refused))
            continue
        written = roster.as_written(shift)
        known += written in there or written in new
        if written not in there:
            new.setdefault(written, (wanted.account, shift))
    return Import(tuple(new.values()), known, tuple(faults))


def take_in(uow: UnitOfWork, content: bytes, by: str, now: datetime) -> Import:
    """Set what a file says, all of it, or nothing where a row is wrong. Raises Refused where it is no such file."""
    found = look_through(uow, content, now)
    if not found.faults:
        roster.put_all(uow, found.new, by, now)
    return found


def _rows(content: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows that say anything, by number, with the columns that are known."""
    if len(content) > LARGEST_BYTES:
        raise Refused("roster.file_too_large", most=str(LARGEST_BYTES // 1000), rows=str(MOST_ROWS))
    try:
        rows = list(csv.reader(io.StringIO(_text(content), newline=""), strict=True))
    except csv.Error:
        raise Refused("roster.file_not_text") from None
    if len(rows) > MOST_ROWS:
        raise Refused("roster.file_too_large", most=str(LARGEST_BYTES // 1000), rows=str(MOST_ROWS))
    places = _places([cell.strip() for cell in rows[0]] if rows else [])
    for number, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            yield number, {name: cells[at].strip() for name, at in places.items() if at < len(cells)}


def _text(content: bytes) -> str:
    """What spreadsheets write here: UTF-8, or GBK."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused("roster.file_not_text")


def _places(head: list[str]) -> Mapping[str, int]:
    names = shift_words.vocabulary()["columns"]
    found = {name: head.index(word) for name, words in names.items() for word in words if word in head}
    if not set(NEEDED) <= found.keys():
        raise Refused("roster.file_columns", columns=_called(NEEDED))
    return found


def _called(columns: tuple[str, ...]) -> str:
    names = shift_words.vocabulary()["columns"]
    return "、".join(names[name][0] for name in columns)


def _wanted(row: Mapping[str, str]) -> Wanted:
    if not all(row.get(name) for name in NEEDED):
        raise Refused("roster.row_short", columns=_called(NEEDED))
    begins, ends = shift_words.hours(row["hours"])
    first, last = (_day(row.get(name, "")) for name in ("first_on", "last_on"))
    return Wanted(row["account"], shift_words.when(row["when"]), begins, ends, first, last, row["when"][:40])


def _day(words: str) -> date | None:
    if not words:
        return None
    found = shift_words.when(words)
    if found.first_on is None or found.last_on != found.first_on:
        raise Refused("roster.no_such_day", words=words[:40])
    return found.first_on
