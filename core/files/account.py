"""A case as the files tell it: in words instead of keys, with the answers in the order of its own pack. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from core.cases import lifecycle
from core.files.notes import category_of, measure_label, post_label, told_note
from core.files.people import STAFF, People
from core.files.terms import Term, term_of
from core.files.words import day, word_for, words
from core.policies.policy import Field_, Institution, Policy
from core.records import record
from core.store.evidence import StoredEvidence
from core.store.parts import Part
from core.store.queries import CaseDetail
from core.store.staff import StaffMember

REVIEWED = frozenset({"review_upheld", "review_changed"})
ANSWERED = REVIEWED | {"closed"}
ANSWERS = ANSWERED | {"declined", "referred"}
"""Kinds of timeline lines in which the complainant is told what came of it; after some of them they may object."""

WORK = frozenset(
    {
        "recorded",
        "task_added",
        "task_done",
        "progress",
        "noted",
        "notified",
        "marked",
        "representing",
        "extension_asked",
    }
)
DECIDED = frozenset(row.entry for row in lifecycle.TABLE if row.side == "staff") - WORK
"""The kinds of timeline lines by which staff decide something about the case."""

Contents = Mapping[str, Any]


@record(frozen=True, slots=True)
class Told:
    """A label and what stands beside it: a question and what was answered, "" where it was passed over."""

    label: str
    words: str


@record(frozen=True, slots=True)
class Step:
    """One thing that happened. ``decided`` says whether staff decided it, ``position`` is its place in the chain."""

    at: datetime
    kind: str
    who: str
    what: str
    note: str
    decided: bool
    position: int | None


@record(frozen=True, slots=True)
class Account:
    """All that is known of a case. ``closing`` is what the complainant was told at last and ``answer`` in what kind of line,
    "" while nothing was.

    ``outcome`` is "" before there is one; ``measures`` are those decided, the ones not yet carried out marked. The days within
    which it may be reopened or reviewed count from ``closed_at``, and are 0 where that cannot be asked for.
    ``people`` has, by post, who took part.
    """

    number: str
    institution: Institution
    policy: str
    registered_at: datetime
    closed_at: datetime | None
    channel: str
    category: str
    unit: str
    handler: str
    level: str
    status: str
    promised: str
    anonymous: bool
    name: str
    answers: tuple[Told, ...]
    steps: tuple[Step, ...]
    outcome: str
    measures: tuple[str, ...]
    yuan: int | None
    terms: tuple[Term, ...]
    people: tuple[Told, ...]
    answer: str
    closing: str
    rating: str
    reopen_within_days: int
    review_within_days: int
    volume: int | None
    files: tuple[StoredEvidence, ...]

    def of(self, *kinds: str) -> tuple[Step, ...]:
        """What happened of these kinds, oldest first."""
        return tuple(step for step in self.steps if step.kind in kinds)


def account_of(detail: CaseDetail, pack: Policy | None, in_use: Policy, staff: Iterable[StaffMember] = ()) -> Account:
    """``pack`` is the case's own, None where it is gone; then the pack ``in_use`` says who answers.

    ``staff`` is everybody who works here or did; whoever is not among them is shown by their account.
    """
    case, rules, people = detail.case, pack or in_use, People.of(staff)
    return Account(
        number=case.number,
        institution=rules.institution,
        policy=words("case", "policy", id=case.policy_id, version=case.policy_version),
        registered_at=case.registered_at,
        closed_at=case.closed_at,
        channel=word_for("channel", case.channel),
        category=category_of(case.category, pack),
        level=word_for("level", case.level),
        status=word_for("status", case.status),
        promised=_promised(case.promised_on, provisional=case.promise_provisional),
        anonymous=case.anonymous,
        name=name_of(detail.contents, pack),
        answers=tuple(answers_of(detail.contents, pack)),
        steps=tuple(_steps(detail, pack, people)),
        terms=tuple(term_of(clock, pack, people) for clock in detail.clocks),
        people=tuple(_people(detail.parts, pack, people)),
        rating=_rating(case.rating, detail.rating_reason),
        files=tuple(detail.evidence),
        **_work(detail, pack, people),
        **_answered(detail, rules),
    )


def _work(detail: CaseDetail, pack: Policy | None, people: People) -> dict[str, Any]:
    """What staff made of it."""
    work = detail.work
    return {
        "unit": work.unit or unit_of(detail.case.category, pack),
        "handler": "" if work.handler_id is None else people.by_id(work.handler_id),
        "outcome": word_for("outcome", work.outcome) if work.outcome else "",
        "measures": tuple(measures_of(work.measures, work.remedies, pack)),
        "yuan": work.yuan,
        "volume": work.volume,
    }


def _answered(detail: CaseDetail, rules: Policy) -> dict[str, Any]:
    """The last answer, and what may follow it. One that was taken up again or reviewed is answered anew."""
    told = [entry for entry in detail.entries if entry.kind in ANSWERS and detail.case.closed_at is not None]
    answer, closing = (told[-1].kind, told[-1].note) if told else ("", "")
    objectable = answer in ANSWERED
    return {
        "answer": answer,
        "closing": closing,
        "reopen_within_days": rules.follow_up.reopen_within_days if objectable else 0,
        "review_within_days": rules.review.within_days if rules.review.allowed and answer == "closed" else 0,
    }


def result_of(account: Account) -> str:
    """The outcome with what it costs, "" before there is one."""
    if account.yuan is None or not account.outcome:
        return account.outcome
    return words("case", "yuan", outcome=account.outcome, yuan=account.yuan)


def unit_of(key: str, pack: Policy | None) -> str:
    """The unit that looks into matters of this category, "" where nobody knows any more."""
    return next((row.unit.zh for row in pack.categories if row.key == key), "") if pack else ""


def measures_of(keys: Iterable[str], remedies: Iterable[str], pack: Policy | None) -> Iterator[str]:
    """The measures in words; those that are still to be carried out say so."""
    open_ = set(remedies)
    for key in keys:
        label = measure_label(key, pack)
        yield words("case", "to_be_done", measure=label) if key in open_ else label


def name_of(contents: Contents, pack: Policy | None) -> str:
    """What the complainant is called, "" where they did not say or nobody knows any more which answer it is."""
    return next(iter(_personal(contents, pack, names=True)), "")


def contact_of(contents: Contents, pack: Policy | None) -> str:
    """Phone, address and whatever else the pack calls personal."""
    return words("ledger", "and").join(_personal(contents, pack, names=False))


def label_of(field: Field_) -> str:
    """What a field is called when it is not its complainant who reads it."""
    return field.label.zh.removeprefix(words("case", "yours"))


def _personal(contents: Contents, pack: Policy | None, *, names: bool) -> list[str]:
    fields = [field for field in pack.fields if field.personal] if pack else []
    said = [_said(contents, field.key) for field in fields if (field.kind == "name") is names]
    return [answer for answer in said if answer]


def _said(contents: Contents, key: str) -> str:
    answer = contents.get("answers", {}).get(key)
    return str(answer["shown"] or answer["value"]) if answer else ""


def answers_of(contents: Contents, pack: Policy | None) -> Iterator[Told]:
    """The pack's questions in their order; then what was answered to questions that it no longer has."""
    given = contents.get("answers", {})
    labels = {field.key: label_of(field) for field in pack.fields} if pack else {}
    for key in [*labels, *(key for key in given if key not in labels)]:
        said = _said(contents, key)
        unsure = bool(said) and bool(given[key].get("unsure"))
        yield Told(labels.get(key, key), words("case", "unsure", words=said) if unsure else said)


