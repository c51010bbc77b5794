"""``tousu case act`` beside a running service: what staff do reaches the case, its timeline and the complainant's chat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from app.resources import open_store
from app.settings import load_settings
from core.cases import service
from core.cases.calendar import calendar
from core.cases.service import Office, Registration
from core.messages import Address
from core.policies.load import load
from core.store import cases, keys, outbox, sessions, timeline
from core.store.unit_of_work import Store, UnitOfWork
from core.texts import load_texts
from tests.app.conftest import Tousu

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
OFFICE = Office(load("service-center"), calendar(), load_texts())
PERSON = Address("web", "anna")


def register(uow: UnitOfWork) -> str:
    person = sessions.load(uow, PERSON, NOW)
    told = Registration(
        "draft", person.id, "web", keys.new_key(uow), "other", {"facts": "修了三次还漏水", "answers": {}}
    )
    return service.open_case(uow, OFFICE, told, NOW)[0].number


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A service at work."""
    monkeypatch.setenv("TOUSU_POLICY", "service-center")
    if request.param == "postgresql":
        monkeypatch.setenv("TOUSU_DATABASE_URL", request.getfixturevalue("postgresql_url"))
    store = open_store(load_settings())
    yield store
    store.close()


@pytest.fixture
def number(running: Store) -> str:
    return running.write(register)


def told(store: Store) -> list[str]:
    """What the person reads, in order."""
    texts: list[str] = []

    def work(uow: UnitOfWork) -> bool:
        claimed = outbox.claim(uow, datetime.now(UTC), 10, 60.0)
        for row in claimed:
            texts.append(row.message.text)
            outbox.settle_sent(uow, row, "", datetime.now(UTC))
        return bool(claimed)

    while store.write(work):
        pass
    return texts


def entries(store: Store, number: str) -> list[tuple[str, str]]:
    def work(uow: UnitOfWork) -> list[tuple[str, str]]:
        case = cases.by_number(uow, number)
        assert case is not None
        return [(entry.kind, entry.actor) for entry in timeline.of_case(uow, case)]

    return store.read(work)


def test_a_case_is_accepted_and_answered_and_its_complainant_reads_both(
    tousu: Tousu, running: Store, number: str
) -> None:
    accepted = tousu("case", "act", number, "accept", "--as", "王敏", "--json")
    assert accepted.code == 0, accepted.err
    assert json.loads(accepted.out)["status"] == "accepted"
    assert tousu("case", "act", number.lower(), "close", "--as", "王敏", "--field", "words=已换新阀门。").code == 0
    texts = told(running)
    assert number in texts[0]
    assert "已换新阀门。" in texts[1]
    assert entries(running, number)[1:] == [("accepted", "staff:王敏"), ("closed", "staff:王敏")]


def test_declining_tells_the_packs_reason_and_where_to_go(tousu: Tousu, running: Store, number: str) -> None:
    row = OFFICE.policy.exclusions[0]
    answer = tousu("case", "act", number, "decline", "--as", "王敏", "--field", f"ground={row.key}")
    assert answer.code == 0, answer.err
    assert "不予受理" in answer.out
    (text,) = told(running)
    assert row.reason.zh in text
    assert row.go_to.zh in text


def test_passing_on_says_to_whom_and_ends_the_case_here(tousu: Tousu, running: Store, number: str) -> None:
    assert tousu("case", "act", number, "refer", "--as", "王敏", "--field", "words=已转市场监管局。").code == 0
    again = tousu("case", "act", number, "accept", "--as", "王敏")
    assert again.code == 1
    assert number in again.err
    assert "已转市场监管局。" in told(running)[0]


EXTEND = ("extend", "--as", "王敏", "--field", "words=要请厂家检测。", "--field", "approved_by=张主任")


def test_an_extension_is_approved_told_and_given_once(tousu: Tousu, running: Store, number: str) -> None:
    """Accepted on a Monday: seven working days, and three more."""
    running.write(lambda uow: service.act_as_staff(uow, OFFICE, number, "accept", "staff:王敏", "", datetime.now(UTC)))
    extended = tousu("case", "act", number, *EXTEND, "--json")
    assert extended.code == 0, extended.err
    days = json.loads(tousu("case", "show", number, "--json").out)
    assert json.loads(extended.out)["promised_on"] == days["promised_on"]
    assert "要请厂家检测。" in told(running)[1]
    assert ("approved", "staff:张主任") in entries(running, number)
    again = tousu("case", "act", number, *EXTEND)
    assert again.code == 1
    assert "已经延长过" in again.err


WRONG = [
    (["accept", "--as", " "], "--as"),
    (["refuse", "--as", "王敏"], "decline"),
    (["decline", "--as", "王敏"], "words"),
    (["decline", "--as", "王敏", "--field", "ground=weather"], OFFICE.policy.exclusions[0].key),
    (["extend", "--as", "王敏", "--field", "words=复杂"], "approved_by"),
    (["extend", "--as", "王敏", "--field", "words=复杂", "--field", "approved_by=王敏"], "经办人"),
    (EXTEND, "不能延长"),
    (["close", "--as", "王敏", "--field", "已处理"], "words"),
    (["close", "--as", "王敏", "--field", "word=已处理"], "words"),
]


@pytest.mark.parametrize("running", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("arguments", "hint"), WRONG)
def test_what_cannot_be_done_is_said_in_one_line_and_changes_nothing(
    tousu: Tousu, running: Store, number: str, arguments: list[str], hint: str
) -> None:
    answer = tousu("case", "act", number, *arguments)
    assert answer.code == 1
    assert len(answer.err.strip().splitlines()) == 1
    assert hint in answer.err
    assert entries(running, number) == [("registered", "complainant")]
    assert told(running) == []


@pytest.mark.parametrize("running", ["sqlite"], indirect=True)
def test_an_unknown_number_is_said_to_be_unknown(tousu: Tousu, running: Store) -> None:
    answer = tousu("case", "act", "XX0000-00000", "accept", "--as", "王敏")
    assert answer.code == 1
    assert "XX0000-00000" in answer.err
