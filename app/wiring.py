"""Puts the rooms together: the office, the store, the channels and the jobs of one service."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.admission import Admission
from app.courier import Courier
from app.metrics import Sends
from app.resources import (
    keyring,
    open_office,
    open_store,
    staff_robots,
    telegram_account,
    wechat_account,
    wecom_account,
)
from app.uploads import SealedUploads
from bots.robots.config import PREFIX as ROBOT
from bots.webchat.client import WebChannel
from bots.wecom.config import NAME as WECOM
from core import desk
from core.cases.office import Office
from core.cases.telling_staff import STAFF, stopped_channel
from core.delivery import Channel, Delivery, Inviting
from core.dialog import service as dialog
from core.dialog.service import House
from core.dialog.spool import Spool
from core.errors import FetchRefused, StoreError, StoreUnavailable
from core.ladder import Limits
from core.messages import (
    Address,
    Attachment,
    Elsewhere,
    FetchedFile,
    GroupAnswer,
    InboundMessage,
    InGroup,
    Line,
    OutboundMessage,
)
from core.policies.load import load
from core.store import keys, notifications, outbox, queries, sessions
from core.store.parcels import Parcels
from core.store.unit_of_work import Store, UnitOfWork
from scheduler.jobs import Workplace, clock

if TYPE_CHECKING:
    from app.settings import Settings

log = logging.getLogger("tousu")

STAFF_ONLY = frozenset({WECOM})
"""Channels that nobody but staff can write to."""


class LogChannel:
    """The staff's chat while none is connected: alerts go to the log, and hold nothing personal."""

    name = STAFF.channel
    limits = Limits()

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        log.warning("alert: %s", message.text)
        return ""

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        raise FetchRefused


@dataclass(frozen=True, slots=True)
class Service:
    """One running service."""

    store: Store
    house: House
    channels: Mapping[str, Channel]
    web: WebChannel
    spool: Spool
    uploads: SealedUploads
    courier: Courier
    admission: Admission
    sends: Sends
    now: Callable[[], datetime] = clock

    @property
    def office(self) -> Office:
        return self.house.office

    def workplace(self) -> Workplace:
        return Workplace(self.store, self.house, self.channels, self.spool, self.now, seen=self.sends.count)

    async def receive(self, message: InboundMessage) -> tuple[OutboundMessage, ...]:
        """One message in, its reply out. Raises StoreUnavailable where it could not be kept, Overloaded where it would wait."""
        now = self.now()
        with self.admission.hold():
            return await self.store.awrite(lambda uow: dialog.receive(uow, self.house, message, now))

    async def take_in(self, message: InboundMessage) -> OutboundMessage | None:
        """One message in, its reply into the outbox in the same transaction, and out at once; None where there is none, or it
        waits for its turn. Raises as ``receive`` does."""
        now = self.now()
        ours = self.courier.carries_to(message.address)
        with self.admission.hold():
            claimed = await self.store.awrite(
                lambda uow: dialog.receive_and_claim(uow, self.house, message, now, ours=ours)
            )
        if claimed is None:
            self.courier.hurry()
            return None
        self.courier.carry(claimed)
        return claimed.message

    async def hear_in_group(self, event: InGroup) -> GroupAnswer:
        """What happened in a group, and what is to be said there. Raises StoreUnavailable or Overloaded where nothing was done."""
        now = self.now()
        with self.admission.hold():
            answer = await self.store.awrite(lambda uow: desk.hear_in_group(self.office, uow, event, now))
        self.courier.hurry()
        return answer

    async def keep(self, message: InboundMessage) -> None:
        """Make a message durable beside the database. Raises StoreUnavailable where the disk cannot take it either."""
        try:
            await self.spool.keep(message)
        except OSError as error:
            raise StoreUnavailable from error

    async def history(self, address: Address, after: int | None, limit: int) -> list[Line]:
        """What was said, oldest first; nothing for a person who never wrote. A notice that is fetched has arrived."""

        def work(uow: UnitOfWork) -> tuple[list[Line], list[int]]:
            stored = sessions.find(uow, address)
            lines = queries.history(uow, stored.id, after, limit) if stored else []
            if stored is None or not lines:
                return [], []
            return lines, notifications.undelivered(uow, stored.id, lines[0].cursor, lines[-1].cursor)

        lines, arrived = await self.store.aread(work)
        if arrived:
            await self._arrived(arrived)
        return lines

    async def _arrived(self, sent_as: list[int]) -> None:
        """Whoever reads must not wait for a database that takes nothing in: they fetch it again when they come back."""
        now = self.now()

        def work(uow: UnitOfWork) -> None:
            for each in sent_as:
                notifications.delivered(uow, each, now)

        with contextlib.suppress(StoreError):
            await self.store.awrite(work)

    def hang_up(self) -> None:
        """End the streams of open pages: they would hold up a stop for as long as they are open."""
        self.web.close()

    def signing_key(self) -> bytes:
        """For the web chat's cookie; it stays the same when the master key is changed."""
        return self.store.read(lambda uow: keys.blind(uow, "web.cookie", ""))


