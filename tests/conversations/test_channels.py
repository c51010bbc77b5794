"""The golden transcripts again: over WeChat to the letter; in the web chat and over Telegram, the same cases."""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.conversations import play, telegram, wechat
from tests.conversations.channels import (
    House,
    TelegramPlayer,
    WebPlayer,
    WeChatPlayer,
    comparable,
    served,
)
from tests.hammer.running import SOAK
from tests.simulators.telegram import TelegramSimulator
from tests.simulators.telegram_serving import listening
from tests.simulators.wechat import WeChatSimulator

NOT_IN_WECHAT = ("@ 重启", "[文件")
OVER_WECHAT = [
    path for path in play.transcripts() if not any(mark in path.read_text(encoding="utf-8") for mark in NOT_IN_WECHAT)
]
FILED = [path for path in OVER_WECHAT if "已登记" in path.read_text(encoding="utf-8")]

filed_over_wechat: dict[str, str] = {}
"""What each transcript comes to over WeChat, where it was played in this process already."""


def one_by_one(paths: list[Path]) -> list[ParameterSet]:
    """What is compared with one another is played in one process."""
    return [pytest.param(path, id=path.stem, marks=pytest.mark.xdist_group(path.stem)) for path in paths]


async def wechat_house(tmp_path: Path, pack: str) -> tuple[House, WeChatSimulator]:
    phone = wechat.platform()
    house = House(f"sqlite:///{tmp_path}/tousu.db", tmp_path, pack, **wechat.settings_for(phone))
    wechat.write_whenever(house)
    return house, phone


@pytest.mark.parametrize("path", one_by_one(OVER_WECHAT))
async def test_conversation_reads_the_same_over_wechat(path: Path, tmp_path: Path) -> None:
    heard, faults = await play_over_wechat(path, tmp_path)
    assert faults == []
    assert heard == [lines for _, lines in play.read(path).steps]


@pytest.mark.parametrize("path", one_by_one(FILED))
async def test_the_web_chat_files_the_same_cases_as_wechat(path: Path, tmp_path: Path) -> None:
    transcript, expected = play.read(path), await over_wechat(path, tmp_path)
    house, _ = await wechat_house(tmp_path, transcript.pack)
    with served(house.app) as url:
        player = WebPlayer(house, url)
        for step, _ in transcript.steps:
            await player.take(step)
        found = comparable(await house.filed())
        await player.close()
    house.service.store.close()
    assert found == expected


NOT_IN_TELEGRAM = "[语音 "
"""A recording comes without a transcript there, so nothing that was heard can be asked about."""


OVER_TELEGRAM = [path for path in FILED if NOT_IN_TELEGRAM not in path.read_text(encoding="utf-8")]
BY_WORDS = OVER_TELEGRAM if SOAK else OVER_TELEGRAM[::3]


@pytest.mark.parametrize("path", one_by_one(OVER_TELEGRAM))
async def test_by_buttons_telegram_files_the_same_cases_as_wechat(path: Path, tmp_path: Path) -> None:
    await _files_the_same(path, tmp_path, presses=True)


@pytest.mark.parametrize("path", one_by_one(BY_WORDS))
async def test_by_words_telegram_files_the_same_cases_as_wechat(path: Path, tmp_path: Path) -> None:
    await _files_the_same(path, tmp_path, presses=False)


async def _files_the_same(path: Path, tmp_path: Path, *, presses: bool) -> None:
    transcript, expected = play.read(path), await over_wechat(path, tmp_path)
    async with TelegramSimulator(secret="s3cret") as phone:
        house = telegram_house(tmp_path, transcript.pack, phone)
        async with listening(house.app) as url:
            phone.webhook_url = f"{url}/telegram"
            player = TelegramPlayer(house, phone, presses=presses)
            for step, _ in transcript.steps:
                await player.take(step)
            found = comparable(await house.filed())
            await house.close()
    assert found == expected
    assert phone.faults == []
    assert phone.api.refused == []
    assert phone.waiting_buttons == []


def telegram_house(folder: Path, pack: str, phone: TelegramSimulator) -> House:
    return House(f"sqlite:///{folder}/tousu.db", folder, pack, **telegram.settings_for(phone))


async def over_wechat(path: Path, tmp_path: Path) -> str:
    """What the transcript comes to over WeChat."""
    if path.stem not in filed_over_wechat:
        await play_over_wechat(path, tmp_path / "wechat")
    return filed_over_wechat[path.stem]


async def play_over_wechat(path: Path, folder: Path) -> tuple[list[tuple[str, ...]], list[tuple[str, str]]]:
    """What is read after each step, and the faults that people saw."""
    transcript = play.read(path)
    folder.mkdir(exist_ok=True)
    house, phone = await wechat_house(folder, transcript.pack)
    async with phone:
        with served(house.app) as url:
            phone.callback_url = f"{url}/wechat"
            player = WeChatPlayer(house, phone, shows_alerts=transcript.alerts)
            heard = [tuple(await player.take(step)) for step, _ in transcript.steps]
            filed_over_wechat[path.stem] = comparable(await house.filed())
    house.service.store.close()
    return heard, phone.faults
