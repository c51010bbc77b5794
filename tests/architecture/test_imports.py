"""Who may import whom, and through which door a library comes in."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.tree import ROOT, imports, modules

# One library, one door: a path, or the folder that everything allowed lies in.
DOORS = {
    "aiohttp": "bots/telegram/",
    "sqlalchemy": "core/store/",
    "sqlmodel": "core/store/",
    "alembic": "core/store/",
    "psycopg": "core/store/",
    "cryptography": ("core/store/", "bots/tencent/"),
    "openpyxl": "core/people/attendance/device_cells.py",
    "xlsxwriter": "core/files/",
    "docx": "core/files/",
    "segno": "core/files/",
    "jieba": "core/understand/",
    "rjieba": "core/understand/",
    "rapidfuzz": "core/understand/",
    "pypinyin": "core/understand/",
    "lunar_python": "core/understand/",
    "apscheduler": "scheduler/main.py",
    "wechatpy": "bots/tencent/",
    "telegram": "bots/telegram/",
    "pydantic_settings": "app/settings.py",
    "typer": "app/",
    "prometheus_client": "app/metrics.py",
    "uvicorn": "app/serve.py",
}


def test_the_contracts_of_pyproject_hold() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("library", sorted(DOORS))
def test_a_library_comes_in_through_its_door_only(library: str) -> None:
    strangers = [
        str(module)
        for module in modules()
        if any(name.split(".")[0] == library for name in imports(module)) and not str(module).startswith(DOORS[library])
    ]
    assert strangers == []


def test_no_room_imports_the_tests() -> None:
    assert [str(module) for module in modules() if any(n.split(".")[0] == "tests" for n in imports(module))] == []


def test_a_room_says_what_it_is_for_in_its_name() -> None:
    vague = {"utils", "util", "common", "helpers", "helper", "lib", "base", "misc", "manager", "managers"}
    assert [str(module) for module in modules() if vague & {part.removesuffix(".py") for part in module.parts}] == []
