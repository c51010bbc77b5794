"""The reference pages say what the packs say, and each has a picture of its clocks."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app import policy_pages
from app.clock_picture import picture
from app.policy_pages import FOLDER, pages
from core.policies.load import load, packs
from core.policies.policy import Extension, Policy, Words

BY_HAND = {"versions.md"}
made = cache(pages)
SVG = "{http://www.w3.org/2000/svg}"


def test_the_pages_are_up_to_date() -> None:
    """Where this fails: python -m app.policy_pages."""
    stale = [name for name, content in pages().items() if (FOLDER / name).read_text(encoding="utf-8") != content]
    assert stale == []


def test_no_page_is_left_of_a_pack_that_is_gone() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(pages()) | BY_HAND


def test_writing_the_pages_removes_nothing_and_adds_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_pages, "FOLDER", tmp_path / "policies")
    policy_pages.main()
    assert {path.name for path in (tmp_path / "policies").iterdir()} == set(pages())


@pytest.mark.parametrize("pack", packs())
def test_a_page_tells_what_is_asked_who_decides_and_when(pack: str) -> None:
    page, rules = made()[f"{pack}.md"], load(pack)
    asked = [words for field in rules.fields for words in (field.label.zh, field.question.zh)]
    decided = [category.unit.zh for category in rules.categories]
    decided += [words.zh for row in (*rules.posts, *rules.decision.measures, *rules.major) for words in (row.label,)]
    decided += [rules.post(clock.extension.approved_by).label.zh for clock in rules.clocks if clock.extension]
    told = [clock.label.zh for clock in rules.clocks] + [step.zh for step in rules.receipt.steps]
    refused = [exclusion.label.zh for exclusion in rules.exclusions]
    assert [words for words in (*asked, *decided, *told, *refused) if words not in page] == []


@pytest.mark.parametrize("pack", packs())
def test_the_tables_of_a_page_have_as_many_cells_in_every_row(pack: str) -> None:
    tables = re.findall(r"(?:^\|.*\n)+", made()[f"{pack}.md"], re.MULTILINE)
    assert len(tables) >= 4
    assert [{len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()} for table in tables] == [
        {len(re.findall(r"(?<!\\)\|", table.splitlines()[0]))} for table in tables
    ]


def drawn(pack: Policy) -> tuple[list[str], list[ElementTree.Element]]:
    """The words of a picture, and its bars without the paper."""
    tree = ElementTree.fromstring(picture(pack))
    return [text.text or "" for text in tree.iter(f"{SVG}text")], list(tree.iter(f"{SVG}rect"))[1:]


@pytest.mark.parametrize("name", packs())
def test_a_picture_names_every_clock_and_stays_on_its_paper(name: str) -> None:
    pack = load(name)
    words, bars = drawn(pack)
    assert all(any(word.startswith(clock.label.zh) for word in words) for clock in pack.clocks)
    paper = next(ElementTree.fromstring(picture(pack)).iter(f"{SVG}rect"))
    edges = [float(bar.get("x", "")) + float(bar.get("width", "")) for bar in bars]
    assert max(edges) < float(paper.get("width", ""))


def test_a_stage_is_drawn_from_where_the_one_before_it_ends() -> None:
    _, (first, second, *_) = drawn(load("service-center"))
    assert float(second.get("x", "")) == pytest.approx(
        float(first.get("x", "")) + float(first.get("width", "")), abs=0.2
    )
    assert float(second.get("width", "")) == pytest.approx(7 * float(first.get("width", "")), rel=0.01)


def test_an_extension_is_drawn_paler_behind_its_clock() -> None:
    pack = load("service-center")
    clock = pack.clock("result").model_copy(update={"extension": Extension(limit=3, times=1, approved_by="head")})
    words, bars = drawn(load("service-center").model_copy(update={"clocks": (pack.clock("acceptance"), clock)}))
    assert "7 个工作日，可再加 3" in words
    assert [bar.get("fill-opacity") for bar in bars] == ["1", "1", "0.3"]


def test_what_waits_for_a_review_is_drawn_below_the_rest_from_an_event_of_its_own() -> None:
    words, bars = drawn(load("internal-rules"))
    assert (words.count("收到投诉"), words.count("提出复核")) == (1, 1)
    tops = [float(bar.get("y", "")) for bar in bars]
    *others, reviewed = bars
    assert float(reviewed.get("x", "")) == float(others[0].get("x", ""))
    assert float(reviewed.get("y", "")) == max(tops) == sorted(set(tops))[-2] + 2 * 34


def test_a_picture_without_a_review_does_not_speak_of_one() -> None:
    words, _ = drawn(load("service-hall"))
    assert "提出复核" not in words


def test_a_label_with_a_sign_of_markup_is_drawn_as_it_is_written() -> None:
    pack = load("service-hall")
    clock = pack.clock("completion").model_copy(update={"label": Words(zh="<办结> & 告知", en="Done")})
    words, _ = drawn(pack.model_copy(update={"clocks": (clock,)}))
    assert "<办结> & 告知" in words


def test_a_major_clock_is_drawn_in_another_colour() -> None:
    _, bars = drawn(load("customer-service-center"))
    colours = [bar.get("fill") for bar in bars]
    assert colours[0] == colours[1] != colours[2] == colours[3]
