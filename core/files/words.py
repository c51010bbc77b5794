"""The words of the files that an institution keeps, from words.toml. Pure, but for reading them once."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from functools import cache
from importlib import resources

from core.cases.clocks import ZONE


@cache
def _sections() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("core.files").joinpath("words.toml").read_text("utf-8"))


def words(section: str, key: str, /, **values: object) -> str:
    """The words under ``[section] key`` with their braces filled in."""
    return _sections()[section][key].format(**values)


def word_for(section: str, key: str) -> str:
    """What a key is called, or the key itself where it is newer than the words."""
    return _sections()[section].get(key, key)


def day(on: date) -> str:
    return words("date", "day", year=on.year, month=on.month, day=on.day)


def minute(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def moment(at: datetime) -> str:
    """A moment at the institution, to the second."""
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


def size(many: int) -> str:
    """So many bytes, as people say it."""
    megabyte = 1024 * 1024
    return f"{many / megabyte:.1f} MB" if many >= megabyte else f"{max(1, round(many / 1024))} KB"
