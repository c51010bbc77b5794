"""Setting the bot up: the webhook, what the doctor finds, and half a set of credentials."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.serve import announcement
from app.settings import load_settings
from core.errors import SettingsError
from tests.app.conftest import Tousu
from tests.simulators.telegram import TOKEN
from tests.simulators.telegram_api import TelegramApi
from tests.simulators.wechat_serving import served

PUBLIC = "https://tousu.example.cn"


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Iterator[TelegramApi]:
    """The platform, and settings that lead to it."""
    api = TelegramApi(TOKEN, "tousu_test_bot")
    with served(api.app) as url:
        settings = {"TOKEN": TOKEN, "SECRET": "canary-of-the-secret", "API_BASE": url}
        for name, value in settings.items():
            monkeypatch.setenv(f"TOUSU_TELEGRAM_{name}", value)
        monkeypatch.setenv("TOUSU_BASE_URL", PUBLIC)
        yield api


def finding(tousu: Tousu) -> str:
    return next(row for row in tousu("doctor").out.splitlines() if "Telegram" in row)


def test_the_webhook_is_set_and_deleted(tousu: Tousu, bot: TelegramApi) -> None:
    assert tousu("telegram", "webhook", "set").code == 0
    assert (bot.webhook["url"], bot.webhook["secret_token"]) == (f"{PUBLIC}/telegram", "canary-of-the-secret")
    assert finding(tousu) == f"✓ Telegram：@tousu_test_bot，更新推送到 {PUBLIC}/telegram"
    assert tousu("telegram", "webhook", "delete").code == 0
    assert bot.webhook["url"] == ""
    assert finding(tousu).endswith("请运行 tousu telegram webhook set")
    assert bot.refused == []


def test_a_webhook_elsewhere_is_found(tousu: Tousu, bot: TelegramApi, monkeypatch: pytest.MonkeyPatch) -> None:
    bot.webhook = {"url": "https://old.example.cn/telegram"}
    assert "https://old.example.cn/telegram；请运行 tousu telegram webhook set" in finding(tousu)
    monkeypatch.setenv("TOUSU_TELEGRAM_MODE", "polling")
    assert "请运行 tousu telegram webhook delete" in finding(tousu)


def test_who_polls_needs_no_webhook(tousu: Tousu, bot: TelegramApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUSU_TELEGRAM_MODE", "polling")
    assert tousu("telegram", "webhook", "set").code == 1
    assert finding(tousu) == "✓ Telegram：@tousu_test_bot，由本服务去取更新"


def test_a_wrong_token_is_found_and_not_shown(tousu: Tousu, bot: TelegramApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUSU_TELEGRAM_TOKEN", "700000001:canary-of-the-token")
    answer = tousu("doctor")
    assert answer.code == 1
    assert "✗ Telegram" in answer.out
    assert "canary" not in answer.out + answer.err


def test_only_https_is_called_by_the_platform(tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUSU_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("TOUSU_TELEGRAM_SECRET", "s3cret")
    answer = tousu("telegram", "webhook", "set")
    assert (answer.code, "https" in answer.err) == (1, True)


def test_without_a_bot_there_is_nothing_to_set(tousu: Tousu) -> None:
    answer = tousu("telegram", "webhook", "set")
    assert answer.code == 1
    assert "TOUSU_TELEGRAM_TOKEN、TOUSU_TELEGRAM_SECRET" in answer.err


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"TOKEN": TOKEN}, "SECRET"),
        ({"SECRET": "s3cret"}, "TOKEN"),
        ({"STAFF_CHAT": "-100", "MODE": "polling"}, "TOKEN"),
    ],
)
def test_half_a_bot_stops_the_start(given: dict[str, str], missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"TOUSU_TELEGRAM_{name}", value)
    with pytest.raises(SettingsError, match=f"TOUSU_TELEGRAM_{missing}"):
        load_settings(None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOKEN", "not-a-token"), ("SECRET", "with space"), ("MODE", "pigeon"), ("STAFF_CHAT", "the boss"),
        ("PACE", "1,18"), ("PACE", "0,18,25"), ("PACE", "fast"), ("API_BASE", "https://api.telegram.org/bot"),
    ],
)  # fmt: skip
def test_a_wrong_value_stops_the_start(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"TOUSU_TELEGRAM_{name}", value)
    with pytest.raises(SettingsError, match=f"TOUSU_TELEGRAM_{name}"):
        load_settings(None)


def test_the_start_says_whether_telegram_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "渠道 Telegram：未接通，还缺 TOUSU_TELEGRAM_TOKEN、TOUSU_TELEGRAM_SECRET" in announcement(
        load_settings(None), "127.0.0.1", 8000
    )
    monkeypatch.setenv("TOUSU_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("TOUSU_TELEGRAM_MODE", "polling")
    assert "渠道 Telegram：已接通" in announcement(load_settings(None), "127.0.0.1", 8000)
