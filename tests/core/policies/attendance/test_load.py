"""Attendance packs are read checked, and what is wrong with one is said where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import PolicyError
from core.policies.attendance import load, packs
from core.policies.attendance.load import FOLDER, read_pack

TEXT = FOLDER.joinpath("attendance-standard.toml").read_text("utf-8")


def test_the_two_regimes_come_with_the_product() -> None:
    assert packs() == ["attendance-fingerprint", "attendance-standard"]
    assert [load(each).id for each in packs()] == packs()


def test_an_institutions_own_file_is_read(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(TEXT.replace('id = "attendance-standard"', 'id = "own"').replace("09:10:00", "09:05:00"), "utf-8")
    pack = load(str(own))
    assert (pack.id, f"{pack.hours[0].check_in.closes:%H:%M}") == ("own", "09:05")


def test_hours_are_those_of_the_first_post_that_has_its_own() -> None:
    pack = read_pack("x", TEXT.replace('kind = "flexible"', 'kind = "flexible"\nposts = ["director"]').encode())
    assert pack.hours_of(("officer",)).key == "standard"
    assert pack.hours_of(("officer", "director")).key == "flexible"


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("09:00:00", '"09:00"', "钟点"),
        ('missing = "missing"', 'missing = "whatever"', "应是其中之一"),
        ("half_is_whole = false", "", "缺少这一项"),
        ('version = "2026.1"', 'version = "2026.1"\ncolour = "red"', "不认识这个键"),
        ("ends = 12:00:00", "ends = 08:00:00", "先后写"),
        ("begins = 13:00:00", "begins = 11:00:00", "先后写"),
        ("closes = 09:10:00", "closes = 08:55:00", "包含上班时间 09:00"),
        ("opens = 18:00:00", "opens = 17:00:00", "包含下班时间 18:00"),
        ("minutes = 480", "", "要写 minutes"),
        ("minutes = 480", "minutes = 1000", "780 分钟"),
        ('kind = "flexible"', "", "不写 minutes"),
        ('key = "flexible"', 'key = "standard"', "用了不止一次"),
        ("day_begins = 04:00:00", "day_begins = 08:55:00", "08:55"),
        ('key = "standard"', 'key = "standard"\nposts = ["officer"]', "第一项"),
        ('decided_by = ["leadership", "administration"]', 'decided_by = ["king"]', "应是其中之一"),
    ],
)
def test_a_mistake_is_said_where_it_is(good: str, bad: str, said: str) -> None:
    assert good in TEXT
    with pytest.raises(PolicyError, match=said) as wrong:
        read_pack("own.toml", TEXT.replace(good, bad, 1).encode())
    assert str(wrong.value).startswith("own.toml：")


def test_a_pack_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(PolicyError, match="attendance-fingerprint, attendance-standard"):
        load("attendance-lunar")
