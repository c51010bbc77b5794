"""Numbers are printed by the pack's pattern, restart as it says, and are known again however they are typed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.cases.clocks import ZONE
from core.cases.numbers import LONGEST_TYPED, looks_like, render, scope
from core.policies.load import load, packs
from core.policies.policy import NumberFormat

NOON = datetime(2026, 11, 23, 12, tzinfo=ZONE)


def style(pattern: str, restart: str = "month", check: str = "none") -> NumberFormat:
    return NumberFormat.model_validate({"pattern": pattern, "restart": restart, "check": check})


STYLES = [
    style("{yy}{mm}{seq:2}"),
    style("DT{yy}{mm}-{seq:4}{check}", check="mod11_10"),
    style("JB{yyyy}-{seq:5}{check}", "year", "mod97_10"),
    style("OL10-{yyyy}{mm}{dd}-{seq:3}{check}", "never", "mod37_36"),
    style("{check}{seq:1}Z{yy}", "year", "mod97_10"),
]
CHECKED = [number for number in STYLES if number.check != "none"]
WHEN = st.datetimes(datetime(2001, 1, 1), datetime(2098, 12, 31), timezones=st.just(ZONE))
SEQUENCES = st.integers(1, 99_999)
LOOKALIKES = str.maketrans("OQIL", "0011")


@pytest.mark.parametrize(
    ("number", "sequence", "printed"),
    [
        (STYLES[0], 7, "261107"),
        (STYLES[0], 99, "261199"),
        (STYLES[0], 100, "2611100"),
        (STYLES[1], 1, "DT2611-00018"),
        (STYLES[2], 12_345, "JB2026-1234531"),
        (style("{yyyy}{mm}{dd}{seq:3}"), 5, "20261123005"),
    ],
)
def test_a_number_is_printed_by_its_pattern(number: NumberFormat, sequence: int, printed: str) -> None:
    assert render(number, NOON, sequence) == printed


@pytest.mark.parametrize(("restart", "name"), [("never", "all"), ("year", "2026"), ("month", "2026-11")])
def test_the_counter_is_named_by_what_makes_it_restart(restart: str, name: str) -> None:
    assert scope(style("{yy}{mm}{seq:4}", restart), NOON) == name


def test_the_month_changes_at_the_institution_s_midnight() -> None:
    new_year_there = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert scope(STYLES[0], new_year_there) == "2027-01"
    assert render(STYLES[0], new_year_there, 1) == "270101"


@pytest.mark.parametrize(
    "typed",
    [
        "DT2611-00018",
        "dt2611-00018",
        "ＤＴ２６１１－０００１８",
        " DT 2611 00018 ",
        "DT261100018",
        "DT2611—00018",
        "dt26l1-ooo18",
        "DT2611_00018。",
    ],
)
def test_a_number_is_known_however_it_is_typed(typed: str) -> None:
    assert looks_like(STYLES[1], typed) == "DT2611-00018"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "DT2611-00019",
        "DT2611-0018",
        "DT2611-000018",
        "DX2611-00018",
        "DT2613-00016",
        "你好",
        "DT2611-00018" * 9,
        "1" * 100_000,
        "\ufdfa" * LONGEST_TYPED,
        "٢٦١١٠٧",
    ],
)
def test_what_is_no_number_is_not_taken_for_one(typed: str) -> None:
    assert looks_like(STYLES[1], typed) is None


@pytest.mark.parametrize("typed", ["261300", "261100", "260001", "13900000000"])
def test_a_month_that_does_not_exist_and_number_nought_are_none(typed: str) -> None:
    assert looks_like(STYLES[0], typed) is None


def test_a_year_two_thousand_one_hundred_can_be_looked_up() -> None:
    assert looks_like(STYLES[0], "000101") == "000101"


@given(st.sampled_from(STYLES), WHEN, SEQUENCES)
def test_what_is_printed_is_known_again(number: NumberFormat, when: datetime, sequence: int) -> None:
    printed = render(number, when, sequence)
    assert looks_like(number, printed) == printed
    assert looks_like(number, printed.lower().replace("-", " ")) == printed


@given(st.sampled_from(STYLES[:3]), WHEN, WHEN, SEQUENCES, SEQUENCES)
def test_different_cases_have_different_numbers(
    number: NumberFormat, one: datetime, other: datetime, first: int, second: int
) -> None:
    assume((scope(number, one), first) != (scope(number, other), second))
    assert render(number, one, first) != render(number, other, second)


@given(st.sampled_from(CHECKED), WHEN, SEQUENCES, st.data())
def test_one_wrong_character_is_caught(
    number: NumberFormat, when: datetime, sequence: int, choice: st.DataObject
) -> None:
    printed = render(number, when, sequence)
    place = choice.draw(st.sampled_from([index for index, character in enumerate(printed) if character != "-"]))
    wrong = choice.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    assume(wrong.translate(LOOKALIKES) != printed[place].translate(LOOKALIKES))
    assert looks_like(number, printed[:place] + wrong + printed[place + 1 :]) is None


@given(st.sampled_from(STYLES), st.text(max_size=80))
def test_any_text_is_answered(number: NumberFormat, text: str) -> None:
    known = looks_like(number, text)
    assert known is None or looks_like(number, known) == known


@pytest.mark.parametrize("pack", packs())
def test_every_pack_s_numbers_are_known_again(pack: str) -> None:
    number = load(pack).number
    assert looks_like(number, render(number, NOON, 1).lower()) == render(number, NOON, 1)
