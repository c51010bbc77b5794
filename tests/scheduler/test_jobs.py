"""What happens with time: promises, reminders, drafts that are let go, leftovers; and one that fails stops no other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.uploads import SealedUploads
from bots.webchat.client import WebChannel
from core.cases.clocks import ZONE
from core.dialog.spool import Spool
from core.errors import KeyDestroyed, StoreUnavailable
from core.messages import Address, OutboundMessage
from core.store import claims, keys, outbox, queries, service_rows, sessions
from core.store.keyring import Keyring
from core.store.parcels import Parcels
from scheduler import jobs
from scheduler.jobs import KEEP_UPLOADS, Job, Workplace
from scheduler.main import start
from tests.conftest import SECRET
from tests.conversations.direct import CHANNEL, Player
from tests.conversations.play import Step

FILING = ("昨天窗口的人态度很差，叫了不理", "咨询台", "跳过", "同意", "李小禾", "13900000005", "好了", "1")


@pytest.fixture
def player(store_url: str, data_dir: Path) -> Iterator[Player]:
    playing = Player(store_url, data_dir, "service-hall")
    yield playing
    playing.close()


def _say(player: Player, *words: str) -> list[str]:
    return [line for each in words for line in player.take(Step("said", each))]


def _pass(player: Player, span: str) -> list[str]:
    return [line for line in player.take(Step("passed", span)) if line.startswith("<<")]


def _place(player: Player) -> Workplace:
    spool = Spool(Parcels(player.data_dir / "spool", Keyring.from_secret(SECRET)))
    return Workplace(player.store, player.house, {CHANNEL: player.phone}, spool, player.clock)


def test_a_promise_that_breaks_is_moved_and_told_once(player: Player) -> None:
    _say(player, *FILING)
    [line] = player.store.read(lambda uow: queries.case_list(uow, 10))
    days = (line.promised_on - player.now.astimezone(ZONE).date()).days
    [still] = _pass(player, f"{days - 1}d")
    assert "还在办理" in still
    assert any("抱歉" in words for words in _pass(player, "1d") + _pass(player, "12h"))
    [moved] = player.store.read(lambda uow: queries.case_list(uow, 10))
    assert moved.promised_on > line.promised_on
    assert _pass(player, "1h") == []


def test_two_workers_tell_of_a_broken_promise_once(player: Player) -> None:
    _say(player, *FILING)
    player.now += timedelta(days=40)

    async def both() -> None:
        await asyncio.gather(*(jobs.look_after_cases(_place(player)) for _ in range(2)), return_exceptions=True)

    asyncio.run(both())
    assert player.store.read(queries.overview).outbox.get("pending") == 1
    [case] = player.store.read(lambda uow: queries.case_list(uow, 10))
    detail = player.store.read(lambda uow: queries.case_detail(uow, case.number))
    assert detail
    assert [entry.kind for entry in detail.entries].count("promise_moved") == 1


def test_a_draft_is_reminded_of_once_and_let_go_with_its_files_and_its_key(player: Player) -> None:
    _say(player, "大厅的自助机全坏了", "[照片 2]")
    player.take(Step("passed", "5s"))
    assert len(list(player.data_dir.rglob("evidence/*/*.bin"))) == 2
    files = player.store.read(_waiting_files)
    assert len(_pass(player, "25h")) > 0
    assert _pass(player, "2d") == []
    assert len(_pass(player, "6d")) > 0
    assert list(player.data_dir.rglob("evidence/*/*.bin")) == []
    for key_id in files:
        with pytest.raises(KeyDestroyed):
            player.store.read(lambda uow, key_id=key_id: keys.open_key(uow, key_id))  # type: ignore[misc]


def _waiting_files(uow) -> list[int]:  # type: ignore[no-untyped-def]
    from core.store.tables import evidence as table

    return [row.key_id for row in uow.connection.execute(table.select()).all()]


@pytest.mark.parametrize("hour", [0, 3, 6, 12, 21])
def test_nobody_is_reminded_at_night(player: Player, hour: int) -> None:
    player.now = player.now.astimezone(ZONE).replace(hour=hour)
    _say(player, "大厅的自助机全坏了")
    for _ in range(72):
        if _pass(player, "1h"):
            break
    else:
        raise AssertionError("nobody was reminded")
    assert 8 <= player.now.astimezone(ZONE).hour <= 21


async def test_uploads_that_nobody_came_for_are_let_go(player: Player, data_dir: Path, keyring: Keyring) -> None:
    uploads = SealedUploads(Parcels(data_dir / "uploads", keyring))
    reference = await uploads.save(b"a picture", "a.png", "image/png")
    part = data_dir / "uploads" / f"{'0' * 20}-killed.part"
    part.touch()
    place = replace(_place(player), channels={"web": WebChannel(uploads)})
    player.now = datetime.now(ZONE)
    await jobs.tidy(place)
    assert not part.exists()
    assert (await uploads.load(reference)).content == b"a picture"
    player.now += KEEP_UPLOADS + timedelta(seconds=1)
    await jobs.tidy(place)
    assert list((data_dir / "uploads").iterdir()) == []


async def test_what_a_killed_process_had_in_hand_waits_only_where_another_may_have_it(player: Player) -> None:
    stored = player.store.write(lambda uow: sessions.load(uow, Address(CHANNEL, "person-1"), player.now))
    player.store.write(lambda uow: outbox.add(uow, stored, OutboundMessage("进展"), "a", player.now, now=player.now))

    def claimed() -> int:
        return len(player.store.write(lambda uow: claims.claim(uow, player.now, 10, 60)))

    assert claimed() == 1
    assert claimed() == 0
    await jobs.take_over(_place(player))
    assert claimed() == (1 if player.store.alone else 0)


async def test_the_worker_leaves_a_sign_of_life(player: Player) -> None:
    await jobs.tidy(_place(player))
    assert player.store.read(lambda uow: service_rows.get(uow, "heartbeat")) == player.now.isoformat()


async def test_a_job_that_fails_is_logged_without_words_and_ticks_again(
    player: Player, caplog: pytest.LogCaptureFixture
) -> None:
    ticks: list[str] = []
    twice = asyncio.Event()

    async def good(place: Workplace) -> None:
        ticks.append("good")

    async def bad(place: Workplace) -> None:
        ticks.append("bad")
        if ticks.count("bad") == 2:
            twice.set()
        raise StoreUnavailable if ticks.count("bad") == 1 else ValueError("13900000005 said so")

    caplog.set_level(logging.DEBUG)
    scheduler = start(_place(player), [Job("good", 0.05, good), Job("bad", 0.05, bad)])
    try:
        async with asyncio.timeout(10):
            await twice.wait()
            await asyncio.sleep(0.1)
    finally:
        scheduler.shutdown(wait=False)
    assert "good" in ticks
    assert "job bad: StoreUnavailable" in caplog.text
    assert "job bad failed: ValueError" in caplog.text
    assert "13900000005" not in caplog.text
