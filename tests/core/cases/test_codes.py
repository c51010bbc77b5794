"""Query codes: hard to guess, easy to read out and to type."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cases.codes import ALPHABET, LENGTH, new_code, plain


def test_a_code_is_two_groups_of_four() -> None:
    assert re.fullmatch(rf"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", new_code())


def test_codes_differ_and_use_the_whole_alphabet() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert set("".join(codes)) == set(ALPHABET) | {"-"}


def test_no_code_is_a_word_or_a_number() -> None:
    codes = [new_code().replace("-", "") for _ in range(500)]
    assert [code for code in codes if code.isalpha() or code.isdecimal()] == []


def test_no_letter_of_a_code_is_misread_for_another() -> None:
    assert not set("ILOU") & set(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "AB01-CD23",
        "ab01cd23",
        " ab01 cd23 ",
        "ABO1-CD23",
        "ABOI-CD23",
        "abol-cd23",
        "ＡＢ０１－ＣＤ２３",
        "查询码：AB01-CD23。",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert plain(typed) == "AB01CD23"


def test_four_digits_of_a_phone_stay_as_they_are() -> None:
    assert plain(" ０００5 ") == "0005"


def test_nothing_long_is_hashed() -> None:
    assert len(plain("A" * 100_000)) <= 100


@given(st.text(max_size=200))
def test_anything_typed_becomes_letters_of_the_alphabet(typed: str) -> None:
    assert set(plain(typed)) <= set(ALPHABET)
    assert plain(plain(typed)) == plain(typed)


def test_a_new_code_is_read_back_as_itself() -> None:
    code = new_code()
    assert plain(code) == code.replace("-", "")
    assert len(plain(code)) == LENGTH
