from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bots.terminal import parse, render
from bots.terminal.client import TerminalChannel, run
from bots.terminal.config import MAX_FILE_BYTES, texts
from core.errors import FetchRefused, StoreUnavailable
from core.messages import Address, Attachment, Choice, InboundMessage, OutboundMessage

HERE = Address("terminal", "me")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
MENU = OutboundMessage("您要投诉哪一类？", (Choice("kind:meal", "饭菜"), Choice("kind:staff", "服务态度")))


class Typist:
    """Types a script line by line; keeps what the terminal shows."""

    def __init__(self, *script: str) -> None:
        self.script = list(script)
        self.screen: list[str] = []
        self.received: list[InboundMessage] = []

    async def ask(self) -> str | None:
        return self.script.pop(0) if self.script else None

    async def receive(self, message: InboundMessage) -> tuple[OutboundMessage, ...]:
        self.received.append(message)
        if message.text == "坏了":
            raise StoreUnavailable
        return (OutboundMessage("好的。"), MENU) if message.text else (OutboundMessage("已收到。"),)

    async def talk(self) -> list[str]:
        await run(self.receive, self.ask, self.screen.append, HERE, lambda: NOW)
        assert self.screen[0] == texts("zh")["hello"]
        assert self.screen[-1] == texts("zh")["goodbye"]
        return self.screen[1:-1]


async def test_bubbles_are_lines_and_choices_are_numbered() -> None:
    assert await Typist("我要投诉").talk() == ["好的。\n\n您要投诉哪一类？\n1 饭菜\n2 服务态度"]


async def test_the_conversation_ends_with_quit_or_with_the_input() -> None:
    typist = Typist("", "  ", "/quit", "nobody hears this")
    assert await typist.talk() == []
    assert typist.received == []


async def test_files_are_one_message_with_their_absolute_paths(tmp_path: Path) -> None:
    photo, tape = tmp_path / "虫 子.jpg", tmp_path / "录音.mp3"
    photo.write_bytes(b"photo")
    tape.write_bytes(b"sound")
    typist = Typist(f"/file '{photo}' {tape}")
    assert await typist.talk() == ["已收到。"]
    (message,) = typist.received
    assert message.attachments == (
        Attachment("photo", str(photo), "虫 子.jpg", "image/jpeg", 5),
        Attachment("voice", str(tape), "录音.mp3", "audio/mpeg", 5),
    )
    fetched = await TerminalChannel(typist.screen.append).fetch(message.attachments[0])
    assert (fetched.content, fetched.name) == (b"photo", "虫 子.jpg")


async def test_a_missing_file_and_a_missing_name_are_explained() -> None:
    typist = Typist("/file nowhere.jpg", "/file", "/file 'half")
    assert await typist.talk() == [
        texts("zh")["no_file"].format(path="nowhere.jpg"),
        texts("zh")["which_file"],
        texts("zh")["no_file"].format(path="'half"),
    ]
    assert typist.received == []


async def test_an_outage_is_said_and_the_conversation_goes_on() -> None:
    assert (await Typist("坏了", "我要投诉").talk())[0] == texts("zh")["busy"]


async def test_a_pushed_message_is_shown() -> None:
    screen: list[str] = []
    assert await TerminalChannel(screen.append).send(HERE, OutboundMessage("已受理。"), "key") == ""
    assert screen == ["已受理。"]


def test_every_line_is_a_message_of_its_own() -> None:
    one, other = (parse.message("你好", HERE, NOW) for _ in range(2))
    assert one.text == other.text == "你好"
    assert one.dedupe_key != other.dedupe_key


def test_nothing_shown_can_steer_the_terminal() -> None:
    assert render.lines(OutboundMessage("已记：\x1b[2J\x07王\r\n小明")) == "已记：[2J王\n小明"


def test_the_number_is_on_a_line_of_its_own_once() -> None:
    assert render.lines(OutboundMessage("编号：", copyable="2026-1")) == "编号：\n2026-1"
    assert render.lines(OutboundMessage("编号：2026-1", copyable="2026-1")) == "编号：2026-1"


async def test_a_file_that_went_away_or_grew_too_large_is_refused(tmp_path: Path) -> None:
    channel = TerminalChannel(print)
    huge = tmp_path / "huge.bin"
    with huge.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    for path, reason in ((tmp_path / "gone", "gone"), (huge, "too_large")):
        with pytest.raises(FetchRefused) as refused:
            await channel.fetch(Attachment("file", str(path)))
        assert refused.value.reason == reason


def test_both_languages_say_the_same_things() -> None:
    assert texts("zh").keys() == texts("en").keys()
