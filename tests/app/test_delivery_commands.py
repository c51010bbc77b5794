"""``tousu delivery`` and what ``tousu case`` says of notices, as they are typed: what did not arrive, to whom it is told, and what proves it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document

from core.cases import notifying
from core.messages import OutboundMessage
from core.store import cases, claims, links, office_timeline, outbox, sessions, settlements, timeline
from core.store.unit_of_work import UnitOfWork
from tests.app.conftest import Tousu
from tests.app.desk import at_work, done, hire, refused
from tests.core.cases.desk import ANNA, WEI, Desk, at, notice_without_a_chat

NAME, PHONE = "王投诉人", "13900000042"
WORDS = "三楼的电梯坏了"


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A service at work: an officer, and Li, of whom somebody complains."""
    monkeypatch.setenv("TOUSU_POLICY", "service-center")
    if request.param == "postgresql":
        monkeypatch.setenv("TOUSU_DATABASE_URL", request.getfixturevalue("postgresql_url"))
    with at_work("service-center") as desk:
        hire(tousu, "xu", "officer", name="徐小苗", unit="窗口")
        hire(tousu, "head", "head", name="张立")
        hire(tousu, "li", "officer", name="李大明", unit="后勤")
        yield desk


on_sqlite = pytest.mark.parametrize("running", ["sqlite"], indirect=True)


def opened(
    running: Desk, draft: str = "lift", words: str = WORDS, answers: Mapping[str, str] = MappingProxyType({})
) -> str:
    """A case that was accepted, so that there is a notice."""
    name = running.policy.first_of["name"].key
    number = running.open(draft, words, answers={name: NAME, **answers})[0].number
    running.work(number, "accept", "xu" if "李大明" not in words else "head")
    return number


def fails(running: Desk, state: str = "held", code: str = "45015") -> list[int]:
    """Whatever waits to be sent comes to this state; the ids."""

    def settle(uow: UnitOfWork) -> list[int]:
        claimed = [each for each in claims.claim(uow, running.now, 50, 60) if each.address.channel == "chat"]
        for each in claimed:
            to = settlements.settle_held if state == "held" else settlements.settle_dead
            to(uow, each, code, running.now, "window", "request 7")
        return [each.id for each in claimed]

    return running.store.write(settle)


def record(tousu: Tousu, *words: str) -> Any:
    return json.loads(done(tousu(*words, "--json")))


def asked(running: Desk) -> None:
    """So many days go by that staff are asked to tell what did not arrive."""
    running.later(days=30)
    assert running.store.write(lambda uow: notifying.ask_staff(uow, running.office, running.now)) > 0


# ── delivery ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_did_not_go_out_is_listed_by_its_facts_alone(tousu: Tousu, running: Desk) -> None:
    number = opened(running)
    [held] = fails(running)
    [row] = record(tousu, "delivery", "list")
    assert (row["id"], row["channel"], row["notice"], row["number"]) == (held, "chat", "accepted", number)
    assert (row["state"], row["code"], row["attempts"]) == ("held", "45015", 1)
    said = done(tousu("delivery", "list", "--state", "held"))
    assert "暂存" in said
    assert "已受理" in said
    assert "anna" not in said
    assert record(tousu, "delivery", "list", "--state", "dead") == []
    assert done(tousu("delivery", "list", "--state", "pending")) == "没有。\n"


def test_what_did_not_go_out_is_sent_again_by_every_way_and_that_is_kept(tousu: Tousu, running: Desk) -> None:
    opened(running)
    [dead] = fails(running, "dead", "43004")
    assert record(tousu, "delivery", "redrive", str(dead)) == {"redriven": [dead]}
    [again] = running.store.write(lambda uow: claims.claim(uow, running.now + timedelta(hours=1), 50, 60))
    assert (again.id, again.passed) == (dead, ())
    [line] = [
        entry for entry in running.store.read(lambda uow: office_timeline.entries(uow, 5)) if entry.kind == "redriven"
    ]
    assert (line.actor, line.note) == ("operator", str(dead))


