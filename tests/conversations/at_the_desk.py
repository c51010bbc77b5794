"""Stories in which a citizen and staff meet: the citizen in WeChat, each member of staff in a chat of their own.

pack: statutory-procedure
staff: lin 林晓 receiver investigator decider     an account, a name, posts; named before the first step
> 我要投诉                  what the citizen writes
< …                        the reply; << what is pushed to them without being asked for
lin> 待办                   what a member writes; XXXX-XXXX is the code that the office gives them
lin! 受理                   the button that they press
lin< …                     what they read, with its buttons in brackets
@ +1d                      time passes (m, h, d), and the jobs run
# words                    a comment
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from core.people import binding, staffing
from tests.conversations.channels import House
from tests.conversations.direct import SPANS
from tests.conversations.play import MASKED, as_lines
from tests.simulators.telegram import TelegramSimulator
from tests.simulators.wechat import WeChatSimulator
from tests.simulators.wecom import WeComSimulator

FOLDER = Path(__file__).parent / "at_the_desk"
CITIZEN = "openid-1"
BREATH = timedelta(minutes=1)
"""Between what one member does and the next: nobody works faster, and no platform has to drop what they read."""

STEP = re.compile(r"(?P<who>[a-z]*)(?P<how>[>!]) (?P<words>.*)|@ \+(?P<span>.+)")


@dataclass(frozen=True, slots=True)
class Member:
    account: str
    name: str
    posts: tuple[str, ...]


@dataclass
class Story:
    """``rows`` are comments, steps, and after each step what was read."""

    pack: str = ""
    head: list[str] = field(default_factory=list)
    staff: list[Member] = field(default_factory=list)
    rows: list[tuple[str, list[str]]] = field(default_factory=list)


def read(path: Path) -> Story:
    story = Story()
    for line in path.read_text(encoding="utf-8").splitlines():
        if not story.rows and (line.startswith(("#", "pack:", "staff:")) or not line):
            story.head.append(line)
            _read_head(story, line)
        elif line.startswith("#") or STEP.fullmatch(line):
            story.rows.append((line, []))
        elif line:
            story.rows[-1][1].append(line)
    return story


def _read_head(story: Story, line: str) -> None:
    name, _, words = line.partition(": ")
    if name == "pack":
        story.pack = words
    elif name == "staff":
        account, called, *posts = words.split()
        story.staff.append(Member(account, called, tuple(posts)))


def written(story: Story, heard: list[list[str]]) -> str:
    """The story with what was really read, as a file."""
    lines = [*story.head]
    for (row, _), read_now in zip(story.rows, heard, strict=True):
        lines += [row, *read_now]
    return "\n".join(lines) + "\n"


class Phones(Protocol):
    """The chats of staff on one platform."""

    async def say(self, account: str, words: str) -> None: ...

    async def press(self, account: str, label: str) -> None: ...

    def news(self, account: str) -> Iterator[str]:
        """What this member has not read yet, the buttons of a message in brackets below it."""
        ...

    def passes(self, time: timedelta) -> None: ...


class Player:
    """One service, the citizen's phone and those of staff."""

    def __init__(self, house: House, wechat: WeChatSimulator, phones: Phones, story: Story) -> None:
        self.house, self.wechat, self.phones, self.story = house, wechat, phones, story
        self.pushed = 0

    async def play(self) -> list[list[str]]:
        for member in self.story.staff:
            self.house.service.store.write(
                lambda uow, one=member: staffing.join(
                    uow, self.house.service.office, one.account, one.name, "", one.posts, "operator", self.house.now
                )
            )
        return [await self._take(row) for row, _ in self.story.rows]

    async def _take(self, row: str) -> list[str]:
        step = STEP.fullmatch(row)
        if step is None:
            return []
        lines = list[str]()
        if step["span"]:
            await self._pass(timedelta(**{SPANS[step["span"][-1]]: float(step["span"][:-1])}))
        elif step["who"]:
            await self._work(step["who"], step["how"], step["words"])
        else:
            said = await self.wechat.say(CITIZEN, step["words"])
            lines += as_lines(said) if said else []
        await self._pass(timedelta(0))
        return [*lines, *self._read()]

    async def _work(self, account: str, how: str, words: str) -> None:
        await self._pass(BREATH)
        if how == "!":
            await self.phones.press(account, words)
            return
        if MASKED in words:
            code = self.house.service.store.write(lambda uow: binding.invite(uow, account, "operator", self.house.now))
            words = words.replace(MASKED, code)
        await self.phones.say(account, words)

    async def _pass(self, time: timedelta) -> None:
        self.house.now += time
        self.phones.passes(time)
        await self.house.service.courier.rest()
        await self.house.work()

    def _read(self) -> Iterator[str]:
        texts = self.wechat.inbox_of(CITIZEN)
        for text in texts[self.pushed :]:
            yield from as_lines(text, "<<")
        self.pushed = len(texts)
        for member in self.story.staff:
            for text in self.phones.news(member.account):
                yield from as_lines(text, f"{member.account}<")


class WeComPhones:
    """Each member in the application, under the name of their account."""

    def __init__(self, platform: WeComSimulator) -> None:
        self.platform = platform
        self.seen: dict[str, int] = {}

    async def say(self, account: str, words: str) -> None:
        await self.platform.say(account, words)

    async def press(self, account: str, label: str) -> None:
        await self.platform.press(account, label)

    def news(self, account: str) -> Iterator[str]:
        """A card that stands below its own words is read with them."""
        shown = self.platform.inbox_of(account)
        unread = shown[self.seen.get(account, 0) :]
        self.seen[account] = len(shown)
        for index, message in enumerate(unread):
            below = unread[index + 1] if index + 1 < len(unread) else None
            belongs = below is not None and below.task_id and message.text.startswith(f"{below.text}\n")
            above = unread[index - 1] if index else None
            if above is not None and message.task_id and above.text.startswith(f"{message.text}\n"):
                continue
            yield _with_buttons(message.text, below.labels if belongs and below else message.labels)

    def passes(self, time: timedelta) -> None:
        self.platform.advance(time.total_seconds())


class TelegramPhones:
    """Each member in a private chat with the bot."""

    def __init__(self, platform: TelegramSimulator, accounts: list[str]) -> None:
        self.platform = platform
        self.users = {account: 100 + number for number, account in enumerate(accounts)}
        self.seen: dict[str, int] = {}

    async def say(self, account: str, words: str) -> None:
        await self.platform.say(self.users[account], words)

    async def press(self, account: str, label: str) -> None:
        await self.platform.press(self.users[account], label)

    def news(self, account: str) -> Iterator[str]:
        shown = self.platform.inbox_of(self.users[account])
        unread = shown[self.seen.get(account, 0) :]
        self.seen[account] = len(shown)
        for bubble in unread:
            yield _with_buttons(bubble.text, [label for row in bubble.labels for label in row])

    def passes(self, time: timedelta) -> None:
        """This platform counts seconds, and the bot is let write as fast as it likes."""


def _with_buttons(text: str, labels: list[str]) -> str:
    return f"{text}\n{' '.join(f'[{label}]' for label in labels)}" if labels else text
