"""An A4 document in the fonts and margins of official letters, made of headings, paragraphs and one kind of table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt
from docx.styles.style import ParagraphStyle
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from core.files.legible import legible
from core.files.words import words

WIDTH, HEIGHT = Cm(21), Cm(29.7)
TOP, BOTTOM, LEFT, RIGHT = Cm(3.7), Cm(3.5), Cm(2.8), Cm(2.6)
TITLE, BODY, SMALL = Pt(22), Pt(16), Pt(12)
COLUMNS = (Cm(2.6), Cm(5.2), Cm(2.6), Cm(5.2))

LANGUAGE = "zh-CN"
TWO_CHARACTERS = "200"
"""How far the first line goes in, in hundredths of a character."""

CENTER, RIGHT_SIDE = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


class Paper:
    """One document. Text may be anything that a person typed."""

    def __init__(self, title: str, author: str, now: datetime, size: Length = BODY) -> None:
        self._document = Document()
        self._lay_out()
        self._set_fonts(size)
        about = self._document.core_properties
        about.title, about.author, about.comments = legible(title)[:255], legible(author)[:255], ""
        about.created = about.modified = now.astimezone(UTC).replace(tzinfo=None)
        about.last_modified_by, about.language = about.author, LANGUAGE

    def heading(self, text: str) -> None:
        paragraph = self._paragraph(text)
        paragraph.alignment = CENTER
        for run in paragraph.runs:
            run.bold, run.font.size = True, TITLE
            _set_east_asian(run, words("fonts", "title"))

    def paragraph(self, text: str, *, indented: bool = True, right: bool = False) -> None:
        """Each line of the text as a paragraph."""
        for line in legible(text).split("\n"):
            paragraph = self._paragraph(line)
            if right:
                paragraph.alignment = RIGHT_SIDE
            elif indented:
                _indent(paragraph)

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Rows of label, words, label, words; or of a label and words that go all the way."""
        table = self._document.add_table(rows=len(rows), cols=len(COLUMNS), style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, COLUMNS, strict=True):
            column.width = width
        for number, row in enumerate(rows):
            _fill(table.row_cells(number), row)

    def picture(self, png: bytes, width: Length) -> None:
        """A picture in the middle, as wide as this."""
        paragraph = self._document.add_paragraph()
        paragraph.alignment = CENTER
        paragraph.add_run().add_picture(io.BytesIO(png), width)

    def content(self) -> bytes:
        buffer = io.BytesIO()
        self._document.save(buffer)
        return buffer.getvalue()

    def _paragraph(self, text: str) -> Paragraph:
        return self._document.add_paragraph(legible(text))

    def _lay_out(self) -> None:
        [section] = self._document.sections
        section.page_width, section.page_height = WIDTH, HEIGHT
        section.top_margin, section.bottom_margin = TOP, BOTTOM
        section.left_margin, section.right_margin = LEFT, RIGHT

    def _set_fonts(self, size: Length) -> None:
        style = self._document.styles["Normal"]
        assert isinstance(style, ParagraphStyle)
        style.font.name, style.font.size = words("fonts", "latin"), size
        properties = style.element.get_or_add_rPr()
        properties.get_or_add_rFonts().set(qn("w:eastAsia"), words("fonts", "body"))
        # Without it a line may begin with a full stop: how Chinese is broken into lines goes by the language.
        languages = {qn("w:val"): "en-US", qn("w:eastAsia"): LANGUAGE}
        properties.append(properties.makeelement(qn("w:lang"), languages))


def _indent(paragraph: Paragraph) -> None:
    """By two characters, and by as many points for programs that know no characters."""
    paragraph.paragraph_format.first_line_indent = Pt(2 * BODY.pt)
    paragraph._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), TWO_CHARACTERS)


def _fill(cells: Sequence[_Cell], row: Sequence[str]) -> None:
    for cell, width in zip(cells, COLUMNS, strict=True):
        cell.width = width
    label, first, *more = cells
    if len(row) == 2:
        first = first.merge(more[-1])
    for cell, text in zip((label, first, *more), row, strict=False):
        _write(cell, text)


def _write(cell: _Cell, text: str) -> None:
    """A cell begins with one empty paragraph; line ends become breaks inside it."""
    cell.paragraphs[0].add_run(legible(text))


def _set_east_asian(run: Run, font: str) -> None:
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
