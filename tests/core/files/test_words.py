"""There is a word for everything that a file may have to name, and no word is for nothing."""

from __future__ import annotations

import ast
import tomllib
from typing import get_args

import pytest

from bots.telegram import config as telegram
from bots.terminal import config as terminal
from bots.webchat import config as webchat
from bots.wechat import config as wechat
from core.cases import lifecycle, vocabulary
from core.cases.vocabulary import Status
from core.files.ledger import WIDTHS
from core.files.words import word_for
from core.messages import AttachmentKind
from core.policies.policy import ClockEnd, Stop
from tests.architecture.tree import ROOT, modules, parsed

WORDS = tomllib.loads((ROOT / "core" / "files" / "words.toml").read_text(encoding="utf-8"))

SAID_TO_CITIZENS = tomllib.loads((ROOT / "core" / "texts" / "zh.toml").read_text(encoding="utf-8"))
TIMELINE = set(SAID_TO_CITIZENS["timeline"]) - {"with_note"}
"""Every kind of entry that there is, also those that no action of the lifecycle makes."""

ENDING = ("declined", "referred", "withdrawn", "merged", "archived")
"""Statuses in which no clock runs."""

NEEDED = {
    "status": set(get_args(Status)),
    "level": {"general", "major"},
    "step": {row.entry for row in lifecycle.TABLE} | TIMELINE,
    "channel": {channel.NAME for channel in (telegram, terminal, webchat, wechat)} | set(vocabulary.STAFF_CHANNELS),
    "outcome": set(vocabulary.OUTCOMES),
    "record_kind": set(vocabulary.RECORD_KINDS),
    "stop": set(get_args(Stop)),
    "unit": {"working_day", "calendar_day", "hour"},
    "ended_by": set(get_args(ClockEnd))
    | {row.entry for row in lifecycle.TABLE if row.target in ENDING and row.source != row.target}
    | {"reopened", "review_asked", "review_redone"},
    "kind": set(get_args(AttachmentKind)),
    "ledger_column": set(WIDTHS),
}


@pytest.mark.parametrize("section", sorted(NEEDED))
def test_everything_has_a_word(section: str) -> None:
    assert NEEDED[section] - WORDS[section].keys() == set()


def test_what_is_newer_than_the_words_is_shown_as_it_is() -> None:
    assert word_for("status", "somewhere") == "somewhere"


def _said() -> set[tuple[str, str]]:
    """Section and key of each call; the key is "" where it is computed."""
    calls = (
        node
        for module in modules("core/files")
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("words", "word_for")
    )
    return {
        tuple(part.value if isinstance(part, ast.Constant) else "" for part in call.args[:2])  # type: ignore[misc]
        for call in calls
    }


def test_every_word_is_said_somewhere() -> None:
    said = _said()
    unsaid = [
        f"{section}.{key}"
        for section, words in WORDS.items()
        for key in words
        if (section, key) not in said and (section, "") not in said
    ]
    assert unsaid == []
