"""Which matter of another body a text shows, by the pack's words. Pure."""

from __future__ import annotations

from core.policies.policy import Policy
from core.understand.lexicon import Phrases, phrases
from core.understand.memory import once_per_policy
from core.understand.normal import plain
from core.understand.outright import STORY
from core.understand.signs import Signs


def find_exclusion(said: str, policy: Policy, signs: Signs) -> str | None:
    """The key of the first exclusion whose words the text has: all of ``all_of`` and one of ``any_of``."""
    text = said.lower()
    if not _any_word(policy).within(text, signs):
        return None
    return next((key for key, needed, one_of in _rules(policy) if _holds(text, needed, one_of)), None)


def _holds(text: str, needed: tuple[str, ...], one_of: tuple[str, ...]) -> bool:
    return all(word in text for word in needed) and any(_is_about(word, text) for word in one_of)


def _is_about(word: str, text: str) -> bool:
    """A long story names much by the way; what it is about it says at the beginning, or more than once."""
    return word in text[:STORY] or text.count(word) > 1


@once_per_policy
def _any_word(policy: Policy) -> Phrases:
    """What most messages have none of, so that their rules need not be gone through."""
    return phrases(*(one_of for _, _, one_of in _rules(policy)))


@once_per_policy
def _rules(policy: Policy) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    return tuple(
        (exclusion.key, _folded(exclusion.all_of), _folded(exclusion.any_of)) for exclusion in policy.exclusions
    )


def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(plain(word).lower() for word in words)
