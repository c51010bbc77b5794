"""Exit 0 when done, 1 with one clear line when refused, 2 on a wrong command line."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.resources import open_store
from app.settings import load_settings
from core.store import cases, keys, timeline
from core.store.cases import NewCase
from core.store.unit_of_work import UnitOfWork
from tests.app.conftest import Tousu

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def _a_case(uow: UnitOfWork) -> None:
    case = cases.insert(
        uow,
        NewCase(
            number="DT2611-00018",
            policy_id="service-hall",
            policy_version="2026.1",
            channel="web",
            draft="00000000-0000-0000-0000-000000000001",
            key_id=keys.new_key(uow),
            status="registered",
            category="other",
            contents={"facts": "排队太久", "answers": {"facts": {"value": "排队太久", "shown": "", "unsure": False}}},
            code_hash=b"hash",
            registered_at=NOW,
            promised_on=NOW.date(),
        ),
    )
    timeline.add(uow, case, NOW, "registered", "complainant")
    timeline.add(uow, case, NOW, "promise_moved", "service")


@pytest.fixture
def one_case(tousu: Tousu) -> None:
    store = open_store(load_settings())
    store.write(_a_case)
    store.close()


def test_help_comes_at_once() -> None:
    """Half a second of imports would be felt at every command, so nothing heavy may be among them."""
    program = "import sys; sys.argv = ['tousu', '--help']\nfrom app.cli import main\ntry: main()\nfinally: print(*sys.modules)"
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert {"sqlalchemy", "fastapi", "uvicorn", "jieba", "rjieba", "httpx", "alembic", "pypinyin"} & loaded == set()
    assert time.monotonic() - began < 10


def test_a_wrong_command_line_is_two(tousu: Tousu) -> None:
    assert tousu("serve", "--role", "king").code == 2
    assert tousu("nothing-of-the-kind").code == 2


def test_a_wrong_setting_is_one_line_and_one(tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUSU_LOG_LEVEL", "loudly")
    answer = tousu("serve")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("TOUSU_LOG_LEVEL")
    assert answer.err.count("\n") == 1


def test_a_new_database_is_made_and_is_empty(tousu: Tousu) -> None:
    assert tousu("db", "upgrade").code == 0
    assert tousu("case", "list").out == "还没有案件。\n"
    assert json.loads(tousu("case", "list", "--json").out) == []


@pytest.mark.usefixtures("one_case")
def test_cases_are_listed_without_what_was_told(tousu: Tousu) -> None:
    assert tousu("case", "list").out.startswith("DT2611-00018  已登记")
    (case,) = json.loads(tousu("case", "list", "--json").out)
    assert (case["number"], case["registered_at"]) == ("DT2611-00018", "2026-11-23T10:00:00+08:00")
    assert "排队" not in json.dumps(case, ensure_ascii=False)


@pytest.mark.usefixtures("one_case")
def test_a_case_is_shown_whole(tousu: Tousu) -> None:
    case = json.loads(tousu("case", "show", "DT2611-00018", "--json").out)
    assert {"number", "status", "level", "category", "clocks", "timeline", "notices"} <= set(case)
    [clock] = case["clocks"]
    assert (clock["clock"], clock["due_at"], clock["provisional"]) == ("completion", "2026-12-14T17:00:00+08:00", False)
    assert [step["kind"] for step in case["timeline"]] == ["registered", "promise_moved"]
    assert [step["kind"] for step in case["notices"]] == ["promise_moved"]


@pytest.mark.usefixtures("one_case")
def test_a_case_is_shown_in_words(tousu: Tousu) -> None:
    words = tousu("case", "show", "DT2611-00018").out
    assert "已登记" in words
    assert "排队太久" in words
    assert "没能按时答复" in words


@pytest.mark.usefixtures("one_case")
def test_a_number_may_be_typed_as_one_hears_it(tousu: Tousu) -> None:
    assert "排队太久" in tousu("case", "show", "dt2611 ooo18").out


def test_a_case_that_is_not_there_is_one(tousu: Tousu) -> None:
    tousu("db", "upgrade")
    answer = tousu("case", "show", "DT2611-99999")
    assert (answer.code, answer.out, answer.err) == (1, "", "没有这个编号的案件。\n")


@pytest.mark.usefixtures("one_case")
def test_keys_are_wrapped_anew_and_open_what_was_sealed(tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> None:
    former = Path("var/secret.key").read_text(encoding="ascii")
    monkeypatch.setenv("TOUSU_SECRET_KEY", "n" * 32 + "," + former)
    assert tousu("db", "rotate-keys").code == 0
    monkeypatch.setenv("TOUSU_SECRET_KEY", "n" * 32)
    assert "排队太久" in tousu("case", "show", "DT2611-00018").out


def test_a_text_is_classified_for_people_and_for_programs(tousu: Tousu) -> None:
    text = "窗口工作人员态度恶劣，服务态度很差，爱答不理"
    record = json.loads(tousu("classify", text, "--json").out)
    assert set(record) == {"category", "confidence", "candidates"}
    best = record["candidates"][0]
    assert set(best) == {"category", "score", "words"}
    assert record["category"] == best["category"]
    assert best["words"][0] in tousu("classify", text).out


def test_an_unknown_pack_is_one_line_and_one(tousu: Tousu) -> None:
    answer = tousu("classify", "食堂有虫", "--policy", "no-such-pack")
    assert (answer.code, answer.out) == (1, "")
    assert "no-such-pack" in answer.err


def test_no_menu_without_an_account(tousu: Tousu) -> None:
    answer = tousu("wechat", "menu", "push")
    assert answer.code == 1
    assert "TOUSU_WECHAT_APP_ID" in answer.err
