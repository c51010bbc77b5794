"""What words mean: a message becomes a ``Reading``. The only room that knows the language data and the segmenter."""

from __future__ import annotations

from core.understand.answers import parse_as
from core.understand.categories import classify
from core.understand.choices import match_known, match_option
from core.understand.leads import without_lead
from core.understand.message import read
from core.understand.reading import Candidate, Correction, Danger, Intent, Reading, Slot, SlotKind, Suggestion
from core.understand.segment import keep_dictionary_in
from core.understand.warming import warm

__all__ = [
    "Candidate", "Correction", "Danger", "Intent", "Reading", "Slot", "SlotKind", "Suggestion",
    "classify", "keep_dictionary_in", "match_known", "match_option", "parse_as", "read", "warm", "without_lead",
]  # fmt: skip
