"""The ledger of attendance opens as it was meant, and nothing in it is a formula."""

from __future__ import annotations

import csv
import errno
import io

import pytest
from openpyxl import load_workbook

from core.files.attendance import write_csv, write_xlsx

COLUMNS = ("账号", "姓名", "迟到（次）")
ROWS = (("wang", "=1+1", 3), ("li", "-李\x00强", 0.5))


def test_a_spreadsheet_has_numbers_as_numbers_and_names_as_text() -> None:
    kept = io.BytesIO()
    write_xlsx(kept, "2026-05 考勤台账", COLUMNS, ROWS)
    sheet = load_workbook(kept).active
    assert sheet is not None
    rows = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == ("2026-05 考勤台账", "s")
    assert [value for value, _ in rows[1]] == list(COLUMNS)
    assert rows[2] == [("wang", "s"), ("=1+1", "s"), (3, "n")]
    assert rows[3] == [("li", "s"), ("-李\N{REPLACEMENT CHARACTER}强", "s"), (0.5, "n")]


def test_a_csv_is_utf8_with_its_mark_and_quotes_what_begins_like_a_formula() -> None:
    kept = io.BytesIO()
    write_csv(kept, COLUMNS, ROWS)
    assert kept.getvalue().startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(kept.getvalue().decode("utf-8-sig"))))
    assert read == [list(COLUMNS), ["wang", "'=1+1", "3"], ["li", "'-李\N{REPLACEMENT CHARACTER}强", "0.5"]]


def test_a_disk_without_room_is_an_error_of_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr("xlsxwriter.workbook.ZipFile", full)
    with pytest.raises(OSError, match="no room"):
        write_xlsx(io.BytesIO(), "2026-05 考勤台账", COLUMNS, ROWS)
