"""A person grants one message from the chat, for themselves only, and it is kept for what matters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app import wiring
from app.settings import Settings
from app.web import application
from app.wiring import Service
from bots.wechat.config import NAME
from core.dialog.effects import Say
from core.dialog.events import CaseOpened, CaseView
from core.dialog.flows import receipt
from core.dialog.questions import QUESTIONS
from core.dialog.session import Session
from core.dialog.turn import Scene, Turn
from core.messages import Address
from core.policies.load import load
from core.store import grants, sessions
from core.store.unit_of_work import Store, UnitOfWork
from core.texts import load_texts
from scheduler.jobs import clock
from tests.bots.wechat.account import APP_ID, KEY, OPENID, SECRET, TOKEN
from tests.bots.wechat.town import GRANTED_FORM
from tests.core.cases.desk import Desk
from tests.simulators.wechat import WeChatSimulator
from tests.simulators.wechat_serving import Served


class Hall:
    """The whole service on real HTTP, its public address being where it is served."""

    def __init__(self, service: Service, phone: WeChatSimulator, url: str) -> None:
        self.service, self.phone, self.url = service, phone, url

    async def word(self, openid: str, turn: int = 4) -> str:
        """What is said to this person, who has written before."""

        def work(uow: UnitOfWork) -> str:
            person = sessions.load(uow, Address(NAME, openid), self.service.now())
            return grants.word(uow, person.id, turn, self.service.now())

        return await self.service.store.awrite(work)

    async def link(self, openid: str, turn: int = 4) -> str:
        return self.service.office.grants[NAME](await self.word(openid, turn))

    def granted(self, openid: str) -> frozenset[str]:
        def look(uow: UnitOfWork) -> frozenset[str]:
            person = sessions.find(uow, Address(NAME, openid))
            return grants.kinds(uow, person.id) if person else frozenset()

        return self.service.store.read(look)


class Relay:
    """Lets an address be known before what answers there is."""

    def __init__(self) -> None:
        self.app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


@pytest.fixture
async def hall(store_url: str, data_dir: Path) -> AsyncIterator[Hall]:
    relay = Relay()
    with ExitStack() as stack:
        served = Served(relay)
        stack.callback(served.stop)
        async with WeChatSimulator(f"{served.url}/wechat", APP_ID, TOKEN, KEY) as phone:
            phone.api.granting_form = GRANTED_FORM
            settings = Settings(
                _env_file=None, database_url=store_url, data_dir=data_dir, base_url=served.url,
                secret_key="a long enough secret for tests only", wechat_app_id=APP_ID, wechat_token=TOKEN,
                wechat_aes_key=KEY, wechat_secret=SECRET, wechat_api_base=phone.api_base,
                wechat_subscribe_template=GRANTED_FORM,
            )  # type: ignore[call-arg]  # fmt: skip
            service = wiring.build(settings)
            relay.app = application(service, settings, "web")
            yield Hall(service, phone, served.url)
            service.store.close()


async def test_a_person_grants_one_message_and_is_sent_back_to_the_chat(hall: Hall) -> None:
    page = await hall.phone.grant(OPENID, await hall.link(OPENID))
    assert page.status_code == 200
    assert "回到聊天" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert hall.granted(OPENID) == {"*"}


async def test_who_says_no_grants_nothing(hall: Hall) -> None:
    page = await hall.phone.grant(OPENID, await hall.link(OPENID), action="cancel")
    assert page.status_code == 200
    assert hall.granted(OPENID) == frozenset()


async def test_nobody_grants_for_somebody_else(hall: Hall) -> None:
    page = await hall.phone.grant("oSomebodyElse", await hall.link(OPENID))
    assert page.status_code == 410
    assert hall.granted(OPENID) == hall.granted("oSomebodyElse") == frozenset()


@pytest.mark.parametrize("what", ["scene", "template_id", "reserved", "openid"])
async def test_what_the_platform_did_not_carry_back_whole_grants_nothing(hall: Hall, what: str) -> None:
    word = await hall.word(OPENID)
    answer = {"openid": OPENID, "template_id": GRANTED_FORM, "action": "confirm", "scene": "5", "reserved": word}
    async with httpx.AsyncClient(base_url=hall.url, trust_env=False) as browser:
        wrong = answer | {what: {"scene": "6", "reserved": word[:-1] + "a" + word[-1]}.get(what, "x")}
        assert (await browser.get("/wechat/granted", params=wrong)).status_code == 410
        assert hall.granted(OPENID) == frozenset()
        assert (await browser.get("/wechat/granted", params=answer)).status_code == 200
    assert hall.granted(OPENID) == {"*"}


async def test_a_link_is_over_after_a_month(hall: Hall) -> None:
    def work(uow: UnitOfWork) -> str:
        person = sessions.load(uow, Address(NAME, OPENID), clock())
        return grants.word(uow, person.id, 4, clock() - grants.LIFE - timedelta(seconds=1))

    word = await hall.service.store.awrite(work)
    answer = httpx.get(f"{hall.url}/wechat/grant", params={"word": word}, trust_env=False)
    assert answer.status_code == 410


async def test_the_page_opened_again_is_still_one_grant(hall: Hall) -> None:
    link = await hall.link(OPENID)
    for _ in range(2):
        await hall.phone.grant(OPENID, link)

    def take_both(uow: UnitOfWork) -> list[bool]:
        person = sessions.load(uow, Address(NAME, OPENID), clock())
        return [grants.take(uow, person.id, "closed", clock()) is not None for _ in range(2)]

    assert await hall.service.store.awrite(take_both) == [True, False]


async def test_each_turn_of_a_conversation_has_a_scene_of_its_own(hall: Hall) -> None:
    for turn in (4, 5):
        await hall.phone.grant(OPENID, await hall.link(OPENID, turn))
    assert {scene for _, scene in hall.phone.api.granted} == {"5", "6"}


async def test_what_is_granted_is_kept_for_what_must_be_known(hall: Hall) -> None:
    rung = hall.service.channels[NAME].limits.ladder.rungs[-1]
    assert (rung.name, rung.carries("closed"), rung.carries("progress")) == ("subscription", True, False)


@pytest.mark.parametrize("link", ["https://tousu.example.cn/wechat/grant?word=w", ""])
def test_the_receipt_asks_for_it_where_the_channel_has_it(link: str) -> None:
    policy = load("service-hall")
    scene = Scene(policy, load_texts(), clock(), lambda: "draft", grant_link=lambda: link)
    turn = Turn(Session(), scene, QUESTIONS)
    today = clock().date()
    receipt.on_opened(turn, CaseOpened(CaseView("DT2611-00018", "registered", "other", today, today, False), "code"))
    said = [effect.text for effect in turn.effects if isinstance(effect, Say)]
    assert sum("/wechat/grant" in text for text in said) == (1 if link else 0)
    assert len(said) == (4 if link else 3)


@pytest.fixture
def clerks(store: Store) -> Desk:
    """An institution that takes complaints up in so many words, and a person who wrote on WeChat."""
    desk = Desk(store, clock(), "government-service")
    desk.office.grants = {NAME: lambda word: f"https://tousu.example.cn/wechat/grant?word={word}"}
    desk.person = desk.arrives(Address(NAME, OPENID))
    return desk


def test_who_is_told_that_it_is_taken_up_is_asked_once_more(clerks: Desk) -> None:
    case, _ = clerks.open()
    clerks.work(case.number, "accept")
    [told] = clerks.told(OPENID)
    assert "/wechat/grant?word=" in told


def test_who_granted_a_message_is_not_asked_again(clerks: Desk) -> None:
    case, _ = clerks.open()
    clerks.store.write(lambda uow: grants.add(uow, clerks.person, "*", clerks.now, 1))
    clerks.work(case.number, "accept")
    [told] = clerks.told(OPENID)
    assert "/wechat/grant" not in told
