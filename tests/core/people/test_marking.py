"""Counts become marks, and marks one figure, as one works it out by hand."""

from __future__ import annotations

import pytest

from core.people import marking
from core.policies.personnel import Part
from core.policies.row import Words
from core.store.figures import Figures


def part(key: str, weight: int) -> Part:
    return Part(key=key, label=Words(zh=key, en=key), weight=weight)


@pytest.mark.parametrize(
    ("of", "whole", "of_100"),
    [(0, 0, None), (0, 7, 0), (7, 7, 100), (1, 3, 33), (2, 3, 67), (1, 8, 13), (1, 200, 1), (1, 201, 0), (1, 2, 50)],
)
def test_a_share_is_rounded_and_half_a_point_counts_as_one(of: int, whole: int, of_100: int | None) -> None:
    assert marking.share(of, whole) == of_100


@pytest.mark.parametrize(
    ("found", "timeliness", "quality", "satisfaction"),
    [
        (Figures(), None, None, None),
        (Figures(stages=12, in_time=9), 75, None, None),
        (Figures(proposals=6, returned=1, answers=4), None, 90, None),
        (Figures(proposals=5, returned=2, answers=5, overturned=1, reopened=1), None, 60, None),
        (Figures(answers=1, overturned=1, reopened=1), None, 0, None),
        (Figures(reopened=1), None, 0, None),
        (Figures(ratings=4, stars=17), None, None, 85),
        (Figures(ratings=1, stars=1), None, None, 20),
    ],
)
def test_what_is_computed_from_counts(
    found: Figures, timeliness: int | None, quality: int | None, satisfaction: int | None
) -> None:
    assert marking.measured(found) == {
        "timeliness": timeliness,
        "quality": quality,
        "satisfaction": satisfaction,
    }


def test_the_whole_is_the_mean_by_weight_of_what_has_a_mark() -> None:
    parts = [part("timeliness", 50), part("quality", 30), part("attitude", 20)]
    assert marking.total(parts, {"timeliness": 80, "quality": 70, "attitude": 95}) == 80
    assert marking.total(parts, {"timeliness": None, "quality": 70, "attitude": 95}) == 80
    assert marking.total(parts, {"timeliness": None, "quality": 71, "attitude": 90}) == 79, "78.6"
    assert marking.total(parts, {"timeliness": None, "attitude": 40}) == 40, "a part that is not there weighs nothing"
    assert marking.total(parts, {"timeliness": None}) is None
