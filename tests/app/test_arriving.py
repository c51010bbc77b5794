"""A notice has arrived once somebody's page fetched it, or its case was looked up by its code; a link proves nothing by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest

from app.settings import Settings
from app.web import application
from app.wiring import Service, build
from core.cases import notifying
from core.messages import Address, Line
from core.store import keys, links, notifications
from core.store.notifications import Notification
from core.store.unit_of_work import UnitOfWork
from tests.app.test_health import Clock
from tests.app.test_web import MakeSettings, settings
from tests.core.cases.desk import PHONE, Desk

__all__ = ["settings"]

ANNA = Address("web", "anna")


class House:
    """A service with one case, filed in the web chat, and accepted."""

    def __init__(self, chosen: Settings) -> None:
        self.clock = Clock()
        self.service: Service = build(chosen, now=self.clock)
        self.app = application(self.service, chosen)
        self.desk = Desk(self.service.store, self.clock.now, "service-hall")
        self.desk.office = self.service.office
        case, self.code = self.desk.open(who=self.desk.arrives(ANNA))
        self.number = case.number
        self.desk.work(self.number, "request_supplement", words="请写明几点钟")

    @property
    def notice(self) -> Notification:
        case = self.desk.case(self.number)
        [found] = self.service.store.read(lambda uow: notifications.of_case(uow, case.id))
        return found

    def allow_phone(self) -> None:
        """The pack takes the last four digits of the phone for the code."""
        self.desk.changed(lookup=self.desk.policy.lookup.model_copy(update={"phone_last_four": True}))

    async def sent(self) -> None:
        await self.service.courier._deliver_due()

    async def fetched(self, after: int | None = None) -> list[Line]:
        return await self.service.history(ANNA, after, 50)

    def link(self) -> str:
        return "/status/n/" + self.service.store.read(lambda uow: links.token(uow, self.notice.id, self.clock.now))

    async def follows(self, path: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://home") as visitor:
            return await visitor.get(path)

    async def looked_up(self, code: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://home") as visitor:
            return await visitor.post("/status", data={"number": self.number, "code": code})

    def calls(self) -> int:
        """How many are asked to telephone, many days later."""
        self.clock.now += timedelta(days=30)
        return self.service.store.write(lambda uow: notifying.ask_staff(uow, self.service.office, self.clock.now))

    def opened(self) -> list[tuple[datetime, str]]:
        return [(entry.at, entry.note) for entry in self.desk.entries(self.number) if entry.kind == "link_opened"]


@pytest.fixture
async def house(settings: MakeSettings) -> AsyncIterator[House]:
    built = House(settings(policy="service-hall"))
    yield built
    built.service.store.close()


async def test_a_notice_on_the_page_arrives_when_the_page_fetches_it(house: House) -> None:
    await house.sent()
    assert (house.notice.state, house.notice.rung, house.notice.delivered_at) == ("sent", "page", None)
    house.clock.now += timedelta(minutes=5)
    [line] = await house.fetched()
    assert "请写明几点钟" in line.text
    assert house.notice.delivered_at == house.clock.now


async def test_fetching_again_writes_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.sent()
    [line] = await house.fetched()
    arrived = house.notice.delivered_at
    house.clock.now += timedelta(minutes=5)

    async def never(work: object) -> None:
        raise AssertionError("something was written")

    monkeypatch.setattr(type(house.service.store), "awrite", never)
    assert await house.fetched() == [line]
    assert await house.fetched(line.cursor) == []
    monkeypatch.undo()
    assert house.notice.delivered_at == arrived


async def test_somebody_elses_page_makes_nothing_arrive(house: House) -> None:
    await house.sent()
    await house.service.history(Address("web", "ben"), None, 50)
    assert house.notice.delivered_at is None


async def test_a_link_shows_the_case_and_that_it_was_opened_is_written_down_once(house: House) -> None:
    path = house.link()
    house.clock.now += timedelta(days=2)
    answer = await house.follows(path)
    assert house.number in answer.text
    assert "请写明几点钟" in answer.text
    first = house.clock.now
    house.clock.now += timedelta(hours=1)
    await house.follows(path)
    assert house.opened() == [(first, f"#{house.notice.id}")]


async def test_whoever_opens_a_link_is_not_known_to_be_its_complainant_and_the_call_is_still_asked_for(
    house: House,
) -> None:
    await house.follows(house.link())
    assert (house.notice.read_at, house.notice.delivered_at, house.notice.known_at) == (None, None, None)
    assert house.calls() == 1


async def test_a_look_up_by_number_and_code_reads_the_notices_and_nobody_need_telephone(house: House) -> None:
    house.clock.now += timedelta(minutes=5)
    assert "请写明几点钟" in (await house.looked_up(house.code)).text
    assert house.notice.read_at == house.notice.known_at == house.clock.now
    assert house.calls() == 0


async def test_the_first_look_up_counts_and_what_is_told_later_is_not_read_by_it(house: House) -> None:
    await house.looked_up(house.code)
    first = house.clock.now
    house.clock.now += timedelta(hours=1)
    house.desk.now = house.clock.now
    house.desk.work(house.number, "withdraw", words="当面撤回")
    case = house.desk.case(house.number)
    read = [each.read_at for each in house.service.store.read(lambda uow: notifications.of_case(uow, case.id))]
    assert read == [first, None]


async def test_four_digits_of_a_phone_show_the_case_and_prove_nothing(house: House) -> None:
    house.allow_phone()
    assert house.number in (await house.looked_up(PHONE[-4:])).text
    assert house.notice.known_at is None


async def test_a_wrong_code_reads_nothing(house: House) -> None:
    assert "请写明几点钟" not in (await house.looked_up("AAAA-AAAA")).text
    assert house.notice.read_at is None


async def test_a_link_that_is_over_shows_nothing_and_nothing_is_read(house: House) -> None:
    path = house.link()
    house.clock.now += links.LIFE
    for each in (path, path[:-1], path.replace("/n/1.", "/n/2.")):
        answer = await house.follows(each)
        assert "这个链接打不开了" in answer.text
        assert house.number not in answer.text
    assert house.opened() == []


async def test_a_link_to_a_case_that_is_erased_is_over(house: House) -> None:
    path = house.link()

    def erase(uow: UnitOfWork) -> None:
        keys.destroy(uow, house.desk.case(house.number).key_id)

    house.service.store.write(erase)
    assert "这个链接打不开了" in (await house.follows(path)).text


def test_links_are_good_for_days_and_not_for_ever() -> None:
    assert timedelta(days=1) <= links.LIFE <= timedelta(days=7)
