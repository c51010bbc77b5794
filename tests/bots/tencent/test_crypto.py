"""The envelope beside wechatpy's own: what one seals the other opens."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto

from bots.tencent.crypto import Cipher
from tests.bots.wechat.account import APP_ID, KEY, envelope

OURS = Cipher(KEY, APP_ID)
THEIRS = PrpCrypto(base64.b64decode(KEY + "="))


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_what_one_seals_the_other_opens(text: str) -> None:
    assert THEIRS.decrypt(OURS.seal(text), APP_ID) == text
    assert OURS.open(THEIRS.encrypt(text, APP_ID).decode()) == text
    assert envelope().decrypt(OURS.seal(text)) == text


def test_the_same_text_is_never_sealed_the_same() -> None:
    assert len({OURS.seal("投诉")[:20] for _ in range(100)}) == 100


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 32, 48])
def test_what_is_no_envelope_is_refused_and_the_next_one_opens_all_the_same(size: int) -> None:
    assert OURS.open(base64.b64encode(bytes(size)).decode()) is None
    assert OURS.open(envelope().encrypt("投诉")) == "投诉"


@given(st.text() | st.binary(max_size=200).map(lambda raw: base64.b64encode(raw).decode()))
def test_anything_else_at_all_is_no_envelope(text: str) -> None:
    assert OURS.open(text) is None
