"""From counts to marks, and from marks to one figure of 100. Pure; whole numbers all the way, half a point counts as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.policies.personnel import Figure, Part
from core.store.figures import Figures

FULL = 100
MOST_STARS = 5


def measured(figures: Figures) -> Mapping[Figure, int | None]:
    """Each of what is computed, of 100; None where there was nothing to measure.

    *timeliness*: the share of stages done in time. *quality*: of proposals and answers, the share that neither came back nor was
    overturned or reopened; what is undone of an earlier span counts in the one in which it is undone. *satisfaction*: the mean of
    the stars, five of them being full.
    """
    made = figures.proposals + figures.answers
    undone = figures.returned + figures.overturned + figures.reopened
    return {
        "timeliness": share(figures.in_time, figures.stages),
        "quality": share(max(made - undone, 0), max(made, undone)),
        "satisfaction": share(figures.stars, figures.ratings * MOST_STARS),
    }


def share(part: int, whole: int) -> int | None:
    """How many of 100 that is, rounded; None of nothing."""
    return (2 * FULL * part + whole) // (2 * whole) if whole else None


def total(parts: Sequence[Part], marks: Mapping[str, int | None]) -> int | None:
    """The weighted mean of the parts that have a mark, rounded; None where none has."""
    marked = [(part.weight, mark) for part in parts if (mark := marks.get(part.key)) is not None]
    weight = sum(each for each, _ in marked)
    return share(sum(each * mark for each, mark in marked), weight * FULL)
