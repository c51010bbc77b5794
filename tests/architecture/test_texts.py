"""Every sentence exists in both languages; the command line's are all used."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.tree import ROOT, modules, parsed

CHINESE_FILES = sorted([*ROOT.glob("*/**/*.zh.toml"), *(ROOT / "core" / "texts").glob("zh*.toml")])


def _english_of(chinese: Path) -> Path:
    return chinese.with_name(re.sub(r"\bzh\b", "en", chinese.name))


def _keys(table: dict[str, Any], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in table.items():
        found |= _keys(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key}
    return found


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_there_are_texts_to_compare() -> None:
    assert CHINESE_FILES


@pytest.mark.parametrize("chinese", CHINESE_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_both_languages_have_the_same_keys(chinese: Path) -> None:
    assert _keys(_read(chinese)) == _keys(_read(_english_of(chinese)))


def _said_by_the_command_line() -> set[str]:
    """``section.key`` for every ``say("section", "key")``, and ``section.`` where the key is computed."""
    calls = (
        node
        for module in modules("app")
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"
    )
    arguments = [[part.value if isinstance(part, ast.Constant) else "" for part in call.args[:2]] for call in calls]
    return {".".join(pair) for pair in arguments}


def test_every_sentence_of_the_command_line_is_said_somewhere() -> None:
    said = _said_by_the_command_line()
    sentences = _keys(_read(ROOT / "app" / "texts_cli.toml"))
    assert {key for key in sentences if key not in said and f"{key.partition('.')[0]}." not in said} == set()


def test_every_sentence_that_the_command_line_says_exists() -> None:
    named = {pair for pair in _said_by_the_command_line() if not pair.endswith(".")}
    assert named <= _keys(_read(ROOT / "app" / "texts_cli.toml"))
