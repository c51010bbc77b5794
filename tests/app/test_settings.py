"""A wrong or half-set value is named, with what is expected, and never repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import Settings, load_settings, unknown_variables, variable
from core.errors import SettingsError

CREDENTIALS = {
    "TOUSU_WECHAT_APP_ID": "wx1234567890abcdef",
    "TOUSU_WECHAT_SECRET": "secret-of-the-account",
    "TOUSU_WECHAT_TOKEN": "tokenOfTheAccount",
    "TOUSU_WECHAT_AES_KEY": "k" * 43,
}


APPLICATION = {
    "TOUSU_WECOM_CORP_ID": "ww0123456789abcdef",
    "TOUSU_WECOM_AGENT_ID": "1000002",
    "TOUSU_WECOM_SECRET": "secret-of-the-application",
    "TOUSU_WECOM_TOKEN": "tokenOfTheApplication",
    "TOUSU_WECOM_AES_KEY": "k" * 43,
}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)


def test_nothing_has_to_be_set() -> None:
    settings = load_settings(None)
    assert settings.database_url == "sqlite:///var/tousu.db"
    assert settings.policy == "service-hall"
    assert not settings.wechat_on


def test_the_database_lies_in_the_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUSU_DATA_DIR", "/srv/tousu")
    assert load_settings(None).database_url == "sqlite:////srv/tousu/tousu.db"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOUSU_DATABASE_URL", "mysql://tousu@127.0.0.1/tousu"),
        ("TOUSU_BASE_URL", "https://tousu.example.cn/chat"),
        ("TOUSU_BASE_URL", "www.qinghe.example"),
        ("TOUSU_SECRET_KEY", "too-short-to-be-a-key"),
        ("TOUSU_SECRET_KEY", "n" * 32 + ",too-short-to-be-old"),
        ("TOUSU_LOG_LEVEL", "loudly"),
        ("TOUSU_LOG_FORMAT", "yamlish"),
        ("TOUSU_WECHAT_APP_ID", "not an id"),
        ("TOUSU_WECHAT_TOKEN", "with-a-dash"),
        ("TOUSU_WECHAT_AES_KEY", "k" * 42),
        ("TOUSU_WECHAT_AES_KEY_PREVIOUS", "k" * 44),
        ("TOUSU_WECHAT_ACCOUNT", "enterprise"),
        ("TOUSU_WECHAT_AES_KEY", "k" * 43 + "\n"),
        ("TOUSU_WECHAT_API_BASE", "ftp://api.example.cn"),
        ("TOUSU_WECHAT_API_BASE", "https://api.weixin.qq.com/cgi-bin"),
        ("TOUSU_WECHAT_ALLOW_PLAIN", "perhaps"),
        ("TOUSU_WECHAT_TEMPLATES", "T" * 43),
        ("TOUSU_WECHAT_TEMPLATES", "closed=too-short"),
        ("TOUSU_WECHAT_TEMPLATES", "finished=" + "T" * 43),
        ("TOUSU_WECHAT_TEMPLATES", "closed=" + "T" * 43 + ",closed=" + "U" * 43),
        ("TOUSU_WECHAT_SUBSCRIBE_TEMPLATE", "not an id"),
        ("TOUSU_WECOM_CORP_ID", "a corporation"),
        ("TOUSU_WECOM_AGENT_ID", "the application"),
        ("TOUSU_WECOM_AGENT_ID", "-1000002"),
        ("TOUSU_WECOM_TOKEN", "with-a-dash"),
        ("TOUSU_WECOM_AES_KEY", "k" * 42),
        ("TOUSU_WECOM_API_BASE", "https://qyapi.weixin.qq.com/cgi-bin"),
    ],
)
def test_a_wrong_value_is_named_and_not_repeated(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as refused:
        load_settings(None)
    assert value not in str(refused.value)
    assert refused.value.__cause__ is None


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUSU_LOG_LEVEL", "loudly")
    monkeypatch.setenv("TOUSU_BASE_URL", "nowhere")
    with pytest.raises(SettingsError) as refused:
        load_settings(None)
    assert [line.split()[0] for line in str(refused.value).splitlines()] == ["TOUSU_BASE_URL", "TOUSU_LOG_LEVEL"]


@pytest.mark.parametrize("missing", sorted(CREDENTIALS))
def test_half_a_channel_is_refused_by_what_is_missing(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        if name != missing:
            monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=missing):
        load_settings(None)


@pytest.mark.parametrize("missing", sorted(APPLICATION))
def test_half_an_application_is_refused_by_what_is_missing(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in APPLICATION.items():
        monkeypatch.setenv(name, value)
    assert load_settings(None).wecom_missing == ()
    monkeypatch.delenv(missing)
    with pytest.raises(SettingsError, match=missing) as refused:
        load_settings(None)
    assert APPLICATION["TOUSU_WECOM_SECRET"] not in str(refused.value)


def test_a_former_key_alone_is_half_a_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUSU_WECHAT_AES_KEY_PREVIOUS", "k" * 43)
    with pytest.raises(SettingsError, match="TOUSU_WECHAT_AES_KEY_PREVIOUS"):
        load_settings(None)


def test_an_account_that_only_answers_needs_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("TOUSU_WECHAT_SECRET")
    monkeypatch.setenv("TOUSU_WECHAT_ACCOUNT", "passive")
    assert load_settings(None).wechat_on


def test_a_template_is_chosen_for_a_notice_or_for_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = "T" * 43, "U" * 43
    monkeypatch.setenv("TOUSU_WECHAT_TEMPLATES", f"closed={one}, *={other}")
    assert load_settings(None).wechat_templates == {"closed": one, "*": other}


def test_an_empty_value_is_the_same_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUSU_WECHAT_APP_ID", "")
    assert not load_settings(None).wechat_on


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TOUSU_SECRET_KEY", "m" * 40)
    monkeypatch.setenv("TOUSU_DATABASE_URL", "postgresql://tousu:password-of-db@127.0.0.1/tousu")
    shown = f"{load_settings(None)!r} {load_settings(None)}"
    for secret in ("secret-of-the-account", "tokenOfTheAccount", "k" * 43, "m" * 40, "password-of-db"):
        assert secret not in shown


def test_the_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("TOUSU_POLICY=bus-company\nTOUSU_LOG_LEVEL=debug\n", encoding="utf-8")
    monkeypatch.setenv("TOUSU_LOG_LEVEL", "ERROR")
    settings = load_settings(file)
    assert (settings.policy, settings.log_level) == ("bus-company", "error")


def test_the_example_as_it_stands_is_accepted() -> None:
    assert load_settings(Path(__file__).parents[2] / ".env.example") == load_settings(None)


def test_a_slip_of_the_finger_is_noticed(tmp_path: Path) -> None:
    names = {"TOUSU_POLICY": "", "TOUSU_POLCY": "", "TOUSU_TEST_SOAK": "", "HOME": ""}
    assert unknown_variables(names, None) == ("TOUSU_POLCY",)
    file = tmp_path / ".env"
    file.write_text("TOUSU_LOG_LEVEL=debug\nTOUSU_LOGFORMAT=json\nLANG=C\n", encoding="utf-8")
    assert unknown_variables(names, file) == ("TOUSU_LOGFORMAT", "TOUSU_POLCY")
