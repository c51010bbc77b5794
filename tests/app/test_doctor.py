"""The doctor looks at everything, breaks nothing, and says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.doctor import calendar_reaches, examine
from app.findings import Finding, line
from app.resources import open_store
from app.settings import Settings, load_settings
from core.errors import SettingsError
from core.messages import Address, OutboundMessage
from core.store import claims, outbox, service_rows, sessions, settlements
from core.store.unit_of_work import UnitOfWork
from tests.app.conftest import Tousu
from tests.simulators.wechat_api import Refusal, WeChatApi
from tests.simulators.wechat_serving import served
from tests.simulators.wecom_api import AGENT, WeComApi


def _lines(tousu: Tousu) -> dict[str, str]:
    """Marks by subject."""
    return {row[2:].split("：")[0]: row[0] for row in tousu("doctor").out.splitlines()}


def test_a_fresh_machine_is_healthy_and_nothing_is_made_by_looking(tousu: Tousu) -> None:
    marks = _lines(tousu)
    assert "✗" not in marks.values()
    assert (marks["设置"], marks["策略包"], marks["主密钥"], marks["数据库"]) == ("✓", "✓", "!", "!")
    assert list(Path.cwd().iterdir()) == []


def test_a_service_that_ran_is_healthy(tousu: Tousu) -> None:
    open_store(load_settings()).close()
    marks = _lines(tousu)
    assert (marks["数据目录"], marks["主密钥"], marks["数据库"]) == ("✓", "✓", "✓")


def test_wrong_settings_are_the_only_finding(tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUSU_BASE_URL", "nowhere")
    answer = tousu("doctor")
    assert answer.code == 1
    assert answer.out.startswith("✗ 设置：TOUSU_BASE_URL")
    assert answer.out.count("\n") == 1


def test_a_wrong_pack_does_not_hide_the_rest(tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUSU_POLICY", "no-such-pack")
    assert tousu("doctor").code == 1
    marks = _lines(tousu)
    assert marks["策略包"] == "✗"
    assert marks["设置"] == "✓"


def test_a_pack_of_attendance_is_looked_at_where_one_is_named(tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "考勤" not in _lines(tousu)
    monkeypatch.setenv("TOUSU_ATTENDANCE", "attendance-standard")
    assert _lines(tousu)["考勤"] == "✓"
    monkeypatch.setenv("TOUSU_ATTENDANCE", "attendance-lunar")
    assert _lines(tousu)["考勤"] == "✗"


def test_a_key_that_others_can_read_is_found(tousu: Tousu) -> None:
    open_store(load_settings()).close()
    Path("var/secret.key").chmod(0o644)
    assert _lines(tousu)["主密钥"] == "✗"


def test_a_misspelt_setting_is_mentioned(tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUSU_POLCY", "bus-company")
    answer = tousu("doctor")
    assert answer.code == 0
    assert "! 设置：没有程序读取 TOUSU_POLCY" in answer.out


def test_an_account_that_cannot_be_reached_is_found(tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUSU_WECHAT_APP_ID", "wx1234567890abcdef")
    monkeypatch.setenv("TOUSU_WECHAT_SECRET", "canary-of-the-secret")
    monkeypatch.setenv("TOUSU_WECHAT_TOKEN", "token")
    monkeypatch.setenv("TOUSU_WECHAT_AES_KEY", "k" * 43)
    monkeypatch.setenv("TOUSU_WECHAT_API_BASE", "http://127.0.0.1:9")
    answer = tousu("doctor")
    assert answer.code == 1
    assert "✗ 微信公众号" in answer.out
    assert "canary" not in answer.out + answer.err


@pytest.mark.parametrize(("year", "verdict"), [(2025, "good"), (2026, "warn"), (2027, "bad")])
def test_the_calendar_is_missed_before_it_is_needed(year: int, verdict: str) -> None:
    assert calendar_reaches(lambda: date(year, 11, 23))(Settings()).verdict == verdict


def test_checks_are_asked_in_order() -> None:
    findings = examine(
        Settings, [lambda settings: Finding("a", "good", "1"), lambda settings: Finding("b", "bad", "2")]
    )
    assert [line(finding) for finding in findings] == ["✓ a：1", "✗ b：2"]


def test_without_settings_nothing_else_is_asked() -> None:
    def refuse() -> Settings:
        raise SettingsError("TOUSU_X")

    assert [finding.words for finding in examine(refuse, [])] == ["TOUSU_X"]


# ── what goes out ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Town:
    """A service that ran; ``ago`` is when its worker was last alive."""

    def __init__(self) -> None:
        self.store = open_store(load_settings())
        self.now = datetime.now(UTC)

    def beats(self, ago: timedelta = timedelta()) -> None:
        self.store.write(lambda uow: service_rows.put(uow, "heartbeat", (self.now - ago).isoformat()))

    def waits(self, ago: timedelta = timedelta()) -> None:
        def add(uow: UnitOfWork) -> None:
            to = sessions.load(uow, Address("chat", "canary-peer"), self.now)
            outbox.add(uow, to, OutboundMessage("canary-words"), "k1", self.now - ago, now=self.now)

        self.store.write(add)

    def dies(self) -> None:
        def settle(uow: UnitOfWork) -> None:
            for claimed in claims.claim(uow, self.now, 10, 60):
                settlements.settle_dead(uow, claimed, "43004", self.now)

        self.store.write(settle)


@pytest.fixture
def town(tousu: Tousu) -> Iterator[Town]:
    built = Town()
    yield built
    built.store.close()


def test_a_worker_that_is_gone_and_what_waits_for_it_are_found(tousu: Tousu, town: Town) -> None:
    town.beats(timedelta(minutes=7))
    town.waits(timedelta(minutes=6))
    answer = tousu("doctor")
    assert answer.code == 1
    assert "✗ 后台任务：7 分钟没有动静" in answer.out
    assert "✗ 消息：有消息到点 6 分钟还没送（等着送 1 条，暂存 0 条，送不了 0 条）" in answer.out
    assert "canary" not in answer.out


def test_what_cannot_be_sent_is_mentioned_with_where_to_look(tousu: Tousu, town: Town) -> None:
    town.beats()
    town.waits()
    town.dies()
    answer = tousu("doctor")
    assert answer.code == 0
    assert "✓ 后台任务：在运行" in answer.out
    assert "! 消息：等着送 0 条，暂存 0 条，送不了 1 条；看是哪些：tousu delivery list --state dead" in answer.out


# ── WeChat ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

APP_ID, SECRET = "wx1234567890abcdef", "canary-of-the-secret"
RESULT = "t" * 43


@pytest.fixture
def platform(tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> Iterator[WeChatApi]:
    """The platform, and settings that lead to it."""
    api = WeChatApi(APP_ID, SECRET)
    with served(api.app) as url:
        monkeypatch.setenv("TOUSU_WECHAT_APP_ID", APP_ID)
        monkeypatch.setenv("TOUSU_WECHAT_SECRET", SECRET)
        monkeypatch.setenv("TOUSU_WECHAT_TOKEN", "token")
        monkeypatch.setenv("TOUSU_WECHAT_AES_KEY", "k" * 43)
        monkeypatch.setenv("TOUSU_WECHAT_ACCOUNT", "service")
        monkeypatch.setenv("TOUSU_WECHAT_API_BASE", url)
        yield api


def test_what_an_account_may_do_is_said_in_plain_words(tousu: Tousu, platform: WeChatApi) -> None:
    answer = tousu("doctor")
    assert answer.code == 0
    assert "✓ 微信公众号：取得到 access_token" in answer.out
    assert "! 微信模板：没有设置模板" in answer.out
    assert (
        "! 微信回复时限：投诉人写来以后 48 小时内可以发 5 条，点菜单或关注以后 1 分钟内 3 条；过了时限只能等他写来"
        in answer.out
    )


def test_a_server_that_is_not_on_the_list_reads_which_address_to_put_there(
    tousu: Tousu, platform: WeChatApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(request: object, body: object) -> None:
        raise Refusal(40164, "invalid ip 198.51.100.7 ipv6 ::ffff:198.51.100.7, not in whitelist")

    monkeypatch.setattr(WeChatApi, "_stable_token", lambda self, request, body: refuse(request, body))
    with served(WeChatApi(APP_ID, SECRET).app) as url:
        monkeypatch.setenv("TOUSU_WECHAT_API_BASE", url)
        answer = tousu("doctor")
    assert answer.code == 1
    assert "✗ 微信公众号：微信不认这台服务器的 IP 198.51.100.7" in answer.out
    assert SECRET not in answer.out


def test_a_template_that_is_there_is_shown_with_its_fields(
    tousu: Tousu, platform: WeChatApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.forms[RESULT] = "投诉编号：{{character_string1.DATA}}\n办理状态：{{phrase2.DATA}}"
    monkeypatch.setenv("TOUSU_WECHAT_TEMPLATES", f"closed={RESULT}")
    answer = tousu("doctor")
    assert "✓ 微信模板：已答复（character_string1 phrase2）" in answer.out
    assert "过了时限用模板消息" in answer.out


def test_a_template_that_the_account_does_not_have_is_found(
    tousu: Tousu, platform: WeChatApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUSU_WECHAT_TEMPLATES", f"closed={RESULT}")
    answer = tousu("doctor")
    assert answer.code == 1
    assert f"✗ 微信模板：公众号里没有模板 {RESULT}" in answer.out


def test_an_account_that_may_only_answer_says_when(
    tousu: Tousu, platform: WeChatApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUSU_WECHAT_ACCOUNT", "passive")
    out = tousu("doctor").out
    assert "✓ 微信回复时限：只能在投诉人写来的那一刻回复" in out
    assert "微信模板" not in out


# ── WeCom ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def application(tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> Iterator[WeComApi]:
    """The platform, and settings that lead to it."""
    api = WeComApi("ww0123456789abcdef", 1000002, SECRET)
    with served(api.app) as url:
        monkeypatch.setenv("TOUSU_WECOM_CORP_ID", api.corp_id)
        monkeypatch.setenv("TOUSU_WECOM_AGENT_ID", "1000002")
        monkeypatch.setenv("TOUSU_WECOM_SECRET", SECRET)
        monkeypatch.setenv("TOUSU_WECOM_TOKEN", "token")
        monkeypatch.setenv("TOUSU_WECOM_AES_KEY", "k" * 43)
        monkeypatch.setenv("TOUSU_WECOM_API_BASE", url)
        yield api


def test_the_application_is_named_where_it_lets_us_in(tousu: Tousu, application: WeComApi) -> None:
    assert "✓ 企业微信：应用“投诉办理”" in tousu("doctor").out


def test_an_address_that_the_application_does_not_trust_is_named(tousu: Tousu, application: WeComApi) -> None:
    application.fail(AGENT, 60020, -1)
    answer = tousu("doctor")
    assert answer.code == 1
    assert "✗ 企业微信：企业微信不认这台服务器的 IP 203.0.113.9" in answer.out


def test_a_wrong_secret_of_the_application_is_told_and_not_shown(tousu: Tousu, application: WeComApi) -> None:
    application.secret = "another"
    answer = tousu("doctor")
    assert answer.code == 1
    assert "✗ 企业微信：企业微信不让我们用接口" in answer.out
    assert "40001" in answer.out
    assert SECRET not in answer.out
