"""The golden transcripts again, over WeChat in safe mode to the letter, and in the web chat with buttons: the same cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conversations import play
from tests.conversations.channels import (
    AES_KEY,
    APP_ID,
    SECRET,
    TOKEN,
    House,
    WebPlayer,
    WeChatPlayer,
    comparable,
    served,
)
from tests.simulators.wechat import WeChatSimulator

NOT_IN_WECHAT = ("@ 重启", "[文件")
OVER_WECHAT = [
    path for path in play.transcripts() if not any(mark in path.read_text(encoding="utf-8") for mark in NOT_IN_WECHAT)
]
FILED = [path for path in OVER_WECHAT if "已登记" in path.read_text(encoding="utf-8")]



async def wechat_house(tmp_path: Path, pack: str) -> tuple[House, WeChatSimulator]:
    phone = WeChatSimulator("", APP_ID, TOKEN, AES_KEY, secret=SECRET)
    house = House(
        f"sqlite:///{tmp_path}/tousu.db", tmp_path, pack,
        wechat_app_id=APP_ID, wechat_token=TOKEN, wechat_aes_key=AES_KEY, wechat_secret=SECRET,
        wechat_api_base=phone.api_base,
    )  # fmt: skip
    return house, phone


@pytest.mark.parametrize("path", OVER_WECHAT, ids=lambda path: path.stem)
async def test_conversation_reads_the_same_over_wechat(path: Path, tmp_path: Path) -> None:
    transcript = play.read(path)
    house, phone = await wechat_house(tmp_path, transcript.pack)
    async with phone:
        with served(house.app) as url:
            phone.callback_url = f"{url}/wechat"
            player = WeChatPlayer(house, phone)
            heard = [tuple(await player.take(step)) for step, _ in transcript.steps]
    house.service.store.close()
    assert phone.faults == []
    assert heard == [lines for _, lines in transcript.steps]


@pytest.mark.parametrize("path", FILED, ids=lambda path: path.stem)
async def test_the_web_chat_files_the_same_cases_as_wechat(path: Path, tmp_path: Path) -> None:
    transcript = play.read(path)
    filed = []
    for channel in ("wechat", "web"):
        folder = tmp_path / channel
        folder.mkdir()
        house, phone = await wechat_house(folder, transcript.pack)
        async with phone:
            with served(house.app) as url:
                phone.callback_url = f"{url}/wechat"
                player = WeChatPlayer(house, phone) if channel == "wechat" else WebPlayer(house, url)
                for step, _ in transcript.steps:
                    await player.take(step)
                filed.append(comparable(await house.filed()))
                if isinstance(player, WebPlayer):
                    await player.close()
        house.service.store.close()
    assert filed[0] == filed[1]
