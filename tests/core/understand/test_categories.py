"""Keywords vote; where they do not agree we ask."""

from __future__ import annotations

from core.policies.policy import Policy
from core.understand import classify


def test_a_clear_lead_chooses_the_category(policy: Policy) -> None:
    suggestion = classify("司机态度差，还骂人", policy)
    assert suggestion.category == "attitude"
    assert suggestion.candidates[0].words == ("态度差", "态度", "骂人") or "骂人" in suggestion.candidates[0].words


def test_without_keywords_nothing_is_suggested(policy: Policy) -> None:
    suggestion = classify("就是想说几句话", policy)
    assert (suggestion.category, suggestion.confidence, suggestion.candidates) == (None, 0.0, ())


def test_equal_votes_ask(policy: Policy) -> None:
    suggestion = classify("骂人，晚点", policy)
    assert suggestion.category is None
    assert {candidate.category for candidate in suggestion.candidates} == {"attitude", "schedule"}


def test_candidates_come_best_first_with_at_most_three_words(policy: Policy) -> None:
    suggestion = classify("态度差，骂人，辱骂乘客，不耐烦，还急刹", policy)
    scores = [candidate.score for candidate in suggestion.candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(1 <= len(candidate.words) <= 3 for candidate in suggestion.candidates)
    assert sum(scores) <= 1


def test_case_and_width_do_not_matter(policy: Policy) -> None:
    assert classify("ＲＵＤＥ driver", policy).candidates[0].category == "attitude"


def test_only_the_beginning_of_a_very_long_text_votes(policy: Policy) -> None:
    assert classify("他" * 2_000 + "态度差", policy).candidates == ()