@on_sqlite
def test_all_of_one_state_are_sent_again_at_once(tousu: Tousu, running: Desk) -> None:
    opened(running)
    [held] = fails(running, "held")
    opened(running, "second")
    [dead] = fails(running, "dead")
    assert record(tousu, "delivery", "redrive", "--all", "--state", "dead") == {"redriven": [dead]}
    assert record(tousu, "delivery", "redrive", "--all") == {"redriven": [held]}
    assert done(tousu("delivery", "redrive", "--all")) == "0 条消息会马上再送一次。\n"


@on_sqlite
def test_what_waits_for_its_time_says_when_it_goes_out_first(tousu: Tousu, running: Desk) -> None:
    def wait(uow: UnitOfWork) -> None:
        to = sessions.load(uow, ANNA, running.now)
        outbox.add(uow, to, OutboundMessage("…"), "later", at("2027-11-29 09:00"), now=running.now)

    running.store.write(wait)
    assert "，最早 11-29 09:00 送\n" in done(tousu("delivery", "list", "--state", "pending"))
    assert "等着送 1 条（都还没到点），" in tousu("doctor").out
    opened(running)
    fails(running)
    assert "最早" not in done(tousu("delivery", "list", "--state", "held"))


@on_sqlite
def test_what_waits_or_is_not_there_is_not_sent_again(tousu: Tousu, running: Desk) -> None:
    opened(running)
    [held] = fails(running)
    assert "4711 不是没送出去的消息" in refused(tousu("delivery", "redrive", str(held), "4711"))
    [row] = record(tousu, "delivery", "list")
    assert row["id"] == held


@on_sqlite
@pytest.mark.parametrize(
    "words",
    [("redrive",), ("redrive", "1", "--all"), ("redrive", "--all", "--state", "pending"), ("list", "--state", "sent")],
)
def test_a_wrong_command_line_does_nothing(tousu: Tousu, running: Desk, words: tuple[str, ...]) -> None:
    assert tousu("delivery", *words).code == 2


# ── calls ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_whoever_must_be_telephoned_is_listed_until_somebody_told_them(tousu: Tousu, running: Desk) -> None:
    number = opened(running)
    assert done(tousu("case", "calls")) == "没有要打电话告知的。\n"
    fails(running)
    asked(running)
    [call] = record(tousu, "case", "calls", "--as", "xu")
    assert (call["number"], call["notice"]) == (number, "accepted")
    line = done(tousu("case", "calls"))
    assert f"#{call['id']}  {number}  已受理" in line
    done(
        tousu(
            "case",
            "act",
            number,
            "tell",
            "--as",
            "xu",
            "--field",
            f"notice={call['id']}",
            "--field",
            "words=电话告知本人",
        )
    )
    assert record(tousu, "case", "calls") == []


def test_whom_to_telephone_stands_beside_it_and_that_it_was_read_is_written_down(tousu: Tousu, running: Desk) -> None:
    number = opened(running, answers={"phone": PHONE})
    fails(running)
    asked(running)
    [call] = record(tousu, "case", "calls", "--as", "xu")
    assert (call["name"], call["contact"]) == (NAME, PHONE)
    assert done(tousu("case", "calls", "--as", "xu")).endswith(f"{NAME}  {PHONE}\n")
    assert [(entry.kind, entry.actor) for entry in running.entries(number)[-2:]] == [("read", "staff:xu")] * 2


