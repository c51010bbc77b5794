"""The same matter complained of by many: one master is worked on, everybody hears by their own number, of nobody else."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.cases.acts.joining import MOST_REPRESENTATIVES
from core.messages import Address
from core.store import queries, sessions
from core.store import work as works
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.cases.desk import WEI, Desk

NAMES = ("anna", "ben", "cleo")


@pytest.fixture
def desk(store: Store, now: datetime) -> Desk:
    return Desk(store, now, "company")


def opened(desk: Desk, *names: str) -> dict[str, str]:
    """A complaint of each of them; their numbers."""
    return {
        name: desk.open(f"draft of {name}", f"{name} says the lift is broken", who=desk.arrives(Address("chat", name)))[
            0
        ].number
        for name in names
    }


def joined(desk: Desk, *names: str) -> dict[str, str]:
    """The same, all joined to that of the first."""
    numbers = opened(desk, *names)
    for name in names[1:]:
        desk.work(numbers[name], "merge", master=numbers[names[0]])
    desk.sent()
    return numbers


def test_whose_complaint_is_joined_hears_that_and_no_number_but_their_own(desk: Desk) -> None:
    numbers = opened(desk, "anna", "ben")
    merged = desk.work(numbers["ben"], "merge", master=numbers["anna"], words="the same lift")
    assert (merged.status, merged.wake_at, desk.running(numbers["ben"])) == ("merged", None, [])
    [(to, words)] = desk.sent()
    assert to == "ben"
    assert numbers["ben"] in words
    assert numbers["anna"] not in words
    assert "the same lift" not in words
    entry = desk.entries(numbers["ben"])[-1]
    assert numbers["anna"] in entry.note, "staff see to which"


def test_everybody_hears_the_answer_by_their_own_number_and_of_nobody_else(desk: Desk) -> None:
    numbers = joined(desk, *NAMES)
    desk.investigated(numbers["anna"])
    desk.sent()
    desk.work(numbers["anna"], "close", words="the lift was repaired", outcome="substantiated")
    heard = dict(desk.sent())
    assert set(heard) == set(NAMES)
    for name, words in heard.items():
        assert "the lift was repaired" in words
        assert numbers[name] in words
        assert not [other for other in NAMES if other != name and (numbers[other] in words or other in words)]


@pytest.mark.parametrize(("action", "fields"), [("report_progress", {"words": "the part is ordered"})])
def test_everybody_hears_of_progress(desk: Desk, action: str, fields: dict[str, str]) -> None:
    numbers = joined(desk, *NAMES)
    desk.work(numbers["anna"], action, **fields)
    assert sorted(to for to, _ in desk.sent()) == sorted(NAMES)


def test_an_end_elsewhere_is_told_to_everybody_too(desk: Desk) -> None:
    """Nobody waits for an answer that will never come from here."""
    numbers = joined(desk, *NAMES)
    desk.work(numbers["anna"], "refer", words="the landlord answers for the lift")
    assert sorted(to for to, _ in desk.sent()) == sorted(NAMES)


def test_what_the_masters_complainant_decides_is_told_to_the_others_in_none_of_their_words(desk: Desk) -> None:
    numbers = joined(desk, *NAMES)
    desk.closed(numbers["anna"])
    desk.sent()
    desk.do(numbers["anna"], "reopen", "anna is not satisfied", who=desk.arrives(Address("chat", "anna")))
    again = desk.sent()
    desk.do(numbers["anna"], "withdraw", "anna has moved", who=desk.arrives(Address("chat", "anna")))
    for heard in (again, desk.sent()):
        assert sorted(to for to, _ in heard) == ["ben", "cleo"]
        assert not [words for _, words in heard if "anna" in words or numbers["anna"] in words]


def test_what_concerns_the_masters_complainant_alone_is_told_to_nobody_else(desk: Desk) -> None:
    numbers = joined(desk, *NAMES)
    desk.work(numbers["anna"], "request_supplement", words="which lift, anna?")
    assert [to for to, _ in desk.sent()] == ["anna"]


def test_everybody_hears_in_their_own_language(desk: Desk) -> None:
    def speak(uow: UnitOfWork) -> None:
        ben = sessions.load(uow, Address("chat", "ben"), desk.now)
        sessions.save(uow, ben, {"session": {"language": "en"}}, desk.now)

    numbers = joined(desk, "anna", "ben")
    desk.store.write(speak)
    desk.work(numbers["anna"], "report_progress", words="ordered")
    heard = dict(desk.sent())
    assert "您的投诉" in heard["anna"]
    assert "您的投诉" not in heard["ben"]


def test_whoever_came_in_person_has_no_chat_and_is_passed_over(desk: Desk) -> None:
    numbers = opened(desk, "anna")
    visit = desk.register(WEI, "visit", **_told(desk)).number
    desk.work(visit, "merge", master=numbers["anna"])
    desk.sent()
    desk.work(numbers["anna"], "report_progress", words="ordered")
    assert [to for to, _ in desk.sent()] == ["anna"]


def _told(desk: Desk) -> dict[str, str]:
    return {row.key: row.options[0].key if row.kind == "choice" else "it is so" for row in desk.policy.fields}


def test_a_group_that_is_joined_goes_along_as_a_whole(desk: Desk) -> None:
    numbers = joined(desk, "ben", "cleo")
    numbers |= opened(desk, "anna")
    desk.work(numbers["ben"], "merge", master=numbers["anna"])
    anna = desk.case(numbers["anna"])
    group = desk.store.read(lambda uow: works.merged_into(uow, anna.id))
    assert {desk.case(numbers["ben"]).id, desk.case(numbers["cleo"]).id} == set(group)
    desk.sent()
    desk.closed(numbers["anna"])
    assert {to for to, _ in desk.sent()} == set(NAMES)


def test_nothing_is_joined_to_what_has_ended_or_is_joined_itself(desk: Desk) -> None:
    numbers = joined(desk, "anna", "ben")
    numbers |= opened(desk, "cleo")
    assert desk.refused(numbers["cleo"], "merge", master=numbers["ben"]) == "act.no_master"
    desk.closed(numbers["anna"])
    assert desk.refused(numbers["cleo"], "merge", master=numbers["anna"]) == "act.no_master"


def test_up_to_five_represent_the_group_and_are_told_so(desk: Desk) -> None:
    names = [f"person-{index}" for index in range(MOST_REPRESENTATIVES + 2)]
    numbers = joined(desk, *names)
    for name in names[1:-1]:
        desk.work(numbers[name], "represent")
    assert [to for to, _ in desk.sent()] == names[1:-1]
    assert desk.refused(numbers[names[-1]], "represent") == "act.representatives_enough"


def test_whom_one_complaint_names_does_not_learn_of_it_through_the_other(desk: Desk) -> None:
    li = desk.hire("li", "head", "customer_service", name="李大明")
    numbers = opened(desk, "anna")
    about_li = desk.open("about li", "客服李大明骂人")[0].number
    assert desk.store.read(lambda uow: queries.case_detail(uow, numbers["anna"], viewer=li.id))
    desk.work(about_li, "merge", master=numbers["anna"])
    for number in (about_li, numbers["anna"]):
        assert desk.store.read(lambda uow, number=number: queries.case_detail(uow, number, viewer=li.id)) is None
    assert desk.refused(numbers["anna"], "note", "li", words="…") == "act.not_yours"


def test_who_must_not_know_of_the_master_joins_nothing_to_it(desk: Desk) -> None:
    desk.hire("li", "head", "customer_service", name="李大明")
    numbers = opened(desk, "anna")
    about_li = desk.open("about li", "客服李大明骂人")[0].number
    assert desk.refused(numbers["anna"], "merge", "li", master=about_li) == "act.no_such_master"
