"""Who keeps whose records: each act, by each post, of others and of oneself; deputies, who is away, and who left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from core.people import keeping, staffing
from core.store.unit_of_work import UnitOfWork
from tests.core.people.office import People

Act = Callable[[People, str, str], Callable[[UnitOfWork], Any]]

ACTS: Mapping[str, Act] = {
    "train": lambda people, by, account: people.training(account, by=by),
    "assess": lambda people, by, account: people.assessing(account, by=by),
    "praise": lambda people, by, account: people.conduct(account, by=by),
    "discipline": lambda people, by, account: people.conduct(account, "discipline", "talk", by=by),
    "sign": lambda people, by, account: people.signing(account, by=by),
    "see": lambda people, by, account: lambda uow: keeping.whom_to_see(uow, people.office, by, account),
}
WHO = ("officer", "head", "director", "clerk", "auditor")
MAY = {
    "train": {"head", "director", "clerk"},
    "assess": {"head", "director"},
    "praise": {"head", "director"},
    "discipline": {"head", "director"},
    "sign": {"head", "director", "clerk"},
    "see": {"head", "director", "clerk", "auditor"},
}
"""The head leads and administers, the director leads, a clerk administers only, an auditor only audits."""


@pytest.fixture
def crew(people: People) -> People:
    posts = list(people.policy.posts)
    clerk = posts[0].model_copy(update={"key": "clerk", "duties": ("administration",), "deputies": ()})
    auditor = posts[0].model_copy(update={"key": "auditor", "duties": ("audit",), "deputies": ()})
    people.changed(posts=(*posts, clerk, auditor))
    people.hire("clerk", "clerk")
    people.hire("auditor", "auditor")
    people.hire("other", "officer")
    people.next_quarter()
    return people


@pytest.mark.parametrize("by", WHO)
@pytest.mark.parametrize("act", ACTS)
def test_the_records_of_others_are_kept_by_whose_post_it_is(crew: People, act: str, by: str) -> None:
    work = ACTS[act](crew, by, "other")
    if by in MAY[act]:
        crew.does(work, by)
    else:
        assert crew.is_refused(work, by) == "act.not_your_post"


@pytest.mark.parametrize("by", WHO)
@pytest.mark.parametrize("act", ACTS)
def test_nobody_keeps_their_own_records_and_everybody_sees_them(crew: People, act: str, by: str) -> None:
    work = ACTS[act](crew, by, by)
    if act == "see":
        assert crew.does(work, by).account == by
    else:
        assert crew.is_refused(work, by) == ("people.not_yourself" if by in MAY[act] else "act.not_your_post")


def test_a_deputy_keeps_them_while_nobody_of_the_post_is_there(people: People) -> None:
    people.hire("deputy", "officer")
    head = people.policy.post("head").model_copy(update={"deputies": ("officer",)})
    director = people.policy.post("director").model_copy(update={"deputies": ()})
    people.changed(posts=(people.policy.post("officer"), head, director))
    assert people.is_refused(people.training(by="deputy"), "deputy") == "act.not_your_post"
    people.away("head")
    people.trains(by="deputy")
    assert people.is_refused(people.training("deputy", by="deputy"), "deputy") == "people.not_yourself"


def test_who_is_away_keeps_nothing_and_still_sees_their_own(people: People) -> None:
    people.away("head")
    assert people.is_refused(people.training()) == "act.not_at_work"
    assert people.is_refused(ACTS["see"](people, "head", "officer")) == "act.not_at_work"
    assert people.does(ACTS["see"](people, "head", "")).account == "head"


def test_who_left_is_seen_by_whoever_may_and_does_nothing(people: People) -> None:
    people.trains()
    people.store.write(lambda uow: staffing.leave(uow, people.office, "officer", "operator", people.now))
    assert people.does(ACTS["see"](people, "head", "officer")).account == "officer"
    assert people.is_refused(ACTS["see"](people, "officer", ""), "officer") == "act.nobody"
    assert people.is_refused(people.training(mark=80)) == "act.nobody"


def test_a_refusal_is_on_the_timeline_of_the_office(people: People) -> None:
    people.is_refused(people.training("head"))
    kind, actor, note = people.office_lines(1)[0]
    assert (kind, actor) == ("refused", "staff:head")
    assert "自己" in note
