"""The bench of the ledger writes real ledgers, and its verdict tells right from wrong."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from bench.ledger import FEW, MANY, is_wrong, measure, table


def test_it_measures_a_whole_ledger_beside_the_same_rows(tmp_path: Path) -> None:
    figures = measure(tmp_path, 12, 1)
    assert all(figures[whose][what] > 0 for whose in ("ours", "alone") for what in ("seconds", "megabytes"))
    ours, alone = (
        list(load_workbook(tmp_path / "12" / name).worksheets[0].iter_rows(min_row=3, values_only=True))
        for name in ("ledger.xlsx", "alone.xlsx")
    )
    assert [row[0] for row in ours[1:-1]] == [f"LS2026-{number:05d}" for number in range(12)]
    assert [ours[1][ours[0].index(column)] for column in ("承办人", "逾期")] == ["王经办1", None]
    assert ours[2][ours[0].index("逾期")] == "逾期"
    assert alone == ours


def test_too_slow_or_growing_is_wrong() -> None:
    def found(seconds: float, megabytes: float) -> dict[int, dict[str, dict[str, float]]]:
        return {
            count: {whose: {"seconds": seconds, "megabytes": size} for whose in ("ours", "alone")}
            for count, size in ((FEW, 90.0), (MANY, megabytes))
        }

    assert not is_wrong(found(3, 92))
    assert is_wrong(found(11, 92))
    assert is_wrong(found(3, 190))
    assert "+2.0 MB" in "\n".join(table(found(3, 92)))
