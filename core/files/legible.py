"""What people typed, made fit for a file that other programs open. Pure."""

from __future__ import annotations

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# What XML does not allow makes a whole document unreadable; what turns the direction of writing shows another text than
# the one that is there.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_UNSAFE_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")
_INDENT = "    "


def legible(text: str) -> str:
    """The text with one kind of line end, and a mark in the place of each character that no document may hold."""
    return _UNFIT.sub(REPLACEMENT, text.replace("\r\n", "\n").replace("\r", "\n"))


def on_one_line(text: str) -> str:
    return " ".join(legible(text).split())


def indented(text: str) -> str:
    """The text below a line of ours. What looks like such a line inside it is seen to belong to it."""
    return "".join(f"{_INDENT}{line}\n" for line in legible(text).splitlines())


def file_name(text: str) -> str:
    """A name that leads nowhere and that every system takes."""
    return _UNSAFE_IN_NAMES.sub("_", text) or "_"
