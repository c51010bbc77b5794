"""The dialogue on the database: the transcripts read the same on both kinds, however often the process is restarted."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.dialog.spool import Spool
from core.errors import StoreError
from core.messages import Address, InboundMessage
from core.store import queries, sessions
from core.store.keyring import Keyring
from core.store.parcels import Parcels
from tests.conversations.direct import CHANNEL, Player
from tests.conversations.play import FOLDER, Step, read

CHOSEN = (
    "interrupted", "two_citizens", "two_complaints", "u04_several_facts_in_one_message", "u08_correct_any_field",
    "u14_draft_expires", "u15_evidence_batch", "u27_told_of_every_change", "u29_after_filing", "u32_my_data",
    "review_upheld", "supplement_asked", "supplement_or_not", "bound_by_code", "joined_complaints", "level_major",
)  # fmt: skip


@pytest.mark.parametrize("name", CHOSEN)
def test_on_postgresql_a_conversation_goes_as_written(name: str, postgresql_url: str, data_dir: Path) -> None:
    transcript = read(FOLDER / f"{name}.txt")
    player = Player(postgresql_url, data_dir, transcript.pack)
    try:
        assert player.play(transcript) == [lines for _, lines in transcript.steps]
    finally:
        player.close()


@pytest.fixture
def player(store_url: str, data_dir: Path):  # type: ignore[no-untyped-def]
    playing = Player(store_url, data_dir, "service-hall")
    yield playing
    playing.close()


def test_a_message_that_fails_leaves_nothing_behind(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    """All or nothing: neither the message, nor the draft, nor the reply is kept when one of them cannot be."""
    [message] = player.messages(Step("said", "大厅的自助机全坏了"))

    def slip(*_: object, **__: object) -> None:
        raise ValueError("a slip in the code")

    with monkeypatch.context() as broken:
        broken.setattr("core.store.inbox.keep", slip)
        with pytest.raises(ValueError, match="a slip"):
            player.say(message)
    assert player.store.read(lambda uow: sessions.find(uow, message.address)) is None
    assert player.say(message)
    assert player.say(message) == player.say(message)
    assert player.store.read(queries.overview).sessions == 1


def test_who_unfollows_is_not_answered(player: Player) -> None:
    gone = InboundMessage(Address(CHANNEL, "person-1"), "e:1", player.now, kind="unfollow")
    assert player.say(gone) == ()
    assert player.say(gone) == ()


async def test_the_spool_gives_its_messages_back_in_the_order_they_came(player: Player, keyring: Keyring) -> None:
    spool = Spool(Parcels(player.data_dir / "spool", keyring))
    said = [player.messages(Step("said", words))[0] for words in ("第一句话是这样", "第二句话是那样", "第三句话")]
    for message in said:
        await spool.keep(message)
    for name in spool.waiting():
        await spool.take_in(name, player.store, player.house, player.now)
        await spool.take_in(name, player.store, player.house, player.now)
    assert spool.waiting() == []

    def lines(uow):  # type: ignore[no-untyped-def]
        stored = sessions.find(uow, said[0].address)
        return queries.history(uow, stored.id, None, 50)

    assert [line.text for line in player.store.read(lines) if line.direction == "in"] == [it.text for it in said]


async def test_a_torn_message_in_the_spool_is_refused_and_kept(player: Player, keyring: Keyring) -> None:
    parcels = Parcels(player.data_dir / "spool", keyring)
    name = parcels.put(b"no line end in here", 1)
    spool = Spool(parcels)
    with pytest.raises(StoreError):
        await spool.take_in(name, player.store, player.house, player.now)
    assert spool.waiting() == [name]
    spool.set_aside(name)
    assert spool.waiting() == []
    assert Spool(parcels).waiting() == [name]
