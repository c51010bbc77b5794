"""A workbook of small tables: each sheet with a title, a line of notice, headings and rows. For what fits into memory; the ledger
of cases does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from core.files.cells import like_formula, local, safe
from core.files.legible import legible
from core.files.whole import Place
from core.files.words import words
from core.records import record

Cell = str | int | date | None

HEAD = 2
A4 = 9


@record(frozen=True, slots=True)
class Sheet:
    """``columns`` are headings, each with how many characters wide it is."""

    name: str
    title: str
    notice: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Cell]]


@contextmanager
def workbook(file: IO[bytes]) -> Iterator[Workbook]:
    """One in which no text becomes a formula or a link; written when the block ends. Raises OSError."""
    # In memory: what the library would put beside the file is personal.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": words("fonts", "title"), "font_size": 10.5},
    }
    book = Workbook(file, options)
    yield book
    try:
        book.close()
    except FileCreateError as error:
        raise error.args[0] from None


def write_sheets(place: Place, author: str, now: datetime, sheets: Sequence[Sheet]) -> None:
    """Write them into one workbook. Raises OSError."""
    with workbook(place.file) as book:
        book.set_properties({"title": legible(sheets[0].title), "author": legible(author), "created": local(now)})
        formats = _Formats(book)
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, formats)


class _Formats:
    """How cells look."""

    def __init__(self, book: Workbook) -> None:
        self.text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.quoted = book.add_format({"num_format": "@", "quote_prefix": True, "text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"})
        self.number = book.add_format({"valign": "top"})
        self.heading = book.add_format({"bold": True, "bottom": 1})
        self.title = book.add_format({"bold": True, "font_size": 16})


def _write(page: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    page.write_string(0, 0, safe(sheet.title), formats.title)
    page.write_string(1, 0, safe(sheet.notice))
    for column, (heading, width) in enumerate(sheet.columns):
        page.set_column(column, column, width)
        page.write_string(HEAD, column, heading, formats.heading)
    for row, cells in enumerate(sheet.rows, HEAD + 1):
        for column, cell in enumerate(cells):
            _put(page, row, column, cell, formats)
    page.freeze_panes(HEAD + 1, 1)
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEAD)


def _put(page: Worksheet, row: int, column: int, cell: Cell, formats: _Formats) -> None:
    if isinstance(cell, str):
        text = safe(cell)
        if text:
            page.write_string(row, column, text, formats.quoted if like_formula(text) else formats.text)
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, formats.day)
    elif cell is not None:
        page.write_number(row, column, cell, formats.number)
