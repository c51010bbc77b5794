"""The source tree as the architecture tests see it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "bots", "console", "core", "scheduler")


def modules(*rooms: str) -> list[Path]:
    """Every module of the rooms (all of them by default), relative to the root."""
    found = (path for room in rooms or ROOMS for path in (ROOT / room).rglob("*.py"))
    return sorted(path.relative_to(ROOT) for path in found)


@cache
def parsed(module: Path) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def imports(module: Path) -> set[str]:
    """Names of the modules imported, at the top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
        elif isinstance(node, ast.Call):
            found.update(_imported_by_name(node))
    return found


def _imported_by_name(call: ast.Call) -> set[str]:
    """``import_module("name")``, the late import of something heavy."""
    called = ast.unparse(call.func).rpartition(".")[2]
    named = {part.value for part in call.args if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    return named if called == "import_module" else set()


def functions(module: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def docstrings(module: Path) -> set[int]:
    """The identities of the string nodes that are documentation: docstrings, and strings that follow a definition."""
    alone = (node.value for node in ast.walk(parsed(module)) if isinstance(node, ast.Expr))
    return {id(value) for value in alone if isinstance(value, ast.Constant)}
