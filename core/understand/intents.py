"""What a short message asks for: the whole of it, clause by clause, or a strongly patterned request. Pure."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final, cast

from core.understand.lexicon import HAN, either, words
from core.understand.reading import Intent

_LONGEST: Final = 40
_CLAUSES = re.compile(r"[,;!?.。、~\n]+")
_WORD = re.compile(r"[^\W\d]")
_SPACES = re.compile(rf"\s+(?=[{HAN}])|(?<=[{HAN}])\s+")
_EDGES = " \t\n,.;:!?。、~…-()[]\"'*·—"

# When clauses say different things, “不” beats “好的”, and a request beats both; politeness never counts.
_WEAK: tuple[Intent, ...] = ("no", "submit", "yes", "thanks", "greet")


def find_intent(said: str) -> Intent | None:
    """The intent of a folded message, None where it is content."""
    text = said.lower().strip()
    if not text or len(text) > _LONGEST:
        return None
    intent = _whole(text) or _by_clauses(text) or _patterned(text) or _refused(text)
    # “可以吗？” asks us; only a statement agrees.
    return None if intent in ("yes", "submit") and text.endswith(("?", "吗", "么", "呢")) else intent


@lru_cache(maxsize=1024)
def _whole(text: str) -> Intent | None:
    """The intent whose phrase this is, politeness around it taken off step by step."""
    text = _SPACES.sub("", text.replace("’", "'")).strip(_EDGES) or text.strip()
    for tried in _without_politeness(text):
        if tried in _phrases():
            return _phrases()[tried]
    return None


def _without_politeness(text: str) -> list[str]:
    """The text itself, then without what may stand after it, then without what may stand before it."""
    tries = [text]
    for edge in (_after(), _before()):
        for shorter in tries[:]:
            while (stripped := edge.sub("", shorter, count=1).strip(_EDGES)) not in ("", shorter):
                tries.append(stripped)
                shorter = stripped
    return tries


def _by_clauses(text: str) -> Intent | None:
    """The strongest intent when every clause is one: “好的，谢谢” is yes, “好的，不对” is no."""
    clauses = [clause.strip(_EDGES) for clause in _CLAUSES.split(text)]
    if len(clauses) == 1:
        return None  # As a whole it has been read already.
    intents = [_whole(clause) for clause in clauses if clause]
    if not intents or None in intents:
        return None
    strong = [intent for intent in intents if intent not in _WEAK]
    return strong[0] if strong else next(weak for weak in _WEAK if weak in intents)


def _patterned(text: str) -> Intent | None:
    if not _WORD.search(text):
        return None  # A number asks for nothing.
    text = _SPACES.sub("", text).strip(_EDGES)
    if _refusal().match(text):
        return None
    request = _requests().fullmatch(text)
    return cast(Intent, request.lastgroup) if request else None


def _refused(text: str) -> Intent | None:
    """“不要转人工”, “先别撤回投诉”: a request with a refusal before it is a no."""
    refusal = _refusal().match(text)
    rest = text[refusal.end() :] if refusal else ""
    return "no" if rest and (_whole(rest) or _patterned(rest)) else None


@cache
def _refusal() -> re.Pattern[str]:
    return re.compile(
        r"(?:我)?(?:先)?(?:不要|不用|不必|不想|不需要|无需|暂时不|别|don't |do not )(?!.*(?:姓名|名字|真名|身份|名|机器人))"
    )


@cache
def _phrases() -> dict[str, Intent]:
    """Every whole phrase with its intent, as its first file order gives it."""
    table: dict[str, Intent] = {}
    for intent, phrases in words("intents")["whole"].items():
        for phrase in phrases:
            table.setdefault(phrase, cast(Intent, intent))
    return table


@cache
def _requests() -> re.Pattern[str]:
    """All patterned requests, each a group by the name of its intent; where several fit, the first one counts."""
    patterns = words("intents")["pattern"].items()
    return re.compile("|".join(f"(?P<{intent}>{'|'.join(forms)})" for intent, forms in patterns))


@cache
def _before() -> re.Pattern[str]:
    return re.compile(rf"^{either(words('intents')['before'])}\s*")


@cache
def _after() -> re.Pattern[str]:
    return re.compile(rf"\s*{either(words('intents')['after'])}$")
