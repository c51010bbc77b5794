"""A case for the side that it is about: what it is about, and nothing that tells who complains. Pure.

It has no number, for whoever knows number and phone can look a case up; no moment of registration, no files, nothing of the
conversation, and of the answers only those that are named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from core.files.account import Told, label_of
from core.files.legible import indented, legible
from core.files.masking import Secrets, masked
from core.files.notes import category_of
from core.files.words import words
from core.policies.policy import Policy
from core.records import record
from core.store.queries import CaseDetail

SHOWN = frozenset({"respondent", "facts", "place", "date", "time", "line"})
"""Kinds of answers that the other side needs. A vehicle may be the complainant's own, an order leads to whoever placed it."""

SECRET = frozenset({"name", "phone", "address", "vehicle", "order_no"})
"""Kinds that lead to a person even where the pack does not call them personal."""


@record(frozen=True, slots=True)
class Redacted:
    """What may be shown. ``rows`` have no secret in them."""

    institution: str
    rows: tuple[Told, ...]


def redacted_view(detail: CaseDetail, pack: Policy) -> Redacted:
    """``pack`` is the case's own: without it nobody knows which answers are personal."""
    secrets = _secrets(detail, pack)
    category = Told(words("redacted", "category"), category_of(detail.case.category, pack))
    told = (Told(label, masked(said, secrets)) for label, said in _shown(detail.contents, pack))
    return Redacted(pack.institution.name.zh, (category, *told))


def redacted_text(view: Redacted) -> str:
    head = f"{words('redacted', 'title', institution=view.institution)}\n{words('redacted', 'notice')}\n"
    rows = "".join(f"\n{row.label}\n{indented(row.words)}" for row in view.rows)
    return legible(head + rows)


def _shown(contents: Mapping[str, Any], pack: Policy) -> Iterator[tuple[str, str]]:
    """Label and words of what was told, in the order of the pack."""
    given = contents.get("answers", {})
    for field in pack.fields:
        if field.kind in SHOWN and not field.personal and field.key in given:
            answer = given[field.key]
            yield label_of(field), str(answer["shown"] or answer["value"])


def _secrets(detail: CaseDetail, pack: Policy) -> Secrets:
    """All that was told of the complainant, in both forms, and the names of their files."""
    hidden = list(_hidden(detail.contents, pack))
    files = (file.attachment.name for file in detail.evidence)
    about = (detail.case.number, str(detail.contents.get("relation") or ""), *files)
    return Secrets(
        answers=(*(said for _, said in hidden), *about),
        names=_of_kind(hidden, "name"),
        phones=_of_kind(hidden, "phone"),
        addresses=_of_kind(hidden, "address"),
    )


def _hidden(contents: Mapping[str, Any], pack: Policy) -> Iterator[tuple[str, str]]:
    """Kind and words of every answer that nobody may read; one to a question that the pack no longer has is one of them."""
    fields = {field.key: field for field in pack.fields}
    for key, answer in contents.get("answers", {}).items():
        field = fields.get(key)
        if field is None or field.personal or field.kind in SECRET:
            kind = field.kind if field else ""
            yield from ((kind, str(said)) for said in (answer["value"], answer["shown"]))


def _of_kind(hidden: Iterable[tuple[str, str]], kind: str) -> tuple[str, ...]:
    return tuple(said for of, said in hidden if of == kind)