def _promised(on: date, *, provisional: bool) -> str:
    return words("date", "provisional", day=day(on)) if provisional else day(on)


def _steps(detail: CaseDetail, pack: Policy | None, people: People) -> Iterator[Step]:
    posts = _posts(detail.parts, pack, people)
    for entry in detail.entries:
        account = entry.actor.removeprefix(STAFF)
        yield Step(
            at=entry.at,
            kind=entry.kind,
            who=people.actor(entry.actor) + posts.get(account, ""),
            what=word_for("step", entry.kind),
            note=told_note(entry, pack, people),
            decided=entry.kind in DECIDED and account != entry.actor,
            position=entry.position,
        )


def _posts(parts: Iterable[Part], pack: Policy | None, people: People) -> dict[str, str]:
    """In what posts somebody took part, by their account."""
    taken: dict[str, list[str]] = {}
    for part in parts:
        taken.setdefault(people.accounts.get(part.staff_id, ""), []).append(post_label(part.post, pack))
    return {
        account: words("case", "in_post", post=words("case", "comma").join(posts))
        for account, posts in taken.items()
        if account
    }


def _people(parts: Iterable[Part], pack: Policy | None, people: People) -> Iterator[Told]:
    """Each post in the order in which somebody first acted in it, and all who did."""
    by_post: dict[str, list[str]] = {}
    for part in parts:
        by_post.setdefault(part.post, []).append(people.by_id(part.staff_id))
    for post, names in by_post.items():
        yield Told(post_label(post, pack), words("case", "comma").join(names))


def _rating(rating: int | None, reason: str) -> str:
    if rating is None:
        return ""
    return words("case", "stars_with_reason" if reason else "stars", rating=rating, reason=reason)
