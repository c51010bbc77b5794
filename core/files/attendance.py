"""The ledger of a month's attendance as a file, xlsx or csv: a row for each person."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import IO

from core.files.cells import like_formula, safe
from core.files.legible import legible
from core.files.sheets import workbook

Cell = str | int | float
BOM = "\ufeff"
"""By this a spreadsheet knows that a csv is UTF-8."""


def write_xlsx(file: IO[bytes], title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """A title, the heads, the rows. Raises OSError."""
    with workbook(file) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        sheet.write_string(0, 0, legible(title), bold)
        for at, column in enumerate(columns):
            sheet.write_string(1, at, column, bold)
        for number, row in enumerate(rows, 2):
            for at, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, at, safe(cell))
                else:
                    sheet.write_number(number, at, cell)
        sheet.freeze_panes(2, 2)
        sheet.set_column(0, len(columns) - 1, 11)


def write_csv(file: IO[bytes], columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """The heads and the rows, as a spreadsheet opens them; nothing in them is a formula. Raises OSError."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    file.write(f"{BOM}{text.getvalue()}".encode())


def _plain(cell: Cell) -> Cell:
    return f"'{legible(cell)}" if isinstance(cell, str) and like_formula(cell) else cell
