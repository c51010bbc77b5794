"""Which category a complaint is about: the pack's keywords vote, and where no lead is clear we ask."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from core.policies.policy import Policy
from core.records import record
from core.understand.memory import once_per_policy
from core.understand.normal import plain
from core.understand.reading import Candidate, Suggestion
from core.understand.segment import cut
from core.understand.signs import Signs, signs_of

_SHOWN = 3
_WEIGHTS = (0.0, 0.4, 1.0, 1.5, 2.0)
"""A keyword's weight by its length in characters; longer words say more, up to four."""

_AS_A_WORD = 0.25
"""What it adds that the segmenter sees the keyword as a word of its own: 车间 is less about 车 than 车 is."""

_DOUBT = 0.6
"""Votes for nothing: a single short word is no proof."""

_CLEAR = 0.65
_LEAD = 0.45


@record(frozen=True, slots=True)
class _Voters:
    """The keywords of one category, with their weights."""

    category: str
    weights: Mapping[str, float]


@record(frozen=True, slots=True)
class _Electorate:
    """All voters of a policy, and their keywords by the first character: a text is asked only for those that may be in it."""

    voters: tuple[_Voters, ...]
    beginning_with: Mapping[str, tuple[str, ...]]

    def words_in(self, text: str, characters: Signs) -> set[str]:
        """The keywords that the text has."""
        firsts = self.beginning_with.keys() & characters
        return {word for first in firsts for word in self.beginning_with[first] if word in text}


@record(frozen=True, slots=True)
class _Vote:
    category: str
    total: float
    words: tuple[str, ...]


_NOBODY = Suggestion(None, 0.0, ())


def classify(text: str, policy: Policy) -> Suggestion:
    """The categories a text speaks for. ``category`` is None where the lead is not clear and one should ask."""
    said = plain(text)
    return vote(said, policy, signs_of(said))


def vote(said: str, policy: Policy, signs: Signs) -> Suggestion:
    """``classify`` for a text that is already folded."""
    text, electorate = said.lower(), _electorate(policy)
    said_words = electorate.words_in(text, signs if text == said else set(text))
    if not said_words:
        return _NOBODY
    votes = [_count(voters, text, said_words) for voters in electorate.voters if said_words & voters.weights.keys()]
    return _result(_heard_as_words(votes, text))


def _count(voters: _Voters, text: str, said_words: set[str]) -> _Vote:
    scores = {
        word: weight * (1 + math.log(text.count(word))) for word, weight in voters.weights.items() if word in said_words
    }
    best = sorted(scores, key=lambda word: (-scores[word], text.index(word)))
    return _Vote(voters.category, sum(scores.values()), tuple(best))


def _heard_as_words(votes: list[_Vote], text: str) -> list[_Vote]:
    tokens = set(cut(text))
    return [
        _Vote(v.category, v.total + _AS_A_WORD * len(tokens.intersection(v.words)), v.words[:_SHOWN]) for v in votes
    ]


def _result(votes: list[_Vote]) -> Suggestion:
    everything = sum(vote.total for vote in votes) + _DOUBT
    ranked = sorted(votes, key=lambda vote: -vote.total)[:_SHOWN]
    candidates = tuple(Candidate(vote.category, round(vote.total / everything, 4), vote.words) for vote in ranked)
    lead = candidates[0].score - (candidates[1].score if len(candidates) > 1 else 0.0)
    clear = candidates[0].score >= _CLEAR and lead >= _LEAD
    return Suggestion(candidates[0].category if clear else None, candidates[0].score, candidates)


@once_per_policy
def _electorate(policy: Policy) -> _Electorate:
    """A keyword that several categories claim counts for each, by its share."""
    claims = [plain(word).lower() for category in policy.categories for word in set(category.keywords)]
    voters = tuple(
        _Voters(category.key, {word: _weight(word) / claims.count(word) for word in _folded(category.keywords)})
        for category in policy.categories
    )
    return _Electorate(voters, _by_first_character(claims))


def _by_first_character(keywords: Iterable[str]) -> dict[str, tuple[str, ...]]:
    words: dict[str, tuple[str, ...]] = {}
    for word in dict.fromkeys(filter(None, keywords)):
        words[word[0]] = (*words.get(word[0], ()), word)
    return words


def _folded(keywords: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(word for keyword in keywords if (word := plain(keyword).lower())))


def _weight(word: str) -> float:
    # An English word is as long as a Chinese one of two characters.
    return _WEIGHTS[min(len(word), 4)] if not word.isascii() else _WEIGHTS[2]
