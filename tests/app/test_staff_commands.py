"""``tousu staff`` as it is typed: who works here, what they may, who is away, gone and back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from core.messages import Address
from core.people import binding
from core.store import sessions
from tests.app.conftest import Tousu
from tests.app.desk import at_work, done, hire, refused
from tests.core.cases.desk import Desk


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    if request.param == "postgresql":
        monkeypatch.setenv("TOUSU_DATABASE_URL", request.getfixturevalue("postgresql_url"))
    with at_work("service-hall") as desk:
        yield desk


on_sqlite = pytest.mark.parametrize("running", ["sqlite"], indirect=True)


def record(tousu: Tousu, *words: str) -> Any:
    return json.loads(done(tousu("staff", *words, "--json")))


def test_at_first_there_is_nobody_and_how_to_change_that_is_said(tousu: Tousu, running: Desk) -> None:
    first = running.policy.posts[0].key
    said = done(tousu("staff", "list")).strip()
    assert said.endswith(f"tousu staff add wangmin --name 王敏 --post {first}")
    assert record(tousu, "list") == []
    assert "王敏" in done(tousu(*said.partition("tousu ")[2].split())), "what is advised can be done"


def test_somebody_is_added_with_their_posts_by_key_or_by_name(tousu: Tousu, running: Desk) -> None:
    label = running.policy.post("head").label.zh
    added = record(tousu, "add", "xu", "--name", "徐小苗", "--unit", "窗口", "--post", "officer", "--post", label)
    assert (added["account"], added["name"], added["unit"], added["state"]) == ("xu", "徐小苗", "窗口", "there")
    assert (added["posts"], added["recused"]) == (["officer", "head"], 0)
    line = done(tousu("staff", "list"))
    for words in ("xu", "徐小苗", "窗口", label, running.policy.post("officer").label.zh):
        assert words in line


def test_whom_a_case_names_is_kept_from_it_and_that_is_said(tousu: Tousu, running: Desk) -> None:
    running.open("about", "徐小苗骂人")
    words = ("add", "xu", "--name", "徐小苗", "--post", "officer")
    assert "1" in done(tousu("staff", *words))
    assert record(tousu, "rename", "xu", "--name", "徐大苗")["recused"] == 0


def test_a_new_name_keeps_the_former_one(tousu: Tousu, running: Desk) -> None:
    hire(tousu, "xu", "officer", name="徐小苗")
    renamed = record(tousu, "rename", "xu", "--name", "徐大苗")
    assert (renamed["name"], renamed["former_names"]) == ("徐大苗", ["徐小苗"])


def test_another_unit_and_other_posts(tousu: Tousu, running: Desk) -> None:
    hire(tousu, "xu", "officer")
    assert record(tousu, "unit", "xu", "二楼")["unit"] == "二楼"
    assert record(tousu, "post", "xu", "head", "director")["posts"] == ["head", "director"]


def test_who_is_away_is_back_leaves_and_comes_again(tousu: Tousu, running: Desk) -> None:
    hire(tousu, "xu", "officer", name="徐小苗")
    assert record(tousu, "away", "xu")["state"] == "away"
    assert record(tousu, "back", "xu")["state"] == "there"
    assert record(tousu, "leave", "xu")["state"] == "left"
    assert [row["state"] for row in record(tousu, "list")] == ["left"]
    assert "xu" in refused(tousu("staff", "away", "xu"))
    assert record(tousu, "add", "xu", "--name", "徐小苗", "--post", "head")["posts"] == ["head"]
    assert [line[0] for line in running.office_lines(5)] == [
        "staff_back", "staff_left", "staff_present", "staff_away", "staff_added",
    ]  # fmt: skip
    assert {line[1] for line in running.office_lines(5)} == {"operator"}


def test_what_they_do_from_then_on_is_theirs(tousu: Tousu, running: Desk) -> None:
    """The service that runs beside sees at once who works there."""
    number = running.open()[0].number
    hire(tousu, "xu", "officer")
    assert running.work(number, "assign", "xu", handler="xu").status == "investigating"
    done(tousu("staff", "post", "xu", "director"))
    assert running.refused(number, "conclude", "xu", words="…") == "act.not_your_post"


WRONG = [
    (["add", "xu", "--name", "徐", "--post", "cook"], "cook"),
    (["add", "xu", "--name", "徐"], "officer"),
    (["add", "two words", "--name", "徐", "--post", "officer"], "账号"),
    (["add", "xu", "--name", " ", "--post", "officer"], "姓名"),
    (["add", "head", "--name", "张", "--post", "head"], "head"),
    (["rename", "nobody", "--name", "徐"], "nobody"),
    (["unit", "nobody", "窗口"], "nobody"),
    (["post", "head", "cook"], "cook"),
    (["leave", "nobody"], "nobody"),
]


@on_sqlite
@pytest.mark.parametrize(("words", "hint"), WRONG)
def test_what_cannot_be_is_one_line_and_changes_nothing(
    tousu: Tousu, running: Desk, words: list[str], hint: str
) -> None:
    hire(tousu, "head", "head", name="张立")
    before = record(tousu, "list"), running.office_lines()
    assert hint in refused(tousu("staff", *words))
    assert (record(tousu, "list"), running.office_lines()) == before


@on_sqlite
@pytest.mark.parametrize("words", [["add", "xu"], ["post", "xu"], ["rename", "xu"], ["nonsense"]])
def test_a_wrong_command_line_is_two(tousu: Tousu, running: Desk, words: list[str]) -> None:
    assert tousu("staff", *words).code == 2


def test_without_a_database_there_is_one_line(tousu: Tousu) -> None:
    assert "tousu serve" in refused(tousu("staff", "list"))
    assert "tousu serve" in refused(tousu("staff", "add", "xu", "--name", "徐", "--post", "officer"))


def test_a_code_is_given_for_somebodys_chat_and_taken_back(tousu: Tousu, running: Desk) -> None:
    hire(tousu, "xu", "officer")
    given = record(tousu, "bind", "xu")
    assert (given["account"], given["minutes"], len(given["code"])) == ("xu", 30, 9)
    said = done(tousu("staff", "bind", "xu"))
    assert re.search("绑定 [0-9A-Z]{4}-[0-9A-Z]{4}", said)
    assert given["code"] not in said, "another one each time"
    assert record(tousu, "unbind", "xu") == {"account": "xu", "chats": 0}
    assert "没有“nobody”" in refused(tousu("staff", "bind", "nobody"))


def test_the_list_says_who_works_in_a_chat_and_where(tousu: Tousu, running: Desk) -> None:
    hire(tousu, "xu", "officer")
    hire(tousu, "he", "officer")
    assert "聊天" not in done(tousu("staff", "list"))
    for chat in (Address("telegram", "xu's phone"), Address("web", "xu's screen")):
        code = record(tousu, "bind", "xu")["code"]
        running.store.write(
            lambda uow, chat=chat, code=code: binding.bind(
                uow, sessions.load(uow, chat, running.now), code, running.now
            )  # type: ignore[misc]
        )
    lines = done(tousu("staff", "list")).splitlines()
    assert ["在聊天里办理：Telegram、网页" in line for line in lines] == [True, False]
    assert [row["chats"] for row in record(tousu, "list")] == [["telegram", "web"], []]
    done(tousu("staff", "leave", "xu"))
    assert "聊天" not in done(tousu("staff", "list"))
