"""A wrong setting names itself, and a secret never does."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from bots.wechat.config import WeChatSettings
from core.errors import SettingsError
from tests.bots.wechat.account import FORMER_KEY, KEY, SECRET, TOKEN, settings


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"aes_key": KEY[:-1]}, "TOUSU_WECHAT_AES_KEY:"),
        ({"aes_key": KEY + "\n"}, "TOUSU_WECHAT_AES_KEY:"),
        ({"aes_key_previous": "short"}, "TOUSU_WECHAT_AES_KEY_PREVIOUS:"),
        ({"app_id": "0123"}, "TOUSU_WECHAT_APP_ID:"),
        ({"token": "a token"}, "TOUSU_WECHAT_TOKEN:"),
        ({"account": "personal"}, "TOUSU_WECHAT_ACCOUNT:"),
        ({"api_base": "https://api.weixin.qq.com/cgi-bin"}, "TOUSU_WECHAT_API_BASE:"),
        ({"secret": ""}, "TOUSU_WECHAT_SECRET:"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_expected(changed: dict[str, Any], variable: str) -> None:
    with pytest.raises(SettingsError, match=f"^{variable} expected") as error:
        WeChatSettings(**{**asdict(settings()), **changed})
    assert not any(value in str(error.value) for value in changed.values() if value)


def test_the_settings_do_not_print_their_secrets() -> None:
    shown = repr(settings(previous=FORMER_KEY))
    assert not any(secret in shown for secret in (TOKEN, KEY, FORMER_KEY, SECRET))


def test_an_account_that_may_only_answer_needs_no_secret_and_cannot_push() -> None:
    passive = WeChatSettings(**{**asdict(settings()), "account": "passive", "secret": ""})
    assert not passive.limits.can_push
    assert settings().limits.can_push
