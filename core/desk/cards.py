"""A case as a card in a group: what it is, how it stands and what can be done with a button, nothing that leads to a person."""

from __future__ import annotations

from core.cases import lifecycle, work
from core.cases.office import Office, rules_of
from core.cases.vocabulary import features
from core.desk import views
from core.files.account import label_of
from core.files.notes import category_of
from core.files.redacted import redacted_view
from core.files.words import word_for
from core.messages import DESK, Choice, OutboundMessage
from core.policies.policy import Policy
from core.store import queries
from core.store.queries import CaseDetail
from core.store.unit_of_work import UnitOfWork
from core.understand import classify

LONGEST_STORY = 120


def card(uow: UnitOfWork, office: Office, number: str, line: str) -> OutboundMessage:
    """``line`` says why it is shown. The buttons hold for the case as it stands; whose post does not allow one is told so."""
    detail = queries.case_detail(uow, number)
    assert detail is not None
    policy = rules_of(uow, office, detail.case)
    text = office.texts.render("zh", "case_card.case", line=line, **_facts(office, policy, detail))
    return OutboundMessage(text, tuple(_steps(policy, detail)), copyable=number, private=f"{DESK}{number}")


def stands(uow: UnitOfWork, office: Office, number: str) -> OutboundMessage:
    """The card of a case once something was done: how it stands now, and what was done last."""
    detail = queries.case_detail(uow, number)
    assert detail is not None
    status = word_for("status", detail.case.status)
    steps = views.steps_of(office, detail, most=1)
    return card(
        uow, office, number, office.texts.render("zh", "case_card.stands", number=number, status=status, steps=steps)
    )


def hidden(office: Office) -> OutboundMessage:
    """In place of a card that a group may not see any more."""
    return OutboundMessage(office.texts.render("zh", "case_card.hidden"))


def position(uow: UnitOfWork, number: str) -> int:
    """The place of the last thing that happened in this case."""
    detail = queries.case_detail(uow, number)
    return work.seen_so_far(detail.entries) if detail is not None else 0


def _facts(office: Office, policy: Policy, detail: CaseDetail) -> dict[str, str]:
    case = detail.case
    return {
        "category": category_of(case.category, policy),
        "why": _why(office, policy, detail),
        "level": word_for("level", case.level),
        "unit": detail.work.unit or policy.category(case.category).unit.zh,
        "clock": _nearest(office, policy, detail),
        "story": _story(office, policy, detail) if office.tells_story else "",
    }


def _why(office: Office, policy: Policy, detail: CaseDetail) -> str:
    """The words of the pack that spoke for the category; none where somebody chose another."""
    said = classify(str(detail.contents.get("facts", "")), policy).candidates
    heard = next((each.words for each in said if each.category == detail.case.category), ())
    return office.texts.render("zh", "case_card.why", words="、".join(heard)) if heard else ""


def _nearest(office: Office, policy: Policy, detail: CaseDetail) -> str:
    running = [clock for clock in detail.clocks if clock.ended_at is None]
    first = min(running, key=lambda clock: clock.due_at, default=None)
    return views.clock_line(office, policy, first) if first is not None else ""


def _story(office: Office, policy: Policy, detail: CaseDetail) -> str:
    """What happened, blacked out as for the other side; "" once it is erased."""
    label = label_of(policy.first_of["facts"])
    rows = redacted_view(detail, policy).rows if detail.contents else ()
    told = " ".join(next((row.words for row in rows if row.label == label), "").split())
    shown = told if len(told) <= LONGEST_STORY else f"{told[: LONGEST_STORY - 1]}…"
    return office.texts.render("zh", "case_card.story", words=shown) if shown else ""


def _steps(policy: Policy, detail: CaseDetail) -> list[Choice]:
    """What can be done now that needs no words, whoever's post it takes."""
    has = features(policy)
    rows = [row for row in lifecycle.TABLE if (row.source, row.side) == (detail.case.status, "staff")]
    return views.buttons(detail, [row for row in rows if row.holds(has)])
