"""Every reason for which something is refused reaches the terminal as a sentence, with the facts that the rules give for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

from core.cases import work
from core.errors import Refused
from core.people import staffing
from tests.app.conftest import Tousu
from tests.app.desk import at_work, refused
from tests.architecture.tree import ROOT

ROOMS = ("core/cases", "core/people")
NUMBER = "DT2611-00018"


def reasons() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each ``Refused("key", fact=...)`` of the rules: the key and the names of the facts."""
    files = (file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py")))
    for node in (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8")))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused" and node.args:
            facts = tuple(keyword.arg for keyword in node.keywords if keyword.arg)
            yield from ((key, facts) for key in _keys(node.args[0]))


def _keys(said: ast.expr) -> Iterator[str]:
    """One key, or both of ``this if … else that``."""
    for node in ast.walk(said):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
            yield node.value


REASONS = sorted(set(reasons()))
COMMANDS = {
    "act": ["case", "act", NUMBER, "accept", "--as", "wang"],
    "register": ["case", "register", "--channel", "phone", "--as", "wang", "--field", "facts=…"],
    "staff": ["staff", "away", "wang"],
}


def test_the_rules_have_reasons() -> None:
    assert len(REASONS) > 60
    assert {"act", "register", "staff"} <= {key.partition(".")[0] for key, _ in REASONS}


@pytest.fixture
def _service(tousu: Tousu) -> Iterator[None]:
    with at_work("service-hall"):
        yield


@pytest.mark.usefixtures("_service")
@pytest.mark.parametrize(("key", "facts"), REASONS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_refusal_is_a_sentence(
    tousu: Tousu, monkeypatch: pytest.MonkeyPatch, key: str, facts: tuple[str, ...]
) -> None:
    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise Refused(key, **{fact: f"〈{fact}〉" for fact in facts})

    for module, name in ((work, "act_as_staff"), (work, "member_of"), (work, "register"), (staffing, "be_away")):
        monkeypatch.setattr(module, name, refuse)
    line = refused(tousu(*COMMANDS.get(key.partition(".")[0], COMMANDS["act"])))
    assert key not in line
    assert "{" not in line
    assert line.strip().endswith(("。", "？", "！", "〉", ")")), "a sentence"
