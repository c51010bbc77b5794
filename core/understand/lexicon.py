"""The language of this room: ``words/*.toml``, read once and turned into patterns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

HAN = r"\u3400-\u9fff\U00020000-\U0002ffff"


@cache
def words(name: str) -> dict[str, Any]:
    """One file of ``words`` by its name."""
    return tomllib.loads(files(__package__).joinpath("words", f"{name}.toml").read_text("utf-8"))


def either(phrases: Iterable[str]) -> str:
    """An alternation of literal phrases, the longest first: 前天 must not hide 大前天's first half."""
    return "(?:" + "|".join(re.escape(phrase) for phrase in sorted(set(phrases), key=len, reverse=True)) + ")"


def pattern(template: str, **phrases: Iterable[str]) -> re.Pattern[str]:
    """Compile a pattern whose ``<name>`` stands for any of the phrases of that name."""
    for name, choices in phrases.items():
        template = template.replace(f"<{name}>", either(choices))
    return re.compile(template, re.IGNORECASE)
