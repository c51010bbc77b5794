"""The menu reaches the platform, and what it sends comes back as choices."""

from __future__ import annotations

from bots.wechat.menu import menu, push_menu
from tests.bots.wechat.account import OPENID
from tests.bots.wechat.conftest import Connect
from tests.bots.wechat.core import Core
from tests.simulators.wechat import WeChatSimulator


async def test_the_menu_is_accepted_and_each_button_is_a_choice(
    platform: WeChatSimulator, connect: Connect, core: Core
) -> None:
    await push_menu(connect())
    assert platform.api.menu == menu()
    for button in platform.api.menu["button"]:
        await platform.click(OPENID, button["key"])
    assert [(message.kind, message.text) for message in core.effects] == [
        ("choice", "complain"),
        ("choice", "status"),
        ("choice", "human"),
    ]
