"""One fetch at a time, few fetches after errors, and an end to every loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bots.tencent.token import QUIET_SECONDS, AccessToken
from bots.wechat.client import WeChatChannel
from bots.wechat.codes import STALE_TOKEN
from core.errors import ChannelStopped, TryLater
from tests.bots.wechat.account import SECRET, settings
from tests.simulators.wechat import WeChatSimulator

STABLE = "/cgi-bin/stable_token"


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def holder(platform: WeChatSimulator, clock: Clock) -> AsyncIterator[AccessToken]:
    channel = WeChatChannel(settings(platform.api_base))
    yield AccessToken("WeChat", channel._stable_token, STALE_TOKEN, clock)
    await channel.close()


async def test_twenty_askers_cause_one_fetch(holder: AccessToken, platform: WeChatSimulator) -> None:
    platform.api.fail(STABLE, "slow", value=0.1)
    tokens = await asyncio.gather(*(holder.current() for _ in range(20)))
    assert len(set(tokens)) == 1
    assert platform.api.count(STABLE) == 1


async def test_a_token_is_fetched_again_before_it_ends(
    holder: AccessToken, platform: WeChatSimulator, clock: Clock
) -> None:
    first = await holder.current()
    clock.seconds += 6800
    assert await holder.current() == first
    clock.seconds += 200
    platform.advance(7000)
    assert await holder.current() != first
    assert platform.api.count(STABLE) == 2


async def test_twenty_rejected_senders_cause_one_replacement(
    holder: AccessToken, platform: WeChatSimulator, clock: Clock
) -> None:
    rejected = await holder.current()
    clock.seconds += QUIET_SECONDS
    platform.api.revoke_tokens()
    tokens = await asyncio.gather(*(holder.replace(rejected) for _ in range(20)))
    assert len(set(tokens)) == 1
    assert tokens[0] != rejected
    assert [body["force_refresh"] for _, body in platform.api.calls] == [False, False, True]


async def test_a_token_that_came_just_now_is_not_asked_for_again_but_forced(
    holder: AccessToken, platform: WeChatSimulator
) -> None:
    rejected = await holder.current()
    platform.api.revoke_tokens()
    assert await holder.replace(rejected) != rejected
    assert [body["force_refresh"] for _, body in platform.api.calls] == [False, True]


async def test_a_token_somebody_else_has_renewed_is_not_forced(
    holder: AccessToken, platform: WeChatSimulator, clock: Clock
) -> None:
    rejected = await holder.current()
    clock.seconds += 7000
    platform.advance(7000)
    assert await holder.replace(rejected) != rejected
    assert [body["force_refresh"] for _, body in platform.api.calls] == [False, False]


async def test_after_a_failed_fetch_nobody_asks_for_half_a_minute(
    holder: AccessToken, platform: WeChatSimulator, clock: Clock
) -> None:
    platform.api.fail(STABLE, -1, times=-1)
    for _ in range(5):
        with pytest.raises(TryLater) as error:
            await holder.current()
        assert error.value.code == "-1"
    assert platform.api.count(STABLE) == 1
    clock.seconds += QUIET_SECONDS
    with pytest.raises(TryLater):
        await holder.current()
    assert platform.api.count(STABLE) == 2


async def test_it_recovers_when_the_platform_does(holder: AccessToken, platform: WeChatSimulator, clock: Clock) -> None:
    platform.api.fail(STABLE, "html")
    with pytest.raises(TryLater):
        await holder.current()
    clock.seconds += QUIET_SECONDS
    assert await holder.current()


async def test_a_new_token_that_is_rejected_too_ends_the_matter(holder: AccessToken, platform: WeChatSimulator) -> None:
    platform.api.revoke_tokens()
    token = await holder.current()
    platform.api.revoke_tokens()
    forced = await holder.replace(token)
    calls = len(platform.api.calls)
    for _ in range(5):
        with pytest.raises(ChannelStopped):
            await holder.replace(forced)
    assert len(platform.api.calls) == calls


@pytest.mark.parametrize("code", [40001, 40013, 40125, 40164, 40243, 89503])
async def test_wrong_credentials_stop_the_channel(holder: AccessToken, platform: WeChatSimulator, code: int) -> None:
    platform.api.fail(STABLE, code)
    with pytest.raises(ChannelStopped) as error:
        await holder.current()
    assert error.value.code == str(code)


async def test_the_secret_stands_in_no_error(platform: WeChatSimulator) -> None:
    """The simulator quotes a wrong secret back, as a careless gateway might."""
    channel = WeChatChannel(settings(platform.api_base))
    platform.api.secret = "another"
    with pytest.raises(ChannelStopped) as error:
        await AccessToken("WeChat", channel._stable_token, STALE_TOKEN).current()
    await channel.close()
    assert SECRET not in f"{error.value!r} {error.value} {error.value.__context__!r}"
