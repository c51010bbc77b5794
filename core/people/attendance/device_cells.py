"""The cells of a file that a device or a spreadsheet wrote, line by line: csv in any of its encodings, xlsx. Pure.

Lines keep the number that an editor or a spreadsheet shows. What cannot be read as a line is handed on as one that says why.
"""

from __future__ import annotations

import csv
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence

from core.errors import Refused
from core.records import record

LARGEST_BYTES = 20_000_000
LARGEST_UNPACKED = 200_000_000
MOST_LINES = 100_000
MOST_CELLS = 3_000_000

XLSX, XLS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
DELIMITERS = (",", "\t", ";")

_UNPACKED_BADLY = (zipfile.BadZipFile, EOFError, OSError, RuntimeError, lzma.LZMAError, zlib.error)
"""It is cut off, altered, or packed in a way or with a password that nobody knows."""

_SAYS_NOTHING = (ArithmeticError, AssertionError, AttributeError, LookupError, SyntaxError, TypeError, ValueError)
"""What is in it is no mark-up (the error of each parser is a ``SyntaxError``), or names what is not there."""

UNREADABLE = (*_UNPACKED_BADLY, *_SAYS_NOTHING)
"""What the library may raise over a spreadsheet that is broken, or made to break it."""


class Unread(ValueError):
    """What a cell or a row says cannot be read; ``why`` is the key of the reason, ``attendance.row.…``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@record(frozen=True, slots=True)
class Line:
    """``cells`` are texts, numbers, days and moments. ``why`` is a key of the texts where it could not be read."""

    number: int
    cells: tuple[object, ...]
    why: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.why and all(map(is_blank, self.cells))


def is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def tables(content: bytes, has_head: Callable[[Sequence[Line]], bool]) -> Iterator[Sequence[Line]]:
    """The one table of the file, in each way in which it can be read, the likeliest first. Raises Refused.

    ``has_head`` tells the sheets of punches from others; of two of them one would be lost.
    """
    if len(content) > LARGEST_BYTES:
        raise Refused("attendance.file_too_large", most=str(LARGEST_BYTES // 1_000_000))
    if not content.strip():
        raise Refused("attendance.file_empty")
    if content.startswith(XLS):
        raise Refused("attendance.file_old")
    if content.startswith(XLSX):
        yield _of_spreadsheet(content, has_head)
        return
    if content.lstrip()[:6].lower().startswith((b"<html", b"<table", b"<!doc", b"<?xml")):
        raise Refused("attendance.file_page")
    texts = _texts(content)
    if len(texts) > MOST_LINES:
        raise Refused("attendance.file_too_long", most=str(MOST_LINES))
    for delimiter in DELIMITERS:
        yield [_of_text(number, text, delimiter) for number, text in enumerate(texts, 1)]


# ── csv ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_text(number: int, text: str, delimiter: str) -> Line:
    """One line; a device writes no cell over two. Whatever is wrong with its quotes is wrong with it alone."""
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return Line(number, (text,), "quotes")
    return Line(number, tuple(rows[0]) if rows else ())


def _texts(content: bytes) -> list[str]:
    for bom, encoding in BOMS:
        if content.startswith(bom):
            return _lines(content.decode(encoding, "replace"))
    raw = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    encoding = "utf-8" if _is_utf8(raw) else "gb18030"
    return [line.decode(encoding, "replace") for line in raw]


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _is_utf8(raw: Sequence[bytes]) -> bool:
    """Whether most lines that are no ASCII are UTF-8: one that is damaged does not make the others Chinese of another kind."""
    telling = [line for line in raw if not line.isascii()]
    return 2 * sum(map(_reads_as_utf8, telling)) >= len(telling)


def _reads_as_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


# ── xlsx ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_spreadsheet(content: bytes, has_head: Callable[[Sequence[Line]], bool]) -> Sequence[Line]:
    sheets = [lines for lines in _read(content) if has_head(lines)]
    if len(sheets) > 1:
        raise Refused("attendance.file_sheets", count=str(len(sheets)))
    return sheets[0] if sheets else []


def _read(content: bytes) -> list[list[Line]]:
    """The border to the library: whatever it raises is a file that is broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(each.file_size for each in packed.infolist())
        if unpacked > LARGEST_UNPACKED:
            raise Refused("attendance.file_too_large", most=str(LARGEST_BYTES // 1_000_000))
        return _sheets(content)
    except UNREADABLE:
        raise Refused("attendance.file_broken") from None


def _sheets(content: bytes) -> list[list[Line]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        return [_of_sheet(sheet) for sheet in book.worksheets]
    finally:
        book.close()


def _of_sheet(sheet: object) -> list[Line]:
    """Rows up to the last with anything in it; numbered as the spreadsheet does, which may leave out blank ones."""
    lines, cells = list[Line](), 0
    # What a device writes as the size of its sheet is often wrong.
    sheet.reset_dimensions()  # type: ignore[attr-defined]
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):  # type: ignore[attr-defined]
        cells += len(row)
        if number > MOST_LINES or cells > MOST_CELLS:
            raise Refused("attendance.file_too_long", most=str(MOST_LINES))
        lines.append(Line(number, tuple(row)))
    return lines
