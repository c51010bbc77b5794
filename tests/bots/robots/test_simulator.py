"""The simulator is as strict as the platforms: what they publish as wrong, it refuses."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.bots.robots.conftest import HOOK, KEY, TOKEN, Clock
from tests.simulators.robots import MINUTE, RobotPlatforms

WECOM, DINGTALK, FEISHU = (
    f"/cgi-bin/webhook/send?key={KEY}",
    f"/robot/send?access_token={TOKEN}",
    f"/open-apis/bot/v2/hook/{HOOK}",
)
TEXT = {"msgtype": "text", "text": {"content": "一条"}}


async def post(platforms: RobotPlatforms, path: str, body: Any) -> int:
    sent: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
    async with httpx.AsyncClient(trust_env=False, base_url=platforms.base) as http:
        answer = await http.post(path, **sent)
    assert answer.status_code == 200, "a refusal comes with status 200, too"
    found: dict[str, Any] = answer.json()
    return int(found.get("errcode", found.get("code")))


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        (WECOM, TEXT, 0),
        (WECOM.replace(KEY, "x"), TEXT, 93000),
        (WECOM, b"{", 47001),
        (WECOM, {"msgtype": "card"}, 40008),
        (WECOM, {"msgtype": "text", "text": {"content": ""}}, 44004),
        (WECOM, {"msgtype": "text", "text": {"content": "长" * 683}}, 40058),
        (WECOM, {"msgtype": "text", "text": {"content": "长" * 682}}, 0),
        (DINGTALK, TEXT, 310000),
        (f"{DINGTALK}&timestamp=1763861400&sign=x", TEXT, 310000),
        (f"{DINGTALK}&timestamp=1763861400000&sign=x", TEXT, 310000),
        (DINGTALK.replace(TOKEN, "x"), TEXT, 300005),
        (DINGTALK, b"{}", 43004),
        (FEISHU, {"msg_type": "text", "content": {"text": "一条"}}, 19021),
        (FEISHU, {"msg_type": "text"}, 9499),
        (FEISHU, b"{", 9499),
        (FEISHU.replace(HOOK, "x"), {}, 19001),
    ],
)
async def test_what_is_wrong_is_refused_with_the_published_code(
    platforms: RobotPlatforms, path: str, body: Any, code: int
) -> None:
    assert await post(platforms, path, body) == code


async def test_dingtalk_hears_nothing_for_ten_minutes_after_the_twenty_first_of_a_minute(
    platforms: RobotPlatforms, clock: Clock
) -> None:
    platforms.groups[TOKEN].secret = ""
    codes = [await post(platforms, DINGTALK, TEXT) for _ in range(21)]
    assert codes == [0] * 20 + [130101]
    clock.move(599)
    assert await post(platforms, DINGTALK, TEXT) == 130101
    clock.move(1)
    assert await post(platforms, DINGTALK, TEXT) == 0
    assert platforms.groups[TOKEN].most_within(MINUTE) == 20


async def test_wecom_counts_any_sixty_seconds(platforms: RobotPlatforms, clock: Clock) -> None:
    codes = []
    for _ in range(25):
        codes.append(await post(platforms, WECOM, TEXT))
        clock.move(2.5)
    assert codes == [0] * 20 + [45009] * 4 + [0]
