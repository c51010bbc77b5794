"""Whatever citizens and clerks do in whatever order, each word reaches the one it is for, and nobody else."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from core.store.keyring import Keyring
from core.store.unit_of_work import Store
from tests.core.cases.desk import ANNA, WEI
from tests.core.desk.talking import BOB, CHATS, Talks

STEPS = 70
COMMANDS = (
    "转人工",
    "结束对话",
    "取消",
    "查进度",
    "帮助",
    "1",
    "2",
    "好的",
    "谢谢",
    "不知道",
    "我要投诉",
    "继续",
    "提交",
    "着火了",
    "催办",
    "English",
    "中文",
)
WORD = re.compile(r"word-(\w+)-(x|[A-Z0-9-]*?)-\d+(?![\d-])")
"""``word-anna-FW2026-000018-7`` is anna's; ``word-wei-…`` was said by wei about that number."""


@pytest.mark.parametrize("seed", range(4))
def test_no_word_reaches_a_wrong_reader(seed: int, sqlite_url: str, data_dir: Path, keyring: Keyring) -> None:
    store = Store.open(sqlite_url, data_dir, keyring)
    office, chance = Talks(store), random.Random(seed)
    office.hire_zhao()
    numbers = [office.number, office.files("second"), office.files("bobs", BOB)]
    whose = {numbers[0]: "anna", numbers[1]: "anna", numbers[2]: "bob"}
    for step in range(STEPS):
        _one(office, chance, numbers, step)
        for peer, words in office.sent():
            _check(peer, words, whose)
    assert [office.relay(number) is None or office.relay(number) for number in numbers]
    store.close()


def _one(office: Talks, chance: random.Random, numbers: list[str], step: int) -> None:
    who = chance.random()
    if who < 0.45:
        chat = chance.choice((ANNA, BOB))
        words = chance.choice(COMMANDS) if chance.random() < 0.5 else f"word-{chat.peer}-x-{step}"
        office.hear(words, chat)
        return
    if who < 0.55:
        office.sends(who=chance.choice((ANNA, BOB)))
        return
    if who < 0.65:
        office.passes(minutes=chance.choice((5, 20, 45)))
        return
    account, number = chance.choice((WEI, "zhao")), chance.choice(numbers)
    verb = chance.choice(("接谈", "回", "回", "问", "结束对话", "看", "转"))
    rest = {
        "回": f"word-{account}-{number}-{step}",
        "问": f"word-{account}-{number}-{step}",
        "转": chance.choice((WEI, "zhao")),
    }
    office.hear(f"{verb} {number} {rest.get(verb, '')}".strip(), CHATS[account])


def _check(peer: str, words: str, whose: dict[str, str]) -> None:
    """A clerk reads citizens with the number of a case of theirs; a citizen reads only what was said about a case of theirs."""
    for author, number in WORD.findall(words):
        if author in ("anna", "bob"):
            assert whose[words.split(" ")[0]] == author, (peer, words)
            assert peer in {chat.peer for chat in CHATS.values()}, (peer, words)
        elif peer in whose.values():
            assert whose[number] == peer, (peer, words)
            assert number in words.split("word-")[0], "the reader knows which case it is about"
        else:
            assert peer in {chat.peer for chat in CHATS.values()}, (peer, words)
