"""From “证据” in a chat to the file in a browser, through the whole service: who may, what is on record, what is never said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest

from app.settings import Settings
from app.web import application
from app.wiring import Service, build
from console.pages import texts
from console.routes.status import RATE
from core.desk.viewing import OPENED
from core.messages import Address, InboundMessage
from core.people import binding
from core.store import evidence, sessions
from core.store.links import VIEWING_LIFE
from core.store.unit_of_work import UnitOfWork
from tests.app.test_health import Clock
from tests.app.test_web import MakeSettings, settings
from tests.core.cases.desk import WEI, Desk
from tests.core.desk.exhibits import CANARIES, PAPER, PHOTO, sends

__all__ = ["settings"]

HOME = "https://complaints.example"
CHAT = Address("web", "wei's own chat")
WORDS = texts("zh")["evidence"]


class House:
    """A service with one case that has a photo and a paper, and one member of staff who works by chat."""

    def __init__(self, chosen: Settings, role: str = "all") -> None:
        self.clock, self.data_dir = Clock(), chosen.data_dir
        self.service: Service = build(chosen, now=self.clock)
        self.app = application(self.service, chosen, role)
        self.desk = Desk(self.service.store, self.clock.now, "service-center")
        self.desk.office = self.service.office
        self.desk.store.write(self._bind)
        self.number = self.desk.open()[0].number
        sends(self.desk, self.number, PHOTO)
        sends(self.desk, self.number, PAPER, "file")
        self.said = 0

    def _bind(self, uow: UnitOfWork) -> None:
        code = binding.invite(uow, WEI, "operator", self.clock.now)
        assert binding.bind(uow, sessions.load(uow, CHAT, self.clock.now), code, self.clock.now)

    async def says(self, words: str) -> str:
        self.said += 1
        message = InboundMessage(CHAT, f"m{self.said}", self.clock.now, text=words)
        return "\n".join(bubble.text for bubble in await self.service.receive(message))

    async def link(self) -> str:
        """The path of the link that is given for the case."""
        [address] = [word for word in (await self.says(f"证据 {self.number}")).split() if word.startswith("http")]
        assert address.startswith(f"{HOME}/evidence/")
        return urlsplit(address).path

    async def follows(self, path: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=HOME) as reader:
            return await reader.get(path)

    def opened(self) -> list[tuple[str, str]]:
        return [(line.actor, line.note) for line in self.desk.entries(self.number) if line.kind == OPENED]


@pytest.fixture(params=["sqlite", "postgresql"])
async def house(settings: MakeSettings, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    where = {"database_url": request.getfixturevalue("postgresql_url")} if request.param == "postgresql" else {}
    built = House(settings(policy="service-center", base_url=HOME, **where))
    yield built
    built.service.store.close()


async def test_what_was_sent_is_seen_whole_and_who_saw_it_is_on_record(house: House) -> None:
    path = await house.link()
    page = await house.follows(path)
    assert page.status_code == 200
    assert [canary for canary in CANARIES if canary in page.text] == []
    photo, paper = await house.follows(f"{path}/1"), await house.follows(f"{path}/2")
    assert (photo.content, paper.content) == (PHOTO, PAPER)
    assert (photo.headers["content-type"], paper.headers["content-type"]) == ("image/jpeg", "application/pdf")
    assert photo.headers["content-disposition"] == f'inline; filename="{house.number}-001.jpg"'
    assert paper.headers["content-disposition"] == f'attachment; filename="{house.number}-002.pdf"'
    assert "sandbox" in photo.headers["content-security-policy"]
    assert [canary for canary in CANARIES if canary in str(photo.headers)] == []
    assert house.opened() == [(f"staff:{WEI}", note) for note in ("", "#1", "#2")]


async def test_whoever_is_unbound_since_sees_a_page_without_the_number(house: House) -> None:
    path = await house.link()
    await house.says("解除绑定")
    for each in (path, f"{path}/1"):
        answer = await house.follows(each)
        assert answer.status_code == 404
        assert WORDS["over"] in answer.text
        assert house.number not in answer.text
    assert house.opened() == []


async def test_a_link_that_is_over_a_forged_one_and_one_to_a_notice_are_one_page(house: House) -> None:
    path = await house.link()
    house.clock.now += VIEWING_LIFE
    over = await house.follows(path)
    assert WORDS["over"] in over.text
    for each in (f"{path[:-1]}x", "/evidence/x", f"{path}/1", "/evidence/1.9999999999.abc/1"):
        assert (await house.follows(each)).content == over.content


async def test_it_counts_with_the_links_of_the_status_page(house: House) -> None:
    path = await house.link()
    for _ in range(RATE.burst):
        await house.follows("/status/n/x")
    assert (await house.follows(f"{path}/1")).status_code == 429
    assert house.opened() == []


@pytest.mark.parametrize("harm", ["lost", "altered"])
async def test_a_file_that_the_disk_lost_or_changed_says_so(house: House, harm: str) -> None:
    path, case = await house.link(), house.desk.case(house.number)
    photo = house.desk.store.read(lambda uow: evidence.list_for_case(uow, case.id))[0]
    kept = house.data_dir / photo.path
    if harm == "lost":
        kept.unlink()
    else:
        kept.write_bytes(kept.read_bytes()[:-1] + b"x")
    answer = await house.follows(f"{path}/1")
    assert answer.status_code == 404
    assert WORDS["missing"] in answer.text
    assert (await house.follows(f"{path}/2")).content == PAPER


@pytest.mark.parametrize("address", ["", "http://localhost:8000", "http://127.0.0.1", "http://[::1]:8000"])
async def test_where_no_address_leads_here_from_elsewhere_there_is_no_link(
    settings: MakeSettings, address: str
) -> None:
    house = House(settings(policy="service-center", **({"base_url": address} if address else {})))
    answer = await house.says(f"证据 {house.number}")
    house.service.store.close()
    assert "http" not in answer
    assert f"tousu archive {house.number} --out" in answer
    assert "\n2. 文件，" in answer


async def test_a_worker_has_no_such_page(settings: MakeSettings) -> None:
    house = House(settings(policy="service-center", base_url=HOME), "worker")
    path = await house.link()
    assert (await house.follows(path)).status_code == 404
    assert house.opened() == []
    house.service.store.close()
