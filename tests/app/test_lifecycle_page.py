"""The reference page of a case's life says what the table says."""

from __future__ import annotations

from app.lifecycle_page import FILE, page
from core.cases.lifecycle import TABLE


def test_the_page_is_up_to_date() -> None:
    """Where this fails: python -m app.lifecycle_page."""
    assert FILE.read_text(encoding="utf-8") == page()


def test_every_row_of_the_table_is_on_the_page() -> None:
    rows = [line for line in page().splitlines() if line.startswith("| ")][1:]
    assert len(rows) == len(TABLE)
    assert all(f"`{row.action}`" in line for row, line in zip(TABLE, rows, strict=True))