def build(
    settings: Settings, channels: Mapping[str, Channel] | None = None, now: Callable[[], datetime] = clock
) -> Service:
    """Open everything the settings name; ``channels`` adds others (the terminal). Raises what is wrong in plain words."""
    load(settings.policy)
    store = open_store(settings)
    office = open_office(settings, store)
    sealed = keyring(settings)
    uploads = SealedUploads(Parcels(settings.data_dir / "uploads", sealed))
    web = WebChannel(uploads)
    live: dict[str, Channel] = {
        WebChannel.name: web,
        STAFF.channel: LogChannel(),
        **_wechat(settings),
        **_telegram(settings),
        **_wecom(settings),
        **_robots(settings, office, now),
        **(channels or {}),
    }
    _forget_robots_of_before(store, live)
    limits = {name: channel.limits for name, channel in live.items()}
    office.buttons = frozenset(name for name, each in limits.items() if each.buttons)
    office.evidence_page = _evidence_page(settings)
    at_the_door = partial(desk.at_the_door, office, STAFF_ONLY)
    house = House(office, limits, _status_link(settings), partial(_elsewhere, live), at_the_door)
    spool = Spool(Parcels(settings.data_dir / "spool", sealed))
    sends = Sends()
    alarm, departed = partial(stopped_channel, office, now), partial(desk.departed, office, now)
    delivery = Delivery(store, live, now, alarm, sends.count, departed)
    courier = Courier(delivery.deliver_due, delivery.carry)
    return Service(store, house, live, web, spool, uploads, courier, Admission(), sends, now)


def _elsewhere(live: Mapping[str, Channel], channel: str) -> Elsewhere | None:
    """From the page to the first channel that people reach by a link."""
    if channel != WebChannel.name:
        return None
    return next((there.invitation() for there in live.values() if isinstance(there, Inviting)), None)


def _status_link(settings: Settings) -> str:
    return f"{settings.base_url}/status"


def _evidence_page(settings: Settings) -> str:
    """Where staff open evidence from their chats; "" where an address of ours would lead them to their own machine."""
    return f"{settings.base_url}/evidence" if _is_found_from_elsewhere(settings.base_url) else ""


def _wechat(settings: Settings) -> dict[str, Channel]:
    account = wechat_account(settings)
    if account is None:
        return {}
    from bots.wechat.client import WeChatChannel

    return {WeChatChannel.name: WeChatChannel(account)}


def _telegram(settings: Settings) -> dict[str, Channel]:
    """The bot, and the staff's chat where one is named: it takes the place of the log."""
    account = telegram_account(settings)
    if account is None:
        return {}
    from bots.telegram.client import TelegramChannel
    from bots.telegram.staff import StaffChat

    bot = TelegramChannel(account)
    staff = StaffChat(STAFF.channel, bot, account.staff_chat)
    return {TelegramChannel.name: bot, **({STAFF.channel: staff} if account.staff_chat else {})}


def _robots(settings: Settings, office: Office, now: Callable[[], datetime]) -> dict[str, Channel]:
    """Those in groups of staff. A group gets a link in place of buttons, where it can be opened from outside this machine."""
    robots = staff_robots(settings)
    if not robots:
        return {}
    from bots.robots.client import RobotChannel

    link = _status_link(settings) if _is_found_from_elsewhere(settings.base_url) else ""
    foot = office.texts.render("zh", "alert.foot", link=link) if link else ""
    return {robot.name: RobotChannel(robot, foot, now) for robot in robots}


def _is_found_from_elsewhere(url: str) -> bool:
    """What is set by default leads whoever opens it to their own machine."""
    host = urlsplit(url).hostname or ""
    try:
        address = ip_address(host)
    except ValueError:
        return host != "localhost"
    return not (address.is_loopback or address.is_unspecified)


def _forget_robots_of_before(store: Store, live: Mapping[str, Channel]) -> None:
    """What waits for a robot that is set no more is told elsewhere, too; waiting for ever it would look like a fault."""
    if not store.read_only:
        store.write(lambda uow: outbox.cancel_gone(uow, ROBOT, live))


def _wecom(settings: Settings) -> dict[str, Channel]:
    account = wecom_account(settings)
    if account is None:
        return {}
    from bots.wecom.client import WeComChannel

    return {WeComChannel.name: WeComChannel(account)}
