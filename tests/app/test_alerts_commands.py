"""``tousu alerts`` as it is typed: a code for a group, who is in it, which groups there are, and taking one away."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from core.desk import targets
from core.messages import Address
from tests.app.conftest import Tousu
from tests.app.desk import at_work, done, hire, refused
from tests.core.cases.desk import Desk

GROUP = Address("telegram", "-1001")


@pytest.fixture
def running(tousu: Tousu) -> Iterator[Desk]:
    with at_work("service-hall") as desk:
        yield desk


def record(tousu: Tousu, *words: str) -> Any:
    return json.loads(done(tousu("alerts", *words, "--json")))


def test_at_first_there_is_none_and_how_to_change_that_is_said(tousu: Tousu, running: Desk) -> None:
    assert "tousu alerts add" in done(tousu("alerts", "list"))
    assert record(tousu, "list") == []


def test_a_code_is_printed_as_it_is_to_be_sent_and_makes_the_group_a_target(tousu: Tousu, running: Desk) -> None:
    hire(tousu, "xu", "officer", name="徐小苗")
    said = done(tousu("alerts", "add", "窗口科", "--member", "xu"))
    code = re.search(r"/alerts (\S+)", said)
    assert code is not None
    assert "30 分钟" in said
    assert record(tousu, "list")[0]["state"] == "waiting"
    admitted = running.store.write(lambda uow: targets.admit(uow, GROUP, code[1], "service", running.now))
    assert admitted is not None
    [row] = record(tousu, "list")
    assert (row["name"], row["state"], row["members"], row["seen"]) == ("窗口科", "live", ["xu"], [])
    line = done(tousu("alerts", "list"))
    for words in ("窗口科", "在收提醒", "xu"):
        assert words in line


def test_a_group_that_is_taken_away_is_listed_as_such(tousu: Tousu, running: Desk) -> None:
    record(tousu, "add", "hall")
    assert "不再收提醒" in done(tousu("alerts", "remove", "hall"))
    assert "不再收" in done(tousu("alerts", "list"))
    assert "没有叫" in refused(tousu("alerts", "remove", "hall"))


def test_what_makes_no_sense_is_refused_in_words(tousu: Tousu, running: Desk) -> None:
    assert "名字" in refused(tousu("alerts", "add", "<b>"))
    assert "xu" in refused(tousu("alerts", "add", "hall", "--member", "xu"))
