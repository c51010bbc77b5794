"""A case as the files tell it: in words instead of keys, with the answers in the order of its own pack. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from core.cases import lifecycle
from core.files.words import day, word_for, words
from core.policies.policy import Institution, Policy
from core.records import record
from core.store.evidence import StoredEvidence
from core.store.queries import CaseDetail
from core.store.timeline import Entry

CLOSED = "closed"
DECIDED = frozenset(row.entry for row in lifecycle.TABLE if row.side == "staff")
"""The kinds of timeline lines that staff decide on."""

Contents = Mapping[str, Any]


@record(frozen=True, slots=True)
class Told:
    """A question's label and what was answered, "" where it was passed over."""

    label: str
    words: str


@record(frozen=True, slots=True)
class Step:
    """One thing that happened. ``decided`` says whether staff decided it."""

    at: datetime
    who: str
    what: str
    note: str
    decided: bool


@record(frozen=True, slots=True)
class Account:
    """All that is known of a case. ``closing`` is what the complainant was told at last, "" while the case is open.

    ``reopen_within_days`` count from ``closed_at``.
    """

    number: str
    institution: Institution
    policy: str
    registered_at: datetime
    closed_at: datetime | None
    channel: str
    category: str
    unit: str
    level: str
    status: str
    promised: str
    anonymous: bool
    name: str
    answers: tuple[Told, ...]
    steps: tuple[Step, ...]
    closing: str
    rating: str
    reopen_within_days: int
    files: tuple[StoredEvidence, ...]


def account_of(detail: CaseDetail, pack: Policy | None, in_use: Policy) -> Account:
    """``pack`` is the case's own, None where it is gone; then the pack ``in_use`` says who answers."""
    case, rules = detail.case, pack or in_use
    return Account(
        number=case.number,
        institution=rules.institution,
        policy=words("case", "policy", id=case.policy_id, version=case.policy_version),
        registered_at=case.registered_at,
        closed_at=case.closed_at,
        channel=word_for("channel", case.channel),
        category=category_of(case.category, pack),
        unit=unit_of(case.category, pack),
        level=word_for("level", case.level),
        status=word_for("status", case.status),
        promised=_promised(case.promised_on, provisional=case.promise_provisional),
        anonymous=case.anonymous,
        name=name_of(detail.contents, pack),
        answers=tuple(_answers(detail.contents, pack)),
        steps=tuple(map(_step, detail.entries)),
        closing=_closing(detail) if case.closed_at is not None else "",
        rating=_rating(case.rating, detail.rating_reason),
        reopen_within_days=rules.follow_up.reopen_within_days,
        files=tuple(detail.evidence),
    )


def category_of(key: str, pack: Policy | None) -> str:
    """The category's name, or its key where the pack is gone or no longer has it."""
    return next((row.label.zh for row in pack.categories if row.key == key), key) if pack else key


def unit_of(key: str, pack: Policy | None) -> str:
    return next((row.unit.zh for row in pack.categories if row.key == key), "") if pack else ""


def name_of(contents: Contents, pack: Policy | None) -> str:
    """What the complainant is called, "" where they did not say or nobody knows any more which answer it is."""
    return next(iter(_personal(contents, pack, names=True)), "")


def contact_of(contents: Contents, pack: Policy | None) -> str:
    """Phone, address and whatever else the pack calls personal."""
    return words("ledger", "and").join(_personal(contents, pack, names=False))


def _personal(contents: Contents, pack: Policy | None, *, names: bool) -> list[str]:
    fields = [field for field in pack.fields if field.personal] if pack else []
    said = [_said(contents, field.key) for field in fields if (field.kind == "name") is names]
    return [answer for answer in said if answer]


def _said(contents: Contents, key: str) -> str:
    answer = contents.get("answers", {}).get(key)
    return str(answer["shown"] or answer["value"]) if answer else ""


def _answers(contents: Contents, pack: Policy | None) -> Iterator[Told]:
    """The pack's questions in their order; then what was answered to questions that it no longer has."""
    given = contents.get("answers", {})
    labels = {field.key: field.label.zh for field in pack.fields} if pack else {}
    for key in [*labels, *(key for key in given if key not in labels)]:
        said = _said(contents, key)
        unsure = bool(said) and bool(given[key].get("unsure"))
        label = labels.get(key, key).removeprefix(words("case", "yours"))
        yield Told(label, words("case", "unsure", words=said) if unsure else said)


def _promised(on: date, *, provisional: bool) -> str:
    return words("date", "provisional", day=day(on)) if provisional else day(on)


def _step(entry: Entry) -> Step:
    who, what = word_for("actor", entry.actor), word_for("step", entry.kind)
    return Step(entry.at, who, what, entry.note, entry.kind in DECIDED)


def _closing(detail: CaseDetail) -> str:
    """The words of the last closing: a case that was taken up again is closed anew."""
    return next((entry.note for entry in reversed(detail.entries) if entry.kind == CLOSED), "")


def _rating(rating: int | None, reason: str) -> str:
    if rating is None:
        return ""
    return words("case", "stars_with_reason" if reason else "stars", rating=rating, reason=reason)
