"""The lock files pin everything by hash and name no place to get it from."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.architecture.tree import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")
PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[a-z,-]+\])?==([^ ]+)", re.MULTILINE)


def _pins(lock: str) -> dict[str, str]:
    return {name.lower().replace("_", "-"): version for name, version in PIN.findall((ROOT / lock).read_text())}


def _asked(file: str) -> set[str]:
    rows = (ROOT / file).read_text(encoding="utf-8").splitlines()
    names = (re.match(r"[A-Za-z0-9_.-]+", row) for row in rows if not row.startswith(("-", "#")))
    return {name[0].lower().replace("_", "-") for name in names if name}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_carries_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock: str) -> None:
    blocks = re.split(r"\n(?=\S)", (ROOT / lock).read_text())
    assert [block.splitlines()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-build"])
def test_everything_asked_for_is_pinned(name: str) -> None:
    assert _asked(f"{name}.in") <= set(_pins(f"{name}.lock"))


def test_the_locks_agree_with_each_other() -> None:
    run, tools, build = map(_pins, LOCKS)
    assert run.items() <= tools.items()
    assert build.items() <= run.items()


def test_every_requirement_says_why() -> None:
    rows = [
        row for name in ("requirements", "requirements-dev") for row in (ROOT / f"{name}.in").read_text().splitlines()
    ]
    assert [row for row in rows if row and not row.startswith(("#", "-")) and "  # " not in row] == []


def test_the_fast_segmenter_of_the_extra_is_the_one_that_is_tested() -> None:
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["fast"]
    assert {row.split(">")[0] for row in extra} <= set(_pins("requirements-dev.lock"))
