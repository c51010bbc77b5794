"""What ``tousu classify`` answers: the suggestion for a text, as lines or as a record."""

from __future__ import annotations

from typing import Any

from app.texts_cli import say
from core.policies.load import load
from core.policies.policy import Policy
from core.understand import classify
from core.understand.reading import Suggestion


def classify_text(text: str, policy: str) -> tuple[Suggestion, Policy]:
    pack = load(policy)
    return classify(text, pack), pack


def as_record(suggestion: Suggestion) -> dict[str, Any]:
    candidates = [
        {"category": row.category, "score": round(row.score, 4), "words": list(row.words)}
        for row in suggestion.candidates
    ]
    return {
        "category": suggestion.category,
        "confidence": round(suggestion.confidence, 4),
        "candidates": candidates,
    }


def as_lines(suggestion: Suggestion, policy: Policy) -> list[str]:
    def label(key: str) -> str:
        return policy.category(key).label.zh

    if suggestion.category is None:
        heading = say("classify", "none")
    else:
        heading = say("classify", "sure", category=label(suggestion.category), confidence=suggestion.confidence)
    rows = [
        say("classify", "candidate", score=row.score, category=label(row.category), words=" ".join(row.words))
        for row in suggestion.candidates
    ]
    return [heading, *rows]
