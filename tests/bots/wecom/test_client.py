"""Sending over real HTTP: what arrives, and what every fault of the platform means for a message."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bots.wecom.client import WeComChannel
from bots.wecom.config import A_MEMBER
from bots.wecom.limits import Brake
from core.errors import ChannelStopped, DeliveryError, FetchRefused, Held, TryLater, Undeliverable
from core.messages import Address, Attachment, Choice, OutboundMessage
from tests.bots.wecom.account import MEMBER, settings
from tests.bots.wecom.conftest import Place
from tests.simulators import wecom_card
from tests.simulators.wecom import SECRET, WeComSimulator
from tests.simulators.wecom_api import GETTOKEN, SEND

TO = Address("wecom", MEMBER)
CARD = OutboundMessage("2611-0007（服务态度）\n已登记", (Choice("受理 2611-0007 @3", "受理"),))


@pytest.fixture(autouse=True)
def _in_the_application(place: Place) -> None:
    place.platform.api.members.add(MEMBER)


def texts(platform: WeComSimulator) -> list[str]:
    return [shown.text for shown in platform.inbox_of(MEMBER)]


async def refused(place: Place, message: OutboundMessage = CARD) -> DeliveryError:
    with pytest.raises(DeliveryError) as error:
        await place.channel.send(TO, message, "key")
    return error.value


# ── what arrives ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_words_and_cards_arrive_whole_and_have_a_number(place: Place) -> None:
    assert await place.channel.send(TO, OutboundMessage("您手上没有在办的件。"), "one")
    assert await place.channel.send(TO, CARD, "two")
    await place.channel.send(TO, OutboundMessage("长" * 1500), "three")
    assert texts(place.platform) == [
        "您手上没有在办的件。",
        "2611-0007（服务态度）\n已登记",
        "长" * 682,
        "长" * 682,
        "长" * 136,
    ]
    assert place.platform.inbox_of(MEMBER)[1].labels == ["受理"]
    assert (place.platform.api.cut_off, place.platform.api.refused) == ([], [])


async def test_the_same_answer_twice_arrives_twice(place: Place) -> None:
    for key in ("one", "two"):
        await place.channel.send(TO, CARD, key)
    assert len(texts(place.platform)) == 2


async def test_a_card_that_the_platform_does_not_take_is_said_in_words(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wecom_card, "fault_of", lambda card: "no cards here")
    await place.channel.send(TO, CARD, "one")
    await place.channel.send(TO, OutboundMessage("长" * 200, CARD.choices), "two")
    assert texts(place.platform) == ["2611-0007（服务态度）\n已登记\n受理", "长" * 200, "受理"]


async def test_a_member_who_gets_more_than_thirty_in_a_minute_would_miss_the_rest_and_so_they_wait(
    place: Place,
) -> None:
    """What the platform does to who does not wait, and what we do."""
    for number in range(40):
        body = {"touser": MEMBER, "agentid": 1000002, "msgtype": "text", "text": {"content": str(number)}}
        await place.channel._tell(SEND, body)
    assert len(place.platform.api.dropped) == 10
    place.channel._brake = Brake(A_MEMBER, place.platform.api.now)
    place.platform.advance(61)
    waited = 0
    for number in range(40):
        try:
            await place.channel.send(TO, OutboundMessage(f"第 {number} 条"), str(number))
        except TryLater:
            waited += 1
    assert waited == 30
    assert len(place.platform.api.dropped) == 10


async def test_no_file_is_taken_in(place: Place) -> None:
    with pytest.raises(FetchRefused):
        await place.channel.fetch(Attachment("photo", "media"))


# ── faults ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["html", "json", "status", "lost", -1, 45009, 999999])
async def test_a_passing_fault_is_tried_later(place: Place, kind: str | int) -> None:
    place.platform.api.fail(SEND, kind)
    assert type(await refused(place)) is TryLater
    await place.channel.send(TO, OutboundMessage("又通了"), "key")
    assert texts(place.platform)[-1] == "又通了"


async def test_a_platform_that_is_not_there_is_tried_later() -> None:
    channel = WeComChannel(settings("http://127.0.0.1:9"))
    with pytest.raises(TryLater):
        await channel.send(TO, CARD, "key")
    await channel.close()


async def test_what_is_for_a_member_out_of_range_waits_for_them(place: Place) -> None:
    place.platform.api.members.clear()
    assert type(await refused(place)) is Held


async def test_a_member_who_is_named_beside_a_success_did_not_get_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = {"errcode": 0, "errmsg": "ok", "invaliduser": MEMBER, "msgid": "m"}

    async def partly(path: str, body: object) -> dict[str, object]:
        return answer

    monkeypatch.setattr(place.channel, "_tell", partly)
    assert type(await refused(place)) is Held


async def test_a_text_the_platform_does_not_take_is_not_tried_for_ever(place: Place) -> None:
    place.platform.api.fail(SEND, 45002)
    assert type(await refused(place, OutboundMessage("话"))) is Undeliverable


@pytest.mark.parametrize("code", [48002, 50003, 60020, 301002])
async def test_a_closed_door_stops_the_channel(place: Place, code: int) -> None:
    place.platform.api.fail(SEND, code)
    error = await refused(place)
    assert (type(error), error.code) == (ChannelStopped, str(code))


# ── the token ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_twenty_who_send_fetch_one_token_and_replace_it_once(place: Place) -> None:
    await place.channel.keep_up()
    place.platform.api.members |= {f"m{number}" for number in range(20)}
    everybody = [Address("wecom", f"m{number}") for number in range(20)]
    await asyncio.gather(*(place.channel.send(one, OutboundMessage("一"), "1") for one in everybody))
    assert place.platform.api.count(GETTOKEN) == 1
    place.platform.api.revoke_token()
    await asyncio.gather(*(place.channel.send(one, OutboundMessage("二"), "2") for one in everybody))
    assert place.platform.api.count(GETTOKEN) == 2
    assert all(len(place.platform.inbox_of(one.peer)) == 2 for one in everybody)


async def test_a_token_that_has_ended_is_replaced(place: Place) -> None:
    await place.channel.send(TO, OutboundMessage("一"), "1")
    place.platform.advance(7300)
    await place.channel.send(TO, OutboundMessage("二"), "2")
    assert texts(place.platform) == ["一", "二"]


async def test_a_token_rejected_for_ever_stops_the_channel_after_few_calls(place: Place) -> None:
    place.platform.api.fail(SEND, 40014, -1)
    for _ in range(5):
        assert type(await refused(place)) is ChannelStopped
    assert place.platform.api.count(GETTOKEN) <= 3
    assert place.platform.api.count(SEND) <= 10


async def test_wrong_credentials_stop_the_channel_and_are_not_quoted(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    """The simulator quotes a wrong secret back, as a careless gateway might."""
    caplog.set_level(logging.DEBUG)
    place.platform.api.secret = "another"
    error = await refused(place)
    assert (type(error), error.code) == (ChannelStopped, "40001")
    assert SECRET not in f"{error!r} {error.__context__!r} {caplog.text}"


async def test_neither_secret_nor_token_stands_in_a_log(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await place.channel.send(TO, OutboundMessage("一"), "1")
    place.platform.api.fail(SEND, "html")
    await refused(place)
    assert [word for word in (SECRET, place.platform.api._token) if word in caplog.text] == []


async def test_the_application_says_what_it_is_called(place: Place) -> None:
    assert await place.channel.application() == "投诉办理"
    place.channel._settings = settings(place.platform.api_base)
    place.platform.api.agent_id = 7
    with pytest.raises(ChannelStopped) as error:
        await place.channel.application()
    assert error.value.code == "301002"
