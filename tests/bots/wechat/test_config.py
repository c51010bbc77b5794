"""What an account may do, and that its secrets stay unsaid."""

from __future__ import annotations

from dataclasses import asdict

from bots.wechat.config import WeChatSettings
from tests.bots.wechat.account import FORMER_KEY, KEY, SECRET, TOKEN, settings


def test_the_settings_do_not_print_their_secrets() -> None:
    shown = repr(settings(previous=FORMER_KEY))
    assert not any(secret in shown for secret in (TOKEN, KEY, FORMER_KEY, SECRET))


def test_an_account_that_may_only_answer_needs_no_secret_and_cannot_push() -> None:
    passive = WeChatSettings(**{**asdict(settings()), "account": "passive", "secret": ""})
    assert not passive.limits.can_push
    assert settings().limits.can_push
