"""Setting robots up: what is wrong with an entry, what the doctor says, a test message, and an alert on its way through the service."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator

import pytest

from app.serve import announcement
from app.settings import load_settings
from app.wiring import Service, build
from bots.robots.client import RobotChannel
from core.cases.telling_staff import staff_alert
from core.errors import SettingsError
from core.store import queries
from scheduler.jobs import deliver
from tests.app.conftest import Tousu
from tests.bots.robots.conftest import HOOK, KEY, SECRET, TOKEN
from tests.simulators.robots import Group, RobotPlatforms
from tests.simulators.wechat_serving import served

SECRETS = (KEY, TOKEN, HOOK, SECRET)


@pytest.fixture
def platforms() -> RobotPlatforms:
    return RobotPlatforms()


@pytest.fixture
def groups(platforms: RobotPlatforms, monkeypatch: pytest.MonkeyPatch, tousu: Tousu) -> Iterator[list[Group]]:
    """A group on each platform, and settings that lead to them."""
    made = [
        platforms.add("wecom", KEY),
        platforms.add("dingtalk", TOKEN, secret=SECRET),
        platforms.add("feishu", HOOK),
    ]
    with served(platforms.app) as url:
        monkeypatch.setenv("TOUSU_STAFF_WEBHOOKS", ",".join(group.address for group in made))
        monkeypatch.setenv("TOUSU_STAFF_WEBHOOKS_BASE", url)
        yield made


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (KEY, "第 1 个机器人不对：应为平台给的整个 Webhook 地址"),
        (
            f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN},http://qyapi.weixin.qq.com/",
            "第 2 个机器人不对：地址应以 https:// 开头",
        ),
        (f"https://127.0.0.1/robot/send?access_token={TOKEN}", "第 1 个机器人不对：主机应为 qyapi.weixin.qq.com"),
        (f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}#{SECRET}", "企业微信的机器人没有加签密钥"),
        (f"https://open.feishu.cn/open-apis/bot/v2/hook/{HOOK}#?", "# 后面的加签密钥应为"),
        (f"https://open.feishu.cn/open-apis/bot/v2/hook/{HOOK} " * 2, "第 2 个机器人不对：前面已经有同一个机器人"),
    ],
)
def test_a_wrong_entry_is_named_by_its_place_and_never_shown(
    value: str, said: str, tousu: Tousu, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUSU_STAFF_WEBHOOKS", value)
    with pytest.raises(SettingsError, match="TOUSU_STAFF_WEBHOOKS") as refused:
        load_settings(None)
    assert said in str(refused.value)
    assert refused.value.__cause__ is None
    assert [secret for secret in SECRETS if secret in str(refused.value)] == []


def test_a_base_is_an_origin(tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUSU_STAFF_WEBHOOKS_BASE", "http://gateway.example/robots")
    with pytest.raises(SettingsError, match="TOUSU_STAFF_WEBHOOKS_BASE 不对：应为代替三个平台的网址"):
        load_settings(None)


def test_the_settings_show_no_secret(groups: list[Group]) -> None:
    shown = f"{load_settings(None)!r} {load_settings(None)}"
    assert [secret for secret in SECRETS if secret in shown] == []


def test_the_doctor_names_them_and_warns_of_one_that_does_not_sign(groups: list[Group], tousu: Tousu) -> None:
    answer = tousu("doctor")
    (finding,) = [row for row in answer.out.splitlines() if "群机器人" in row]
    assert finding.startswith("! 群机器人：企业微信 robot.wecom.")
    assert "；钉钉 robot.dingtalk." in finding
    assert finding.endswith("（没有加签，知道地址的人都能往群里发）")
    assert [secret for secret in SECRETS if secret in answer.out + answer.err] == []
    assert [group.asked for group in groups] == [[], [], []], "looking says nothing in a group"


def test_without_robots_the_doctor_says_nothing_of_them(tousu: Tousu) -> None:
    assert "群机器人" not in tousu("doctor").out
    answer = tousu("robots", "test")
    assert (answer.code, answer.err) == (1, "还没有设置群机器人（TOUSU_STAFF_WEBHOOKS）。\n")


def test_the_service_says_how_many_there_are(groups: list[Group]) -> None:
    assert "渠道 群机器人（只发值班提醒，3 个）：已接通" in announcement(load_settings(None), "127.0.0.1", 8000)


def test_a_test_message_goes_into_each_group_and_says_what_is_wrong(groups: list[Group], tousu: Tousu) -> None:
    answer = tousu("robots", "test")
    assert (answer.code, answer.out.count("已发出")) == (0, 3)
    assert [group.texts for group in groups] == [["这是一条测试：投诉系统的值班提醒会发到本群，不含个人信息。"]] * 3
    groups[0].gone = 93000
    groups[1].faults.append(503)
    answer = tousu("robots", "test")
    assert answer.code == 1
    assert "（企业微信）：平台不收（93000），见 docs/howto/robots.md" in answer.out
    assert "（钉钉）：现在发不出（503），过一会儿再试" in answer.out
    assert answer.out.count("已发出") == 1
    assert answer.err == "有的机器人没有发出。\n"
    assert [secret for secret in SECRETS if secret in answer.out + answer.err] == []


# ── through the service ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def service(groups: list[Group], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Service]:
    monkeypatch.setenv("TOUSU_BASE_URL", "https://tousu.example.cn")
    built = build(load_settings(None))
    yield built
    for channel in built.channels.values():
        if isinstance(channel, RobotChannel):
            await channel.close()
    built.store.close()


def alert(service: Service, number: int) -> None:
    now = service.now()
    service.store.write(
        lambda uow: staff_alert(uow, service.office, "human", f"human:{number}", now, channel=f"telegram {number}")
    )


async def test_an_alert_goes_to_the_log_and_into_each_group_with_a_link(
    service: Service, groups: list[Group], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    alert(service, 7)
    await deliver(service.workplace())
    words = "telegram 7 有人要找工作人员，请查看。"
    assert [group.texts for group in groups] == [[f"{words}\n\n查询进度：https://tousu.example.cn/status"]] * 3
    assert f"alert: {words}" in caplog.text
    assert [secret for secret in SECRETS if secret in caplog.text] == []


async def test_a_robot_that_was_removed_is_told_of_by_the_others_and_keeps_what_it_was_to_say(
    service: Service, groups: list[Group], caplog: pytest.LogCaptureFixture
) -> None:
    groups[0].gone = 93000
    alert(service, 7)
    await deliver(service.workplace())
    assert "is stopped, code 93000" in caplog.text
    assert "发不出消息（93000），请管理员运行 tousu doctor 查看。" in caplog.text, (
        "in the log, and in the groups in their next turn"
    )
    pending = service.store.read(queries.overview).outbox["pending"]
    assert pending == 4, "what this robot did not say, and for all three that it is stopped"


async def test_what_waits_for_a_robot_that_is_set_no_more_is_forgotten_at_the_next_start(
    service: Service, groups: list[Group], monkeypatch: pytest.MonkeyPatch
) -> None:
    alert(service, 7)
    service.store.close()
    monkeypatch.setenv("TOUSU_STAFF_WEBHOOKS", groups[1].address)
    again = build(load_settings(None))
    try:
        assert [each for each in again.channels if each.startswith("robot.")] == [again.office.robots[0].channel]
        assert again.store.read(queries.overview).outbox == {"dead": 2, "pending": 2}
    finally:
        again.store.close()


def test_a_link_that_leads_to_the_readers_own_machine_is_not_shown(
    groups: list[Group], monkeypatch: pytest.MonkeyPatch
) -> None:
    def room(base_url: str) -> list[int]:
        monkeypatch.setenv("TOUSU_BASE_URL", base_url)
        built = build(load_settings(None))
        built.store.close()
        return [each.limits.utf8_bytes for each in built.channels.values() if each.name.startswith("robot.wecom")]

    assert [room("http://127.0.0.1:8000"), room("http://localhost:8000"), room("http://[::1]:8000")] == [[2048]] * 3
    (left,) = room("https://tousu.example.cn")
    assert left == 2048 - len("\n\n查询进度：https://tousu.example.cn/status".encode())
