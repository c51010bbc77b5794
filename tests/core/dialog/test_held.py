"""What a platform made wait until its person writes: none of it is lost, none is said to be read before it was sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from core.dialog import service as dialog
from core.ladder import Limits
from core.messages import Address, InboundMessage, OutboundMessage
from core.store import claims, outbox, sessions, settlements
from core.store.unit_of_work import UnitOfWork
from tests.conversations.direct import CHANNEL, WECHAT_LIKE, Player

PERSON = Address(CHANNEL, "person-1")
NOTICES = [f"{name}：" + "进展" * 95 for name in ("第一条", "第二条", "第三条", "第四条", "第五条")]
"""Two of them fit a bubble together with an answer."""


@pytest.fixture(params=[WECHAT_LIKE, Limits(characters=600, utf8_bytes=1800, can_push=False)], ids=["push", "no push"])
def player(request: pytest.FixtureRequest, sqlite_url: str, data_dir: Path) -> Iterator[Player]:
    playing = Player(sqlite_url, data_dir, "service-hall", request.param)
    playing.say(_said(playing, "m0"))
    yield playing
    playing.close()


def _said(player: Player, key: str) -> InboundMessage:
    return InboundMessage(PERSON, key, player.now, text="你好")


def _make_wait(player: Player, texts: Sequence[str], uow: UnitOfWork) -> None:
    to = sessions.load(uow, PERSON, player.now)
    for number, words in enumerate(texts):
        outbox.add(uow, to, OutboundMessage(words), f"w{number}", player.now, now=player.now)
        [claimed] = claims.claim(uow, player.now, 10, 60)
        settlements.settle_held(uow, claimed, "45015", player.now)


def _in(words: str) -> list[str]:
    return [name for name in (notice[:3] for notice in NOTICES) if name in words]


def _pushed(player: Player) -> list[str]:
    player.work()
    return [name for _, message in player.phone.pushed for name in _in(message.text)]


def test_with_an_answer_goes_what_fits_and_the_rest_by_itself_or_with_the_next(player: Player) -> None:
    player.store.write(partial(_make_wait, player, NOTICES))
    [reply] = player.say(_said(player, "m1"))
    assert _in(reply.text) == ["第一条", "第二条"]
    assert player.house.limits[CHANNEL].hold(reply.text)
    if player.house.limits[CHANNEL].can_push:
        assert _pushed(player) == [], "they would overtake the answer"
        player.now += timedelta(seconds=dialog.ANSWER_SECONDS)
        assert _pushed(player) == ["第三条", "第四条", "第五条"]
    else:
        [reply] = player.say(_said(player, "m2"))
        assert _in(reply.text) == ["第三条", "第四条"]
        [reply] = player.say(_said(player, "m3"))
        assert _in(reply.text) == ["第五条"]


def test_what_never_fits_comes_by_itself_or_in_pages(player: Player) -> None:
    player.store.write(partial(_make_wait, player, ["很长的一条：" + "进展" * 280]))
    [reply] = player.say(_said(player, "m1"))
    if player.house.limits[CHANNEL].can_push:
        assert "很长的一条" not in reply.text
        player.now += timedelta(seconds=dialog.ANSWER_SECONDS)
        player.work()
        [(_, pushed)] = player.phone.pushed
        assert pushed.text.startswith("很长的一条")
    else:
        assert reply.text.startswith("很长的一条")
        assert "更多" in reply.text


def test_an_answer_that_comes_late_takes_nothing_along(player: Player) -> None:
    """Nobody knows yet whether it arrives."""
    player.store.write(partial(_make_wait, player, NOTICES))
    player.store.write(lambda uow: dialog.receive_late(uow, player.house, _said(player, "m1"), player.now))
    waiting = player.store.read(lambda uow: outbox.held(uow, sessions.load(uow, PERSON, player.now).id))
    if player.house.limits[CHANNEL].can_push:
        assert waiting == []
        assert _pushed(player) == [notice[:3] for notice in NOTICES]
        assert "您好" in player.phone.pushed[-1][1].text
    else:
        assert len(waiting) == len(NOTICES)
