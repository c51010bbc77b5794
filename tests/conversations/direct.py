"""Plays a transcript on the dialogue service itself, with a clock moved by hand."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path

from core.cases.calendar import calendar
from core.cases.office import Office
from core.dialog import service as dialog
from core.dialog.service import House
from core.dialog.spool import Spool
from core.ladder import Limits
from core.messages import Address, Attachment, FetchedFile, InboundMessage, OutboundMessage
from core.policies.load import load
from core.store.keyring import Keyring
from core.store.parcels import Parcels
from core.store.unit_of_work import Store
from core.texts import load_texts
from scheduler import jobs
from tests.conversations import desk
from tests.conversations.desk import Alerts
from tests.conversations.play import Codes, Step, Transcript, as_lines, pushed_to
from tests.sqlite import place

CHANNEL = "chat"
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""A Monday, 10:00 at the institution."""

WECHAT_LIKE = Limits(characters=600, utf8_bytes=1800)
SPANS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)
KINDS = {"照片": "photo", "语音": "voice", "视频": "video", "文件": "file"}


class Phone:
    """The chat in a person's hand: keeps what is pushed to it; its files are small pictures."""

    name = CHANNEL

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.pushed: list[tuple[str, OutboundMessage]] = []

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        self.pushed.append((to.peer, message))
        return ""

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        return FetchedFile(PICTURE, attachment.name)


class Player:
    """One service and its clock. ``url`` is the database; ``restart`` opens it anew, as after a kill."""

    def __init__(self, url: str, data_dir: Path, pack: str, limits: Limits = WECHAT_LIKE) -> None:
        self.url, self.data_dir = place(url), data_dir
        self.now = START
        self.phone = Phone(limits)
        self.house = House(
            Office(load(pack), calendar(), load_texts()), {CHANNEL: limits}, "http://127.0.0.1:8000/status"
        )
        self.sent = 0
        self.codes, self.alerts, self.shows_alerts = Codes(), Alerts(), False
        self.store = self._open()
        self.store.write(lambda uow: desk.hire(uow, self.house.office, self.now))

    def _open(self) -> Store:
        return Store.open(self.url, self.data_dir, Keyring.from_secret("a long enough secret for tests only"))

    def close(self) -> None:
        self.store.close()

    def play(self, transcript: Transcript, restart_always: bool = False) -> list[tuple[str, ...]]:
        """What is heard after each step."""
        heard = []
        self.shows_alerts = transcript.alerts
        for step, _ in transcript.steps:
            heard.append(tuple(self.take(step)))
            if restart_always:
                self.restart()
        return heard

    def take(self, step: Step) -> list[str]:
        lines: list[str] = []
        if step.kind == "said":
            for message in self.messages(step):
                lines += [line for reply in self.say(message) for line in as_lines(self.codes.hear(reply.text))]
        elif step.kind == "passed":
            self.now += timedelta(**{SPANS[step.words[-1]]: float(step.words[:-1])})
        elif step.kind == "restarted":
            self.restart()
        else:
            lines += self.act(step.words)
        self.work()
        pushed, self.phone.pushed = self.phone.pushed, []
        told = [*self.alerts.lines()]
        for peer, message in sorted(pushed, key=itemgetter(0)):
            lines += as_lines(message.text, pushed_to(peer))
        return [*lines, *told] if self.shows_alerts else lines

    def restart(self) -> None:
        self.store.close()
        self.store = self._open()

    def say(self, message: InboundMessage) -> tuple[OutboundMessage, ...]:
        return self.store.write(lambda uow: dialog.receive(uow, self.house, message, self.now))

    def act(self, words: str) -> list[str]:
        """Staff at work."""
        read = desk.take(self.store, self.house.office, words, self.now)
        return [line for text in read for line in as_lines(self.codes.hear(text), "<!")]

    def work(self) -> None:
        """What happens with time, once."""
        place = jobs.Workplace(
            self.store,
            self.house,
            {CHANNEL: self.phone, self.alerts.name: self.alerts},
            Spool(Parcels(self.data_dir / "spool", Keyring.from_secret("a long enough secret for tests only"))),
            self.clock,
        )
        asyncio.run(_all(place))

    @property
    def clock(self) -> Callable[[], datetime]:
        return lambda: self.now

    def messages(self, step: Step) -> list[InboundMessage]:
        """The messages a step stands for; several photos are several messages."""
        address = Address(CHANNEL, f"person-{step.person}")
        match = re.fullmatch(r"\[(照片|语音|视频|文件|位置|贴图|关注) ?(.*)\]", step.words)
        if match is None:
            return [self._message(address, kind="text", text=self.codes.fill(step.words))]
        what, about = match.groups()
        if what == "位置":
            return [self._message(address, kind="location", text=f"{about} (0,0)")]
        if what in ("贴图", "关注"):
            return [self._message(address, kind="unsupported" if what == "贴图" else "follow")]
        many = int(about) if about.isdecimal() else 1
        recognised = about if what == "语音" else ""
        name = about if what == "文件" else ""
        return [
            self._message(
                address,
                kind="files",
                attachments=(Attachment(KINDS[what], f"ref-{self.sent}-{n}", name, recognised=recognised),),  # type: ignore[arg-type]
            )
            for n in range(many)
        ]

    def _message(self, address: Address, **about: object) -> InboundMessage:
        self.sent += 1
        return InboundMessage(address, f"m:{self.sent}", self.now, **about)  # type: ignore[arg-type]


async def _all(place: jobs.Workplace) -> None:
    """Every job, twice: what one puts into the outbox another sends."""
    for job in (*jobs.JOBS, *jobs.JOBS):
        await job.run(place)
