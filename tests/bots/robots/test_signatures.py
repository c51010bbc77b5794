"""Each platform's signature, against values that were published or made by another program."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs

import httpx

from bots.robots import dingtalk, feishu, wecom


def test_dingtalk_signs_with_the_secret_in_milliseconds() -> None:
    """printf '1577262236757\\nthis is secret' | openssl dgst -sha256 -hmac 'this is secret' -binary | base64"""
    at = datetime.fromtimestamp(1577262236.757, UTC)
    signed = {"timestamp": "1577262236757", "sign": "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="}
    assert dingtalk.signed("this is secret", at) == signed


def test_a_dingtalk_signature_survives_the_address() -> None:
    """It has marks that mean something in an address: a plus that stays one is read as a blank."""
    letter = dingtalk.write("好", "this is secret", datetime.fromtimestamp(1577262236.757, UTC))
    url = httpx.URL("https://oapi.dingtalk.com/robot/send?access_token=abc").copy_merge_params(letter.query)
    assert parse_qs(url.query.decode()) == {
        "access_token": ["abc"],
        "timestamp": ["1577262236757"],
        "sign": ["hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="],
    }
    assert letter.body == {"msgtype": "text", "text": {"content": "好"}}


def test_feishu_signs_nothing_with_the_secret_in_the_key_in_seconds() -> None:
    """The value for this moment and this secret is in the tests of several clients of others."""
    at = datetime.fromtimestamp(1599360473.9, UTC)
    signed = {"timestamp": "1599360473", "sign": "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="}
    assert feishu.signed("demo", at) == signed
    letter = feishu.write("好", "demo", at)
    assert (letter.body, letter.query) == ({"msg_type": "text", "content": {"text": "好"}} | signed, {})


def test_without_a_secret_nothing_is_signed() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    assert (dingtalk.write("好", "", at).query, wecom.write("好", "", at).query) == ({}, {})
    assert feishu.write("好", "", at).body.keys() == {"msg_type", "content"}


def test_a_text_that_looks_like_a_call_to_all_of_a_feishu_group_calls_nobody() -> None:
    letter = feishu.write('<at user_id="all">所有人</at> < AT 3', "", datetime(2026, 11, 23, tzinfo=UTC))
    assert letter.body["content"] == {"text": '＜at user_id="all">所有人＜/at> < AT 3'}
