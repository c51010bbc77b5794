"""Every pack has a scenario and a section that says where each article is kept; and what the page names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.policies import attendance, load
from tests.architecture.tree import ROOT

HERE = Path(__file__).parent
PAGE = (ROOT / "docs" / "reference" / "regimes.md").read_text(encoding="utf-8")
SECTIONS = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
ROWS = re.findall(r"^\| (\d+) \|.*\| ([^|]+) \|$", PAGE[: PAGE.index("\n## ")], re.MULTILINE)
NAMED = re.compile(r"`(test_\w+)(…?)`")
WITHOUT_PACK = ("14",)
"""What this one rules is the people of the office: it is no pack of complaints."""

PACKS = sorted([*load.packs(), *attendance.packs()])


def _scenarios() -> dict[str, Path]:
    """The file of each pack's scenario: ``test_09_manufacturer.py`` is the one of ``manufacturer``."""
    found = (path for path in sorted(HERE.glob("test_[0-9]*.py")) if str(int(path.stem[5:7])) not in WITHOUT_PACK)
    return {path.stem[len("test_00_") :].replace("_", "-"): path for path in found}


def _section(pack: str) -> str:
    return next((section for section in SECTIONS if f"[`{pack}`](" in section.split("\n", 1)[0]), "")


def _tests(file: Path) -> list[str]:
    return re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)


def test_there_is_one_scenario_for_each_pack_and_none_besides() -> None:
    assert sorted(_scenarios()) == PACKS


@pytest.mark.parametrize("pack", PACKS)
def test_a_scenario_is_played_in_several_stories(pack: str) -> None:
    assert len(_tests(_scenarios()[pack])) >= 2


@pytest.mark.parametrize("pack", PACKS)
def test_the_page_says_for_each_article_of_the_pack_which_test_keeps_it(pack: str) -> None:
    section, file = _section(pack), _scenarios()[pack]
    assert f"测试：`{file.name}`" in section
    assert section.startswith(f"{int(file.name[5:7])}. ")
    named = NAMED.findall(section)
    unknown = [name for name, cut in named if not any(_meant(test, name, cut) for test in _tests(file))]
    assert unknown == []
    unnamed = [test for test in _tests(file) if not any(_meant(test, name, cut) for name, cut in named)]
    assert unnamed == []


def _meant(test: str, name: str, cut: str) -> bool:
    """A name is written out once; after that its beginning will do."""
    return test.startswith(name) if cut else test == name


def test_the_page_begins_with_twenty_rows_and_none_is_empty_without_a_reason() -> None:
    assert [number for number, _ in ROWS] == [str(number) for number in range(1, 21)]
    for number, kept in ROWS:
        if number in WITHOUT_PACK and "还没有" in kept:
            assert len(kept) > 20
        else:
            assert (HERE / kept.strip("`")).exists()
