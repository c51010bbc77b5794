"""The documents lead somewhere, and name what exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.settings import Settings, variable
from core.policies.load import load
from tests.architecture.tree import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bots").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PICTURE = re.compile(r'<img src="([^"]+)"')
QUOTED_PATH = re.compile(r"`((?:app|bots|core|scheduler|console|tests|bench|docs)/[\w./*-]*)`")


def _name(document: Path) -> str:
    return str(document.relative_to(ROOT))


def _anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ +(.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def _leads_somewhere(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (document.parent / path).resolve() if path else document
    return target.exists() and (not anchor or anchor in _anchors(target))


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
def test_every_link_inside_the_repository_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = LINK.findall(text) + PICTURE.findall(text)
    inside = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in inside if not _leads_somewhere(document, link)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    named = QUOTED_PATH.findall(document.read_text(encoding="utf-8"))
    assert [path for path in named if not list(ROOT.glob(path.rstrip("/")))] == []


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "adr"
    listed = set(LINK.findall((folder / "README.md").read_text(encoding="utf-8")))
    assert {path.name for path in folder.glob("[0-9]*.md")} <= listed


@pytest.mark.parametrize("decision", sorted((ROOT / "docs" / "adr").glob("[0-9]*.md")), ids=_name)
def test_a_decision_tells_context_decision_consequences_and_alternatives(decision: Path) -> None:
    assert _anchors(decision) >= {"context", "decision", "consequences", "alternatives"}


def test_every_setting_is_in_the_example_and_nothing_else_is() -> None:
    named = set(
        re.findall(r"^(?:# )?(TOUSU_[A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert named == {variable(field) for field in Settings.model_fields}


def test_the_measures_that_a_document_proposes_are_those_of_the_pack_in_use_by_default() -> None:
    text = (ROOT / "docs" / "howto" / "work-on-cases.md").read_text(encoding="utf-8")
    known = {measure.key for measure in load(Settings.model_fields["policy"].default).decision.measures}
    proposed = set(re.findall(r"`propose [^`]*measures=(\w+)", text))
    assert proposed
    assert proposed <= known


def test_the_two_readmes_show_the_same_commands_and_pictures() -> None:
    chinese, english = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.en.md"))
    commands = re.compile(r"^make \w+", re.MULTILINE)
    assert commands.findall(chinese) == commands.findall(english) != []
    assert set(re.findall(r"docs/pictures/[\w.-]+", chinese)) == set(re.findall(r"docs/pictures/[\w.-]+", english))
