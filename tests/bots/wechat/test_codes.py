"""What an operator needs stands in the error, and nothing that the request said."""

from __future__ import annotations

from bots.wechat.codes import refusal


def test_the_refused_address_and_the_request_id_are_repeated() -> None:
    errmsg = "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 6087f0d0-5c83dcaa-438ebbcc"
    said = str(refusal(40164, errmsg))
    assert "errcode 40164, invalid ip 203.0.113.7, rid: 6087f0d0-5c83dcaa-438ebbcc" in said


def test_nothing_else_of_the_platforms_words_is_repeated() -> None:
    assert "S3CRET" not in str(refusal(40125, "invalid appsecret S3CRET hint: [S3CRET]"))


def test_a_quota_that_is_spent_says_how_long_to_wait() -> None:
    assert [getattr(refusal(code), "after", None) for code in (45009, 45011, -1)] == [3600.0, 60.0, None]
