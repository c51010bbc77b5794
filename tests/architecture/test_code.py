"""What the code looks like: one idea a function, and no sentence to a person inside it."""

from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path

from tests.architecture.tree import docstrings, functions, modules, parsed

LONGEST_FUNCTION = 40
LONGEST_MODULE = 300
CHINESE = re.compile(r"[\u4e00-\u9fff]")

# Language itself is the material here: words that are recognised, not sentences that are said.
LANGUAGE_ROOMS = ("core/understand/", "bots/wechat/parse.py", "bots/wechat/forms.py")


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_no_function_is_longer_than_forty_lines() -> None:
    long = [
        f"{module}:{function.lineno} {function.name} has {_length(function)} lines"
        for module in modules()
        for function in functions(module)
        if _length(function) > LONGEST_FUNCTION
    ]
    assert long == []


def test_most_functions_are_short() -> None:
    lengths = sorted(_length(function) for module in modules() for function in functions(module))
    assert statistics.median(lengths) <= 10
    assert lengths[int(len(lengths) * 0.9)] <= 25


def test_a_module_fits_in_a_head() -> None:
    lines = {str(module): _lines(module) for module in modules()}
    assert {name: count for name, count in lines.items() if count > LONGEST_MODULE} == {}


def test_every_module_with_code_says_what_it_is_for() -> None:
    silent = [str(module) for module in modules() if parsed(module).body and not ast.get_docstring(parsed(module))]
    assert silent == []


def test_no_chinese_sentence_to_a_person_stands_in_python() -> None:
    found = [
        f"{module}:{node.lineno} {node.value!r}"
        for module in modules()
        if not module.as_posix().startswith(LANGUAGE_ROOMS)
        for node in _said_strings(module)
    ]
    assert found == []


def test_a_broad_except_stands_at_the_edges_only() -> None:
    """Where a fault must not reach a platform or stop a job; elsewhere an error is named, or handed on as it is."""
    edges = ("webhook.py", "main.py", "jobs.py", "group_commit.py")
    broad = [
        f"{module}:{handler.lineno}"
        for module in modules()
        for handler in ast.walk(parsed(module))
        if isinstance(handler, ast.ExceptHandler) and _swallows_anything(handler) and module.name not in edges
    ]
    assert broad == []


def _lines(module: Path) -> int:
    body = parsed(module).body
    return (body[-1].end_lineno or 0) if body else 0


def _said_strings(module: Path) -> list[ast.Constant]:
    documentation = docstrings(module) | _descriptions(module)
    return [
        node
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if CHINESE.search(node.value) and id(node) not in documentation
    ]


def _descriptions(module: Path) -> set[int]:
    """What ``description=`` tells the next programmer about a field."""
    return {
        id(node.value)
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.keyword) and node.arg == "description"
    }


def _swallows_anything(handler: ast.ExceptHandler) -> bool:
    broad = handler.type is None or ast.unparse(handler.type) in {"Exception", "BaseException"}
    handed_on = any(
        isinstance(node, ast.Raise) or (isinstance(node, ast.Attribute) and node.attr == "set_exception")
        for node in ast.walk(handler)
    )
    return broad and not handed_on
