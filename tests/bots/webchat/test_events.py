from __future__ import annotations

import asyncio
import json
from time import monotonic

import pytest

from bots.webchat import events
from bots.webchat.client import WebChannel
from core.errors import FetchRefused, StoreUnavailable
from core.messages import Address, Attachment, OutboundMessage
from tests.bots.webchat.service import MemoryUploads, Service

HERE = Address("web", "peer")


async def read(stream: events.AsyncIterator[str]) -> str:
    """The next event that is no heartbeat."""
    async for event in stream:
        if event.startswith("id:"):
            return event
    return ""


async def test_a_pushed_line_arrives_at_once_when_the_channel_sends() -> None:
    service = Service()
    stream = events.stream(HERE, 0, service.history, service.channel)
    assert await anext(stream) == "retry: 2000\n\n"
    reading = asyncio.create_task(read(stream))
    await asyncio.sleep(0.05)
    started = monotonic()
    await service.push(HERE, "您的投诉已受理。")
    event = await reading
    assert monotonic() - started < 0.5
    assert event.startswith("id: 1\ndata: ")
    assert json.loads(event.partition("data: ")[2])[0]["text"] == "您的投诉已受理。"


async def test_a_line_that_is_written_down_behind_the_wake_is_there_soon() -> None:
    service = Service()
    stream = events.stream(HERE, 0, service.history, service.channel)
    await anext(stream)
    reading = asyncio.create_task(read(stream))
    await asyncio.sleep(0.05)
    started = monotonic()
    service.channel.wake(HERE)
    await asyncio.sleep(0.15)
    service.say(HERE, OutboundMessage("刚刚写好"))
    assert "刚刚写好" in await reading
    assert monotonic() - started < 0.7


async def test_a_line_of_another_process_arrives_within_the_second() -> None:
    service = Service()
    stream = events.stream(HERE, 0, service.history, service.channel)
    await anext(stream)
    reading = asyncio.create_task(read(stream))
    await asyncio.sleep(0.05)
    service.say(HERE, OutboundMessage("没有人叫醒"))
    assert "没有人叫醒" in await asyncio.wait_for(reading, 1.5)


async def test_the_stream_outlives_an_outage_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "LOOK_SECONDS", 0.01)
    service = Service(fault=StoreUnavailable())
    stream = events.stream(HERE, 0, service.history, service.channel)
    await anext(stream)
    reading = asyncio.create_task(read(stream))
    await asyncio.sleep(0.05)
    service.fault = None
    service.say(HERE, OutboundMessage("又好了"))
    assert "又好了" in await asyncio.wait_for(reading, 1)


async def test_a_quiet_stream_beats_and_ends_in_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "LOOK_SECONDS", 0.001)
    service = Service()
    everything = [event async for event in events.stream(HERE, 0, service.history, service.channel)]
    assert everything[0] == "retry: 2000\n\n"
    assert set(everything[1:]) == {": still here\n\n"}
    assert service.channel.pages_open(HERE) == 0


async def test_a_file_without_a_place_can_never_be_fetched() -> None:
    channel = WebChannel(MemoryUploads())
    for reference in ("", "upload-9"):
        with pytest.raises(FetchRefused):
            await channel.fetch(Attachment("photo", reference))


async def test_a_stream_goes_on_behind_the_last_line_the_page_has() -> None:
    service = Service()
    for text in ("一", "二", "三"):
        service.say(HERE, OutboundMessage(text))
    stream = events.stream(HERE, 2, service.history, service.channel)
    await anext(stream)
    event = await read(stream)
    assert event.startswith("id: 3\n")
    assert [line["text"] for line in json.loads(event.partition("data: ")[2])] == ["三"]


async def test_all_streams_end_at_once_when_the_service_stops() -> None:
    service = Service()
    stream = events.stream(HERE, 0, service.history, service.channel)
    await anext(stream)
    reading = asyncio.create_task(read(stream))
    await asyncio.sleep(0.05)
    service.channel.close()
    assert await asyncio.wait_for(reading, 0.5) == ""
    assert service.channel.pages_open(HERE) == 0