@on_sqlite
def test_whoever_reads_no_cases_is_not_told_whom_to_telephone(
    tousu: Tousu, running: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUSU_POLICY", "report-center")
    center = Desk(running.store, running.now, "report-center")
    hire(tousu, "auditor", "inspector")
    case = center.open(answers={center.policy.first_of["name"].key: NAME})[0]
    center.store.write(lambda uow: notice_without_a_chat(uow, case, center.now))
    asked(center)
    calls = {by: record(tousu, "case", "calls", "--as", by)[0]["name"] for by in (WEI, "auditor")}
    assert calls == {WEI: NAME, "auditor": ""}


def test_a_case_that_one_must_not_know_of_is_not_among_the_calls(tousu: Tousu, running: Desk) -> None:
    number = opened(running, "about", "李大明骂人")
    fails(running)
    asked(running)
    assert [call["number"] for call in record(tousu, "case", "calls", "--as", "head")] == [number]
    assert record(tousu, "case", "calls", "--as", "li") == []


# ── notices ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_record_of_a_notice_says_what_was_said_how_it_was_tried_and_who_told_it(
    tousu: Tousu, running: Desk
) -> None:
    number = opened(running)
    fails(running)
    asked(running)
    done(tousu("case", "act", number, "tell", "--as", "xu", "--field", "notice=1", "--field", "words=电话告知本人"))
    [notice] = record(tousu, "case", "notices", number, "--as", "xu")["notices"]
    assert notice["sha256"] == hashlib.sha256(notice["words"].encode()).hexdigest()
    [tried] = notice["tries"]
    assert (tried["rung"], tried["code"], tried["answer"]) == ("window", "45015", "request 7")
    assert (notice["told_by"], notice["state"], notice["delivered_at"]) == ("xu", "held", None)
    said = done(tousu("case", "notices", number, "--as", "xu"))
    for words in (
        number,
        notice["sha256"],
        "客服消息  没送成（45015）",
        "请人打电话告知",
        "由 xu 用其他方式告知：电话告知本人",
    ):
        assert words in said


def test_how_it_was_told_stands_in_the_document_and_in_the_archive(tousu: Tousu, running: Desk, tmp_path: Path) -> None:
    number = opened(running)
    how = "11月29日10:30电话告知本人"
    done(tousu("case", "act", number, "tell", "--as", "xu", "--field", "notice=#1", "--field", f"words={how}"))
    done(tousu("proof", number, "--out", str(tmp_path / "proof.docx")))
    done(tousu("archive", number, "--out", str(tmp_path / "case.zip")))
    document = Document(str(tmp_path / "proof.docx"))
    told = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any(cell.endswith(f" 徐小苗：{how}") for cell in told)
    with ZipFile(tmp_path / "case.zip") as archive:
        assert f" 徐小苗：{how}\n" in archive.read(f"{number}/07-notices.txt").decode()
    [notice] = record(tousu, "case", "notices", number)["notices"]
    assert notice["told_words"] == how


@on_sqlite
def test_a_link_that_was_opened_is_shown_and_is_not_taken_for_knowing(tousu: Tousu, running: Desk) -> None:
    number = opened(running)
    fails(running)
    running.store.write(lambda uow: notifying.opened(uow, 1, running.now))
    said = done(tousu("case", "notices", number))
    assert "链接被打开过" in said
    assert "还不知道投诉人看到没有" in said


def test_reading_the_notices_is_written_down_and_refused_to_whom_it_is_not_for(tousu: Tousu, running: Desk) -> None:
    number = opened(running, "about", "李大明骂人")
    done(tousu("case", "notices", number, "--as", "xu"))
    assert refused(tousu("case", "notices", number, "--as", "li")) == "没有这个编号的案件。\n"
    assert [(entry.kind, entry.actor) for entry in running.entries(number)[-2:]] == [
        ("read", "staff:xu"),
        ("refused", "staff:li"),
    ]


# ── link ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_link_opens_the_latest_notice_and_stands_on_the_timeline(tousu: Tousu, running: Desk) -> None:
    number = opened(running)
    made = record(tousu, "case", "link", number, "--as", "xu")
    token = made["address"].rpartition("/status/n/")[2]
    assert running.store.read(lambda uow: links.opened(uow, token, running.now)) == 1
    line = running.entries(number)[-1]
    assert (line.kind, line.actor, line.note, line.public) == ("linked", "staff:xu", "#1", False)


@on_sqlite
def test_without_a_notice_there_is_no_link_and_for_who_must_not_know_no_case(tousu: Tousu, running: Desk) -> None:
    number = running.open("about", "李大明骂人")[0].number
    assert "还没有通知" in refused(tousu("case", "link", number, "--as", "head"))
    assert refused(tousu("case", "link", number, "--as", "li")) == "没有这个编号的案件。\n"
    seen = running.store.read(lambda uow: timeline.of_case(uow, cases.by_number(uow, number)))
    assert "linked" not in {entry.kind for entry in seen}
