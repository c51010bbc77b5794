"""The bench measures what it says: its wires are the platforms', and its verdict tells right from wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.intake.fill import fill
from bench.intake.measure import Bench, kill_quiet, load, twice
from bench.intake.report import is_wrong, tables
from bench.intake.rows import MORE, ROWS
from bench.intake.servers import Sink
from bench.intake.tousu import AES_KEY, APP_ID, SECRET, TOKEN, Tousu
from bench.load.drive import Drive, percentile
from bench.load.people import person, said_to_us
from bench.load.pour import Pour, newcomers
from bench.load.wires import SealedWeChat, Telegram
from core.store import queries
from core.store.keyring import Keyring
from core.store.unit_of_work import Store
from tests.simulators.wechat_envelope import Envelope, fields_of, xml

PEOPLE = range(1, 5)


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    made = Sink(tmp_path)
    yield made
    made.process.stop()


@pytest.fixture
def bench(tmp_path: Path, sink: Sink) -> Bench:
    return Bench(tmp_path, sink, tmp_path, users=len(PEOPLE), at_once=2)


@pytest.fixture
def server(tmp_path: Path, sink: Sink) -> Iterator[Tousu]:
    made = Tousu(tmp_path, sink, "wechat")
    made.start()
    yield made
    made.remove()


def test_what_the_wire_seals_the_platforms_own_envelope_opens() -> None:
    request = SealedWeChat(said_to_us, TOKEN, "/wechat", APP_ID, AES_KEY).request(7, 2)
    head, _, body = request.partition(b"\r\n\r\n")
    query = dict(part.split("=") for part in head.split(b" ")[1].decode().partition("?")[2].split("&"))
    envelope = Envelope(APP_ID, TOKEN, AES_KEY)
    sealed = fields_of(body.decode())["Encrypt"]
    assert query["msg_signature"] == envelope.sign(query["timestamp"], query["nonce"], sealed)
    assert fields_of(envelope.decrypt(sealed))["Content"] == person(7).respondent


def test_what_the_platforms_envelope_seals_the_wire_opens() -> None:
    sealed = Envelope(APP_ID, TOKEN, AES_KEY).encrypt(xml({"Content": "你好", "CreateTime": 1}))
    wire = SealedWeChat(said_to_us, TOKEN, "/wechat", APP_ID, AES_KEY)
    assert wire.answer(xml({"Encrypt": sealed, "Nonce": "1"}).encode()) == "你好"


@pytest.mark.parametrize(
    "wire", [Telegram(said_to_us, {}, "/", "s"), SealedWeChat(said_to_us, "t", "/", APP_ID, AES_KEY)]
)
def test_the_same_message_keeps_its_id_and_no_two_share_one(wire: Telegram | SealedWeChat) -> None:
    def says(who: int, step: int) -> str:
        return str(wire._update(who, step)) if isinstance(wire, Telegram) else wire._message(who, step)

    said = [says(who, step) for who in range(50) for step in range(wire.steps)]
    assert said == [says(who, step) for who in range(50) for step in range(wire.steps)]
    assert len(set(said)) == len(said)


def test_no_two_people_share_a_name_a_phone_or_a_respondent() -> None:
    people = [person(number) for number in range(9_000)]
    for what in ("name", "phone", "respondent", "facts"):
        assert len({getattr(who, what) for who in people}) == len(people)


@pytest.mark.parametrize("name", ["tousu-wechat-sqlite", "tousu-telegram-sqlite"])
def test_a_run_ends_with_every_dialogue_right(bench: Bench, name: str) -> None:
    figures = load(bench, ROWS[name])
    assert (figures["right"], figures["errors"]) == (len(PEOPLE), 0)
    assert figures["messages"] == len(PEOPLE) * len(said_to_us(0))
    assert not is_wrong({"row": name, "test": "load", **figures})
    assert figures["messages_s"] > 0


def test_what_is_delivered_twice_or_after_a_kill_ends_right_as_well(bench: Bench) -> None:
    row = ROWS["tousu-wechat-sqlite"]
    assert twice(bench, row)["right"] == len(PEOPLE)
    assert kill_quiet(bench, row)["right"] == len(PEOPLE)


def test_the_verdict_sees_what_is_lost_and_what_is_shifted(server: Tousu) -> None:
    outcome = Drive(server.wire, server.ports).run(PEOPLE, 2)
    assert server.verify(PEOPLE, outcome).right == len(PEOPLE)
    assert server.verify(range(1, 7), outcome).lost == 2
    assert server.verify(PEOPLE, outcome).missing == 0
    outcome.replies[2], outcome.replies[3] = outcome.replies[3], outcome.replies[2]
    assert server.verify(PEOPLE, outcome).lost == 2
    outcome.replies[1] *= 2
    assert server.verify(PEOPLE, outcome).twice == len(said_to_us(0))


async def test_a_flood_counts_everything_it_offers(server: Tousu) -> None:
    poured = await Pour(server.wire, server.ports[0], lambda _: False, newcomers(1)).run(40, 0.5)
    assert poured.counts["offered"] == poured.counts["accepted"] == len(poured.accepted)
    assert 10 <= poured.counts["offered"] <= 20


def test_a_filled_database_is_one_the_service_works_on(store_url: str, data_dir: Path) -> None:
    Store.open(store_url, data_dir, Keyring.from_secret(SECRET)).close()
    fill(store_url, 300)
    store = Store.open(store_url, data_dir, Keyring.from_secret(SECRET))
    try:
        listed = store.read(lambda uow: queries.case_list(uow, 1_000))
    finally:
        store.close()
    assert len({line.number for line in listed}) == 300


def test_the_table_compares_with_the_fastest_peer_that_is_durable() -> None:
    speeds = {"werobot-sqlite": 400, "werobot-1thread": 500, "tousu-wechat-sqlite": 1000, "ptb-default": 9000}
    results = [{"row": name, "test": "load", "messages_s": speed, **_CLEAN} for name, speed in speeds.items()]
    assert "| tousu-wechat-sqlite | 1000 | 2.00 |" in tables(results)
    assert not MORE["ptb-default"].is_durable


@pytest.mark.parametrize("fault", ["lost", "wrong", "surplus", "twice", "missing"])
def test_any_fault_of_ours_makes_the_run_fail_and_none_of_a_peer(fault: str) -> None:
    result = {"test": "load", **_CLEAN, fault: 1}
    assert is_wrong({"row": "tousu-wechat-sqlite", **result})
    assert not is_wrong({"row": "werobot-sqlite", **result})


def test_a_percentile_is_a_value_that_was_there() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert json.dumps(percentile([], 0.5)) == "NaN"


_CLEAN = {"right": 1, "lost": 0, "wrong": 0, "surplus": 0, "twice": 0, "missing": 0}
