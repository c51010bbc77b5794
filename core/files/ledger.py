"""The ledger of a year as a spreadsheet, row by row: its memory does not grow with it."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from functools import cache

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from core.files.account import contact_of, measures_of, name_of, unit_of
from core.files.cells import like_formula, local, safe
from core.files.legible import legible
from core.files.notes import category_of
from core.files.people import NOBODY, People
from core.files.whole import Place
from core.files.words import moment, word_for, words
from core.policies.policy import Policy
from core.records import record
from core.store.queries import LedgerLine

Cell = str | int | date | datetime | None

WIDTHS: Mapping[str, int] = {
    "number": 20,
    "registered_at": 17,
    "name": 12,
    "contact": 30,
    "channel": 10,
    "category": 20,
    "level": 8,
    "status": 10,
    "promised_on": 12,
    "provisional": 8,
    "overdue": 8,
    "unit": 20,
    "handler": 12,
    "outcome": 14,
    "measures": 24,
    "urged_count": 10,
    "rating": 8,
    "closed_at": 17,
    "volume": 10,
    "policy_id": 20,
    "policy_version": 12,
}
"""The columns in their order, each as wide as so many characters."""

WITH_NAMES = "contact"
HEAD = 2
A4 = 9


@record(frozen=True, slots=True)
class Ledger:
    """What stands above the rows. ``people`` are the staff by whose names handlers are shown.

    With ``volume`` it is the catalogue of the volume of that ``year``: what was archived into it, whenever it was registered.
    """

    institution: str
    year: int
    made_at: datetime
    with_names: bool
    people: People = NOBODY
    volume: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for column in WIDTHS if self.with_names or column != WITH_NAMES)

    @property
    def title(self) -> str:
        return words("ledger", "volume" if self.volume else "title", institution=self.institution, year=self.year)

    def holds(self, line: LedgerLine) -> bool:
        return not self.volume or line.volume == self.year


def write_ledger(
    place: Place, ledger: Ledger, lines: Iterable[LedgerLine], pack_of: Callable[[str, str], Policy | None]
) -> int:
    """Write it; return how many cases are in it. ``pack_of`` finds a pack by id and version, and is asked once for each.

    Raises OSError.
    """
    pack = cache(pack_of)
    # The rows lie in a file of their own until the end; in the system's folder for such files others might read along.
    options = {
        "constant_memory": True,
        "tmpdir": str(place.folder),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": words("fonts", "title"), "font_size": 10.5},
    }
    book = Workbook(place.file, options)
    sheet = _Sheet(book, ledger)
    try:
        for line in filter(ledger.holds, lines):
            sheet.add(
                [_cell(column, line, pack(line.policy_id, line.policy_version), ledger) for column in ledger.columns]
            )
        count = sheet.finish()
        _check_room(place, sheet.size)
        book.close()
    except FileCreateError as error:
        raise error.args[0] from None
    finally:
        sheet.let_go()
    return count


def _check_room(place: Place, needed: int) -> None:
    """Packed it is smaller than the rows. The library has no good end for a disk that is full in the middle of packing."""
    if shutil.disk_usage(place.folder).free < needed:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class _Sheet:
    """The one sheet, from top to bottom."""

    def __init__(self, book: Workbook, ledger: Ledger) -> None:
        book.set_properties(
            {"title": legible(ledger.title), "author": legible(ledger.institution), "created": local(ledger.made_at)}
        )
        self._sheet = book.add_worksheet(str(ledger.year))
        self._columns = ledger.columns
        self._text = book.add_format({"num_format": "@"})
        self._quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self._heading = book.add_format({"bold": True, "bottom": 1})
        self._title = book.add_format({"bold": True, "font_size": 16})
        self._row = 0
        self._lay_out()
        self._write_head(
            ledger.title, words("ledger", "named" if ledger.with_names else "masked", at=moment(ledger.made_at))
        )

    def add(self, cells: Iterable[Cell]) -> None:
        for column, cell in enumerate(cells):
            if cell is not None and cell != "":
                self._put(column, cell)
        self._row += 1

    def finish(self) -> int:
        """Write the last line; return how many rows were added."""
        count = self._row - HEAD - 1
        self._sheet.autofilter(HEAD, 0, HEAD + count, len(self._columns) - 1)
        self.add([words("ledger", "count", count=count)])
        return count

    @property
    def size(self) -> int:
        """In bytes, as far as it was written."""
        self._sheet.row_data_fh.flush()
        return os.fstat(self._sheet.row_data_fh.fileno()).st_size

    def let_go(self) -> None:
        """Close the file of the rows, which the library leaves open where something failed."""
        with suppress(OSError):
            self._sheet.row_data_fh.close()

    def _lay_out(self) -> None:
        sheet = self._sheet
        for column, name in enumerate(self._columns):
            sheet.set_column(column, column, WIDTHS[name])
        sheet.freeze_panes(HEAD + 1, 1)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD)

    def _write_head(self, title: str, notice: str) -> None:
        self._sheet.write_string(0, 0, safe(title), self._title)
        self._sheet.write_string(1, 0, safe(notice))
        for column, name in enumerate(self._columns):
            self._sheet.write_string(HEAD, column, words("ledger_column", name), self._heading)
        self._row = HEAD + 1

    def _put(self, column: int, cell: Cell) -> None:
        if isinstance(cell, str):
            text = safe(cell)
            self._sheet.write_string(self._row, column, text, self._quoted if like_formula(text) else self._text)
        elif isinstance(cell, datetime):
            self._sheet.write_datetime(self._row, column, local(cell), self._moment)
        elif isinstance(cell, date):
            self._sheet.write_datetime(self._row, column, cell, self._day)
        else:
            self._sheet.write_number(self._row, column, cell)


def _cell(column: str, line: LedgerLine, pack: Policy | None, ledger: Ledger) -> Cell:
    if column in _WORDS:
        return _WORDS[column](line, pack)
    if column in _BY_LEDGER:
        return _BY_LEDGER[column](line, ledger)
    if column == "name":
        return _name(line, pack, whole=ledger.with_names)
    plain: Cell = getattr(line, column)
    return plain


def _name(line: LedgerLine, pack: Policy | None, *, whole: bool) -> str:
    """Who complains: nobody learns from the stars how long the name is."""
    if not line.contents:
        return words("case", "erased")
    if line.anonymous:
        return words("case", "anonymous")
    name = name_of(line.contents, pack).strip()
    return name if whole or not name else words("ledger", "name", first=name[0])


_WORDS: Mapping[str, Callable[[LedgerLine, Policy | None], str]] = {
    "contact": lambda line, pack: contact_of(line.contents, pack),
    "channel": lambda line, pack: word_for("channel", line.channel),
    "category": lambda line, pack: category_of(line.category, pack),
    "level": lambda line, pack: word_for("level", line.level),
    "status": lambda line, pack: word_for("status", line.status),
    "provisional": lambda line, pack: words("ledger", "provisional") if line.promise_provisional else "",
    "unit": lambda line, pack: line.unit or unit_of(line.category, pack),
    "outcome": lambda line, pack: word_for("outcome", line.outcome),
    "measures": lambda line, pack: words("case", "comma").join(measures_of(line.measures, (), pack)),
}
_BY_LEDGER: Mapping[str, Callable[[LedgerLine, Ledger], str]] = {
    "overdue": lambda line, ledger: words("ledger", "overdue") if _overdue(line, ledger.made_at) else "",
    "handler": lambda line, ledger: "" if line.handler_id is None else ledger.people.by_id(line.handler_id),
}


def _overdue(line: LedgerLine, now: datetime) -> bool:
    """A clock ended behind its time, or is behind it now; none is while they stand still."""
    return line.late > 0 or (line.next_due is not None and line.next_due < now and not line.paused)
