"""The doctor looks at everything, breaks nothing, and says what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.doctor import Finding, calendar_reaches, examine, line
from app.resources import open_store
from app.settings import Settings, load_settings
from core.errors import SettingsError
from tests.app.conftest import Tousu


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
