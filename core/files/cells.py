"""What people typed, as cells of a spreadsheet: no formula, nothing that the library takes for its own mark-up. Pure."""

from __future__ import annotations

from datetime import datetime

from core.cases.clocks import ZONE
from core.files.legible import legible

FORMULA_SIGNS = tuple("=+-@＝＋－＠\t\r\n")
"""What a spreadsheet may take for the beginning of a formula, now or when the cell is edited."""


def safe(text: str) -> str:
    """The text as a cell takes it. What begins and ends like the library's own mark-up would be written unescaped."""
    fit = legible(text)
    return f"{fit} " if fit.startswith("<r>") else fit


def like_formula(text: str) -> bool:
    return text.startswith(FORMULA_SIGNS)


def local(at: datetime) -> datetime:
    """As the institution's clock shows it: a spreadsheet knows no zones."""
    return at.astimezone(ZONE).replace(tzinfo=None)
