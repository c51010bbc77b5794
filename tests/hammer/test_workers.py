"""Two processes on one PostgreSQL, and every delivery comes to both at the same moment: one effect, one reply."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests import postgres
from tests.hammer.crowd import Chat, Patience, Person, TelegramChat, Twice, WeChatChat, talk
from tests.hammer.night import AT_ONCE, behind
from tests.hammer.running import dose, free_port
from tests.hammer.verdict import judge
from tests.simulators.telegram_serving import listening

PEOPLE = dose(10, 200)

pytestmark = pytest.mark.timeout(dose(120, 900))


@dataclass
class Crossroads:
    """One address; whatever comes goes to all services behind it at once, and one of their answers goes back."""

    ports: tuple[int, ...]
    answers: list[list[httpx.Response]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.http = httpx.AsyncClient(trust_env=False, timeout=60)
        self.app = Starlette(routes=[Route("/{path:path}", self._pass_on, methods=["POST"])])

    async def _pass_on(self, request: Request) -> Response:
        body = await request.body()
        answers = await asyncio.gather(*(self._ask(port, request, body) for port in self.ports))
        self.answers.append(answers)
        chosen = random.choice(answers)
        return Response(chosen.content, chosen.status_code, media_type=chosen.headers.get("content-type"))

    async def _ask(self, port: int, request: Request, body: bytes) -> httpx.Response:
        url = f"http://127.0.0.1:{port}{request.url.path}?{request.url.query}"
        headers = {name: value for name, value in request.headers.items() if name.startswith(("x-", "content-type"))}
        return await self.http.post(url, content=body, headers=headers)


@pytest.fixture
def empty_url(databases: postgres.Databases) -> Iterator[str]:
    """A database without tables: whoever starts first makes them."""
    url = databases.create(template=None)
    yield url
    databases.drop(url)


@pytest.fixture
async def crossroads() -> AsyncIterator[Crossroads]:
    opened = Crossroads((free_port(), free_port()))
    yield opened
    await opened.http.aclose()


async def test_each_delivery_has_one_effect_though_two_processes_get_it_at_once(
    empty_url: str, tmp_path: Path, crossroads: Crossroads
) -> None:
    patience, twice = Patience(60), Twice()
    patience.calm()
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(listening(crossroads.app))
        at = int(address.rpartition(":")[2])
        wechat = await stack.enter_async_context(WeChatChat(at, patience, twice))
        telegram = await stack.enter_async_context(TelegramChat(at, patience, twice))
        services = [behind(empty_url, tmp_path, wechat, telegram, port) for port in crossroads.ports]
        for service in services:
            stack.callback(service.stop)
        await asyncio.gather(
            asyncio.to_thread(services[0].start),
            asyncio.to_thread(services[1].start, role="web"),
        )
        chats = {"wechat": wechat, "telegram": telegram}
        undisturbed = {channel: await talk(chat, Person(channel, 9_999), 0) for channel, chat in chats.items()}
        people = [Person(random.choice(list(chats)), index) for index in range(PEOPLE)]
        room = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(_talk_in(room, chats[person.channel], person) for person in people))
        await twice.end()
        with services[0].store() as store:
            verdict = judge(store, chats, people, undisturbed)
        opened = [[_words(wechat, answer) for answer in answers] for answers in crossroads.answers if _taken(answers)]
    assert verdict.wrong == {}
    assert (verdict.sent_again, verdict.claimed_again, verdict.numbers_twice) == (0, 0, [])
    assert len(opened) > PEOPLE
    assert [answers for answers in opened if answers[0] != answers[1]] == []


async def _talk_in(room: asyncio.Semaphore, chat: Chat, person: Person) -> None:
    async with room:
        await talk(chat, person, 0.05)


def _taken(answers: list[httpx.Response]) -> bool:
    """Both took it; one that is too busy has it delivered again."""
    return all(answer.status_code == 200 for answer in answers)


def _words(wechat: WeChatChat, answer: httpx.Response) -> str:
    """What an answer says, whatever envelope it is in."""
    return wechat.envelope.open_answer(answer.text)["Content"] if answer.text.startswith("<") else answer.text
