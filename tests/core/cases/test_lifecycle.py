"""The life of a case: what may be done when and by whom, as one table, for every kind of pack."""

from __future__ import annotations

from itertools import chain, combinations, product
from typing import get_args

import pytest

from core.cases.lifecycle import TABLE, Transition, decide, possible
from core.cases.vocabulary import FINAL, OPEN, Action, Feature, Side, Status
from core.errors import Refused
from core.texts import load_texts

TEXTS = load_texts()
FEATURES: tuple[Feature, ...] = get_args(Feature)
PACKS = [frozenset(some) for some in chain.from_iterable(combinations(FEATURES, many) for many in range(5))]
"""Every combination of stages that a pack can have."""

EVERYTHING = tuple(product(get_args(Status), get_args(Action), get_args(Side)))
FULL = dict.fromkeys((name for row in TABLE for need in row.needs for name in need.split("|")), "…")

of_every_kind = pytest.mark.parametrize("features", PACKS, ids=lambda some: "+".join(sorted(some)) or "plain")


def rows(features: frozenset[Feature]) -> list[Transition]:
    return [row for row in TABLE if row.holds(features)]


@of_every_kind
def test_the_table_decides_every_cell_and_nothing_else_does(features: frozenset[Feature]) -> None:
    """Where it has a row that row is taken, once; where it has none the refusal has words in both languages."""
    for status, action, side in EVERYTHING:
        there = [row for row in rows(features) if (row.source, row.action, row.side) == (status, action, side)]
        assert len(there) <= 1, there
        if there:
            assert decide(status, action, side, features, FULL) is there[0]
            continue
        with pytest.raises(Refused) as refused:
            decide(status, action, side, features, FULL)
        assert all(str(refused.value) in TEXTS.sentences[language] for language in ("zh", "en"))


def reached(features: frozenset[Feature], start: str = "registered") -> set[str]:
    """Every status that a case which is there can come to."""
    found = {start}
    while more := {row.target for row in rows(features) if row.source in found} - found:
        found |= more
    return found


@of_every_kind
def test_every_status_that_the_pack_has_is_reached_and_left(features: frozenset[Feature]) -> None:
    """Where nothing is accepted first, investigation begins at once."""
    never = {
        "accepted": "investigation" in features and "acceptance" not in features,
        "investigating": "investigation" not in features,
        "investigated": "investigation" not in features,
        "proposed": "approval" not in features,
        "reviewing": "review" not in features,
    }
    there = set(get_args(Status)) - {status for status, is_never in never.items() if is_never}
    assert reached(features) == there
    assert {row.source for row in rows(features) if row.target != row.source} & there == there - FINAL


@of_every_kind
def test_from_everywhere_staff_alone_can_answer_and_bring_it_to_the_archive(features: frozenset[Feature]) -> None:
    """Nobody depends on a complainant who is never heard of again."""
    steps = [row for row in rows(features) if row.side == "staff"]
    for goal, starts in (("closed", OPEN), ("archived", set(get_args(Status)))):
        ends = {goal}
        while more := {row.source for row in steps if row.target in ends} - ends:
            ends |= more
        assert reached(features) & starts <= ends


@of_every_kind
def test_every_open_case_can_be_withdrawn_by_whoever_filed_it(features: frozenset[Feature]) -> None:
    for status in OPEN:
        assert decide(status, "withdraw", "complainant", features, {}).target == "withdrawn"


def test_nothing_more_is_done_to_a_final_case() -> None:
    assert not {row for row in TABLE if row.source in FINAL}


@pytest.mark.parametrize("row", [row for row in TABLE if row.needs], ids=lambda row: f"{row.action} {row.source}")
def test_what_a_row_needs_is_asked_for_by_name(row: Transition) -> None:
    """Blank counts as missing; of two that will do either does."""
    features = next(some for some in PACKS if row.holds(some))
    for need in row.needs:
        either = need.split("|")
        without = {name: words for name, words in FULL.items() if name not in either}
        with pytest.raises(Refused, match=rf"^{_asked_by(row, need)}$") as refused:
            decide(row.source, row.action, row.side, features, without | dict.fromkeys(either, "  "))
        assert refused.value.facts["field"] == need
        for name in either:
            assert decide(row.source, row.action, row.side, features, without | {name: "…"}) is row


def _asked_by(row: Transition, need: str) -> str:
    """Words that the complainant never reads are not asked for as if they did."""
    if need != "words":
        return r"act\.needs"
    if row.action == "tell":
        return r"act\.needs_how_told"
    return r"act\.needs_words" if row.notice else r"act\.needs_note"


def test_each_side_has_its_own_actions_and_some_are_for_both() -> None:
    staff, own = ({row.action for row in TABLE if row.side == side} for side in ("staff", "complainant"))
    assert own == {"withdraw", "supplement", "urge", "reopen", "rate", "ask_review"}
    assert staff & own == {"withdraw", "reopen", "ask_review"}
    assert staff | own == set(get_args(Action))


def test_every_step_of_staff_needs_a_duty_and_none_of_the_complainants_does() -> None:
    assert all(bool(row.duties) == (row.side == "staff") for row in TABLE)


def test_what_is_told_is_shown_and_has_words() -> None:
    for row in TABLE:
        assert not row.notice or row.public, row
        assert row.side == "staff" or not row.notice, "whoever acts is answered at once"
        for language in ("zh", "en"):
            assert f"timeline.{row.entry}" in TEXTS.sentences[language]
            assert not row.notice or f"notice.{row.notice}" in TEXTS.sentences[language]


@pytest.mark.parametrize("action", ["decline", "refer", "withdraw", "close", "uphold", "change", "redo", "reopen"])
def test_the_complainant_is_told_of_every_end_and_of_every_new_beginning(action: Action) -> None:
    assert all(row.notice for row in TABLE if row.action == action and row.side == "staff")


def test_complainants_are_told_in_what_state_their_case_is_staff_from_where_they_came() -> None:
    features = frozenset(FEATURES)
    with pytest.raises(Refused, match=r"act\.not_closed"):
        decide("accepted", "rate", "complainant", features, {})
    with pytest.raises(Refused, match=r"act\.not_open"):
        decide("closed", "urge", "complainant", features, {})
    with pytest.raises(Refused, match=r"act\.no_review"):
        decide("closed", "ask_review", "complainant", features - {"review"}, {})
    with pytest.raises(Refused, match=r"act\.not_from_here"):
        decide("closed", "accept", "staff", features, {})


def test_a_step_that_a_pack_does_not_have_is_not_blamed_on_the_status() -> None:
    features = frozenset(FEATURES)
    for status in ("registered", "accepted"):
        with pytest.raises(Refused, match=r"act\.no_such_step"):
            decide(status, "accept", "staff", features - {"acceptance"}, {})


def test_what_is_possible_from_here_is_what_the_rows_of_the_pack_allow() -> None:
    features = frozenset(FEATURES)
    first = possible("registered", "staff", features - {"acceptance"})
    assert first[:2] == ("decline", "refer")
    assert "assign" in first
    assert "accept" not in first
    assert possible("registered", "staff", features)[:2] == ("accept", "decline")
    assert possible("archived", "staff", features) == ()
