"""The words of the command line, from texts_cli.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def _sections() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("app").joinpath("texts_cli.toml").read_text("utf-8"))


def say(section: str, key: str, /, **values: object) -> str:
    """The words under ``[section] key`` with their braces filled in."""
    return _sections()[section][key].format(**values)
