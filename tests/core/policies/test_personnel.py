"""The rules for people: the default is sound, an institution's own file is read, and what is wrong is named in its place."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from core.errors import PolicyError
from core.policies.personnel import default_personnel, load_personnel, read_personnel

TEXT = resources.files("core.people").joinpath("personnel.toml").read_text("utf-8")


def wrong(old: str, new: str) -> str:
    assert old in TEXT
    with pytest.raises(PolicyError) as refused:
        read_personnel("own.toml", TEXT.replace(old, new, 1).encode())
    return str(refused.value)


def test_the_default_has_what_the_regime_asks_for() -> None:
    rules = load_personnel()
    assert rules is default_personnel()
    assert {row.when for row in rules.trainings} == {"joining", "periodic", "failing"}
    assert {part.key for part in rules.assessment.parts if part.figure is None} == {"attitude", "ability"}
    assert {part.figure for part in rules.assessment.parts} >= {"timeliness", "quality", "satisfaction"}
    assert rules.after_failing.pass_mark is not None


def test_an_institutions_own_rules_are_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(TEXT.replace("months = 3", "months = 6"), encoding="utf-8")
    assert load_personnel(str(file)).assessment.months == 6
    with pytest.raises(PolicyError, match="找不到这个文件"):
        load_personnel(str(tmp_path / "none.toml"))


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        ("weight = 20", "weight = 21", "[assessment]，键 parts", "加起来应是 100"),
        ('key = "ability"', 'key = "attitude"', "[assessment]，键 parts", "“attitude” 出现了两次"),
        ('key = "refresher"', 'key = "induction"', "[[trainings]]", "“induction” 出现了两次"),
        ('key = "rewarded"', 'key = "commended"', "[[praise]]", "“commended” 出现了两次"),
        ("every_months = 6\n", "", "“refresher”，键 every_months", "periodic"),
        ('when = "joining"\n', 'when = "joining"\nevery_months = 2\n', "“induction”，键 every_months", "periodic"),
        ('when = "failing"', 'when = "joining"', "[[trainings]]", "也只能有一个"),
        ("pass_mark = 60", "pass_mark = 101", "“induction”，键 pass_mark", "不能大于 100"),
        ("months = 3", "months = 5", "[assessment]，键 months", "应是其中之一"),
        ('see = ["leadership"', 'see = ["nobody"', "[rights]，键 see", "应是其中之一"),
        ("[rights]\n", "[rights]\nfly = true\n", "[rights]，键 fly", "不认识这个键"),
        ("months = 3\n", "", "[assessment]，键 months", "必须写"),
        ('id = "personnel"', "id = 1", "文件顶层，键 id", "文字"),
        ("[rights]", "[rights", "own.toml", "不是正确的 TOML"),
    ],
)
def test_a_mistake_is_named_with_file_place_and_reason(old: str, new: str, where: str, said: str) -> None:
    line = wrong(old, new)
    assert line.startswith("own.toml：")
    assert where in line
    assert said in line
