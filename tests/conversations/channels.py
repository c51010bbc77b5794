"""Plays transcripts over real wires: the WeChat callback in safe mode, the Telegram webhook, the web chat's HTTP API."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from app import telegram_bot, wiring
from app.settings import Settings
from app.web import application
from app.wiring import Service
from bots.telegram.config import NAME as TELEGRAM
from core.store import queries
from scheduler import jobs
from tests.conversations import desk
from tests.conversations.desk import Alerts
from tests.conversations.direct import PICTURE, SPANS, START
from tests.conversations.play import Codes, Step, as_lines, pushed_to
from tests.simulators.telegram import TelegramSimulator
from tests.simulators.telegram_api import Bubble
from tests.simulators.wechat import WeChatSimulator
from tests.simulators.wechat_serving import served
from tests.sqlite import place

BASE = "http://127.0.0.1:8000"
MOVIE = bytes(4) + b"ftypmp42" + bytes(64)


class House:
    """One service on real HTTP, with a clock moved by hand; jobs run when told."""

    def __init__(self, url: str, data_dir: Path, pack: str, **settings: Any) -> None:
        self.now = START
        self.settings = Settings(
            _env_file=None, database_url=place(url), data_dir=data_dir, policy=pack, base_url=BASE,
            secret_key="a long enough secret for tests only", **settings,
        )  # type: ignore[call-arg]  # fmt: skip
        self.alerts, self.codes = Alerts(), Codes()
        named = "telegram_staff_chat" in settings
        channels = {} if named else {self.alerts.name: self.alerts}
        self.service: Service = wiring.build(self.settings, channels, now=self.clock)
        self.service.store.write(lambda uow: desk.hire(uow, self.service.office, self.now))
        self.app = application(self.service, self.settings, "web")

    @property
    def clock(self) -> Callable[[], datetime]:
        return lambda: self.now

    async def work(self) -> None:
        """What happens with time; twice, for what one job leaves to another."""
        for job in (*jobs.JOBS, *jobs.JOBS):
            await job.run(self.service.workplace())

    async def take(self, step: Step) -> list[str]:
        """A step that is not said by a person."""
        if step.kind == "passed":
            self.now += timedelta(**{SPANS[step.words[-1]]: float(step.words[:-1])})
        elif step.kind == "acted":
            return await self._act(step.words)
        return []

    async def _act(self, words: str) -> list[str]:
        """Staff at work, beside the loop that serves."""
        read = await asyncio.to_thread(lambda: [*desk.take(self.service.store, self.service.office, words, self.now)])
        return [line for text in read for line in as_lines(self.codes.hear(text), "<!")]

    async def close(self) -> None:
        """As the lifespan does, which a test does without."""
        if TELEGRAM in self.service.channels:
            async with telegram_bot.connected(self.service, "web"):
                pass
        self.service.store.close()

    async def filed(self) -> list[dict[str, Any]]:
        """Every case with what was told, without what differs by channel."""
        listed = await self.service.store.aread(lambda uow: queries.case_list(uow, 100))
        found = []
        for line in reversed(listed):
            detail = await self.service.store.aread(lambda uow, number=line.number: queries.case_detail(uow, number))
            assert detail is not None
            found.append(
                {
                    "number": line.number,
                    "status": line.status,
                    "category": line.category,
                    "anonymous": line.anonymous,
                    "answers": detail.contents["answers"],
                    "evidence": [(file.kind, file.state) for file in detail.evidence],
                    "timeline": [(entry.kind, entry.note) for entry in detail.entries],
                }
            )
        return found


class WeChatPlayer:
    """Persons with WeChat. ``shows_alerts`` tells whether what staff are told is read too."""

    def __init__(self, house: House, phone: WeChatSimulator, *, shows_alerts: bool = False) -> None:
        self.house, self.phone, self.shows_alerts = house, phone, shows_alerts
        self.seen: dict[str, int] = {}

    async def take(self, step: Step) -> list[str]:
        """What is read after one step, as lines of a transcript."""
        lines: list[str] = []
        if step.kind == "said":
            for text in await self._say(f"openid-{step.person}", self.house.codes.fill(step.words)):
                lines += as_lines(self.house.codes.hear(text))
        else:
            lines += await self.house.take(step)
        await self.house.work()
        told = [*self.house.alerts.lines()] if self.shows_alerts else []
        return [*lines, *self._pushed(), *told]

    async def _say(self, openid: str, words: str) -> list[str]:
        match = re.fullmatch(r"\[(照片|语音|视频|文件|位置|贴图|关注) ?(.*)\]", words)
        if match is None:
            return _said(await self.phone.say(openid, words))
        what, about = match.groups()
        if what == "语音":
            return _said(await self.phone.send_voice(openid, b"#!AMR\n" + bytes(64), about))
        if what == "视频":
            return _said(await self.phone.send_video(openid, MOVIE))
        if what == "位置":
            return _said(await self.phone.send_location(openid, "0", "0", about))
        if what == "贴图":
            return _said(await self.phone.say(openid, "【收到不支持的消息类型，暂无法显示】"))
        many = int(about) if about.isdecimal() else 1
        return [text for _ in range(many) for text in _said(await self.phone.send_image(openid, PICTURE, "image/png"))]

    def _pushed(self) -> list[str]:
        lines: list[str] = []
        for openid in sorted(self.phone.api.inbox):
            texts = self.phone.inbox_of(openid)
            for text in texts[self.seen.get(openid, 0) :]:
                lines += as_lines(text, pushed_to(openid))
            self.seen[openid] = len(texts)
        return lines


def _said(reply: str | None) -> list[str]:
    return [reply] if reply else []


class TelegramPlayer:
    """Persons with Telegram. ``presses`` tells whether they press the button that fits what they would write."""

    def __init__(self, house: House, phone: TelegramSimulator, *, presses: bool) -> None:
        self.house, self.phone, self.presses = house, phone, presses
        self.seen: dict[int, int] = {}

    async def take(self, step: Step) -> list[str]:
        lines: list[str] = []
        if step.kind == "said":
            await self._say(100 + int(step.person), self.house.codes.fill(step.words))
            await self.house.service.courier.rest()
            lines += self._read("<")
        else:
            lines += await self.house.take(step)
        await self.house.work()
        return [*lines, *self._read("<<")]

    async def _say(self, user: int, words: str) -> None:
        if words.startswith("["):
            await self._send(user, *words.strip("[]").partition(" ")[::2])
        elif self.presses and (found := self._button(user, words)):
            bubble, label = found
            await self.phone.press(user, label, bubble=bubble)
        else:
            await self.phone.say(user, words)

    async def _send(self, user: int, what: str, about: str) -> None:
        if what == "照片":
            await self.phone.send_album(user, [PICTURE] * (int(about) if about.isdecimal() else 1))
        elif what == "语音":
            await self.phone.send_voice(user, b"OggS" + bytes(64))
        elif what == "视频":
            await self.phone.send_video(user, MOVIE)
        elif what == "文件":
            await self.phone.send_document(user, PICTURE, about, "image/png")
        elif what == "位置":
            await self.phone.send_place(user, about)
        else:
            await (self.phone.send_sticker(user) if what == "贴图" else self.phone.say(user, "/start"))

    def _button(self, user: int, words: str) -> tuple[Bubble, str] | None:
        """The button at the place of a number, or with these very words on it, below the newest bubble that has any."""
        bubble = next((bubble for bubble in reversed(self.phone.inbox_of(user)) if bubble.buttons or bubble.keys), None)
        labels = [label for row in bubble.labels for label in row] if bubble else []
        if words.isdecimal() and 1 <= int(words) <= len(labels) and len(labels) > 1:
            words = labels[int(words) - 1]
        return (bubble, words) if bubble and words in labels else None

    def _read(self, mark: str) -> list[str]:
        lines: list[str] = []
        for user in sorted(self.phone.api.inbox):
            bubbles = self.phone.inbox_of(user)
            for bubble in bubbles[self.seen.get(user, 0) :]:
                lines += as_lines(self.house.codes.hear(bubble.text), mark)
            self.seen[user] = len(bubbles)
        return lines


class WebPlayer:
    """Persons with the web chat, who press a button where one fits what they would write."""

    def __init__(self, house: House, url: str) -> None:
        self.house, self.url = house, url
        self.browsers: dict[str, httpx.AsyncClient] = {}
        self.offered: dict[str, list[dict[str, str]]] = {}

    async def take(self, step: Step) -> list[str]:
        lines: list[str] = []
        if step.kind == "said":
            for reply in await self._say(step.person, self.house.codes.fill(step.words)):
                lines += as_lines(self.house.codes.hear(reply["text"]))
        else:
            lines += await self.house.take(step)
        await self.house.work()
        await self._look()
        return lines

    async def _look(self) -> None:
        """A page that is open fetches what was pushed to it."""
        for browser in self.browsers.values():
            assert (await browser.get("/chat/history")).status_code == 200

    async def _say(self, person: str, words: str) -> list[dict[str, Any]]:
        browser = await self._browser(person)
        if words.startswith(("[照片", "[视频")):
            return await self._send_files(browser, words)
        if words.startswith("["):
            return await self._post(person, browser, {"text": words.strip("[]").partition(" ")[2] or "贴图"})
        pressed = self._button(person, words)
        return await self._post(person, browser, {"choice": pressed} if pressed else {"text": words})

    def _button(self, person: str, words: str) -> str | None:
        """The button at the place of a number, or with these very words on it."""
        offered = self.offered.get(person, [])
        if words.isdecimal() and 1 <= int(words) <= len(offered) and len(offered) > 1:
            return offered[int(words) - 1]["key"]
        return next((choice["key"] for choice in offered if choice["label"] == words), None)

    async def _post(self, person: str, browser: httpx.AsyncClient, body: dict[str, str]) -> list[dict[str, Any]]:
        answer = await browser.post("/chat/messages", json={"id": str(uuid.uuid4()), **body})
        assert answer.status_code == 200, answer.text
        replies: list[dict[str, Any]] = answer.json()["replies"]
        choices = [reply["choices"] for reply in replies if reply["choices"]]
        if choices:
            self.offered[person] = choices[-1]
        return replies

    async def _send_files(self, browser: httpx.AsyncClient, words: str) -> list[dict[str, Any]]:
        about = words.strip("[]").partition(" ")[2]
        replies: list[dict[str, Any]] = []
        for _ in range(int(about) if about.isdecimal() else 1):
            name, content, mime = ("x.mp4", MOVIE, "video/mp4") if "视频" in words else ("x.png", PICTURE, "image/png")
            files = [("files", (name, content, mime))]
            answer = await browser.post("/chat/files", data={"id": str(uuid.uuid4())}, files=files)
            assert answer.status_code == 200, answer.text
            replies += answer.json()["replies"]
        return replies

    async def _browser(self, person: str) -> httpx.AsyncClient:
        if person not in self.browsers:
            self.browsers[person] = httpx.AsyncClient(
                base_url=self.url, headers={"Origin": BASE}, trust_env=False, timeout=30
            )
            await self.browsers[person].get("/")
        return self.browsers[person]

    async def close(self) -> None:
        for browser in self.browsers.values():
            await browser.aclose()


def comparable(found: list[dict[str, Any]]) -> str:
    """Cases as text, so that a difference reads well."""
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)


__all__ = ["House", "TelegramPlayer", "WeChatPlayer", "WebPlayer", "comparable", "served"]
