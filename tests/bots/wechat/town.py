"""A hall that tells people of their cases on WeChat: database, platform and phone with one clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from fastapi import FastAPI

from bots.wechat.client import WeChatChannel
from bots.wechat.config import NAME, Account, WeChatSettings
from bots.wechat.webhook import wechat_callback
from core import reports
from core.delivery import Delivery
from core.dialog import service as dialog
from core.dialog.service import House
from core.messages import Address, InboundMessage, OutboundMessage
from core.reports import Report
from core.store import grants, notifications, queries, sessions
from core.store.notifications import Notification
from core.store.unit_of_work import Store, UnitOfWork
from tests.bots.wechat.account import OPENID, settings
from tests.core.cases.desk import Desk
from tests.simulators.wechat import WeChatSimulator

FORM, OTHER_FORM, GRANTED_FORM = "F" * 43, "O" * 43, "G" * 43
CONTENT = (
    "投诉编号:{{character_string1.DATA}}\n当前进度:{{phrase2.DATA}}\n答复期限:{{time3.DATA}}\n受理单位:{{thing4.DATA}}"
)
ALL_FORMS: Mapping[str, str] = {"*": FORM}
GATHERS = 21
TWO_DAYS = 49 * 3600
"""Seconds, one hour more than two days have: what a message of theirs allowed is over."""


async def until(is_so: Callable[[], bool]) -> None:
    """Reports are written down behind the answer."""
    for _ in range(200):
        if is_so():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came")


def account_of(
    kind: Account, api_base: str, templates: Mapping[str, str] = ALL_FORMS, subscribe: str = GRANTED_FORM
) -> WeChatSettings:
    plain = settings(api_base, account=kind)
    return replace(plain, base_url="https://tousu.example.cn", templates=templates, subscribe_template=subscribe)


@dataclass
class Town:
    """One person with a case, and staff who work on it."""

    store: Store
    phone: WeChatSimulator
    account: WeChatSettings
    alarms: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.channel = WeChatChannel(self.account)
        self.desk = Desk(self.store, self.now)
        self.desk.office.gathers = {NAME: self.channel.limits.ladder.gathers}
        self.house = House(self.desk.office, {NAME: self.channel.limits})
        self.person = self.desk.arrives(Address(NAME, OPENID))
        self.phone.api.forms |= {FORM: CONTENT}
        self.phone.api.notices |= {GRANTED_FORM: CONTENT}
        self.phone.api.granting_form = GRANTED_FORM
        self.delivery = Delivery(self.store, {NAME: self.channel}, lambda: self.now, self._alarm)

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.phone.api.now(), UTC)

    def app(self) -> FastAPI:
        """What the platform calls."""
        app = FastAPI()
        app.add_route("/wechat", wechat_callback(self.account, self._receive, self._keep, self._take))
        return app

    async def _receive(self, message: InboundMessage) -> tuple[OutboundMessage, ...]:
        return await self.store.awrite(lambda uow: dialog.receive(uow, self.house, message, self.now))

    async def _keep(self, message: InboundMessage) -> None:
        raise AssertionError("the answer came too late")

    async def _take(self, found: Sequence[Report]) -> Sequence[Report]:
        return await self.store.awrite(lambda uow: reports.take_in(uow, found, self.now))

    def _alarm(self, uow: UnitOfWork, channel: str, code: str) -> None:
        self.alarms.append((channel, code))

    # ── what happens ────────────────────────────────────────────────────────────────────────────────────────────────

    def file(self) -> str:
        """A complaint by this person; its number."""
        self.desk.now = self.now
        return self.desk.open(f"draft-{self.phone.api.now()}", who=self.person)[0].number

    def work(self, number: str, action: str, **fields: str) -> None:
        self.desk.now = self.now
        self.desk.work(number, action, **fields)

    def begin(self) -> str:
        """A case of theirs, of which there is something to tell."""
        number = self.file()
        self.work(number, "report_progress", words="somebody is looking into it")
        return number

    def close(self, number: str) -> None:
        self.desk.now = self.now
        self.desk.closed(number)

    def grant(self, scene: int) -> None:
        self.phone.api.granted.add((OPENID, str(scene)))
        self.store.write(lambda uow: grants.add(uow, self.person, "*", self.now, scene))

    async def deliver(self, after: float = GATHERS) -> None:
        """The round that comes when notices have waited for one another."""
        self.phone.advance(after)
        await self.delivery.deliver_due()

    # ── what is seen ────────────────────────────────────────────────────────────────────────────────────────────────

    def notices(self, number: str) -> list[Notification]:
        def look(uow: UnitOfWork) -> list[Notification]:
            case = self.desk.case(number)
            return notifications.of_case(uow, case.id)

        return self.store.read(look)

    def notice(self, number: str, kind: str) -> Notification:
        """The newest one of this kind."""
        return [each for each in self.notices(number) if each.notice == kind][-1]

    def tries(self, number: str, kind: str) -> list[tuple[str, str]]:
        return [(each.rung, each.code) for each in self.notice(number, kind).tries]

    def left(self) -> int:
        return self.store.read(lambda uow: sessions.window(uow, self.person))[0]

    @property
    def granted(self) -> frozenset[str]:
        return self.store.read(lambda uow: grants.kinds(uow, self.person))

    @property
    def states(self) -> dict[str, int]:
        return self.store.read(queries.overview).outbox

    @property
    def inbox(self) -> list[str]:
        return self.phone.inbox_of(OPENID)
