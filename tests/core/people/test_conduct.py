"""Praise and discipline are written down once and sealed; the duty of confidentiality is acknowledged and runs out."""

from __future__ import annotations

from datetime import timedelta

from core.people import conduct as rules
from tests.core.people.office import People


def test_praise_and_discipline_are_kept_with_what_they_were_for(people: People) -> None:
    people.does(people.conduct(words="群众送锦旗"))
    people.does(people.conduct(kind="discipline", measure="提醒谈话", words="擅自离岗"))
    kept = people.dossier("officer").conduct
    assert [(row.kind, row.measure, row.words) for row in kept] == [
        ("praise", "commended", "群众送锦旗"),
        ("discipline", "talk", "擅自离岗"),
    ]
    assert people.office_lines(2) == [
        ("people_disciplined", "staff:head", "officer talk 2026-11-23"),
        ("people_praised", "staff:head", "officer commended 2026-11-23"),
    ], "without the words"


def test_the_same_thing_entered_twice_is_one(people: People) -> None:
    people.does(people.conduct())
    assert people.is_refused(people.conduct()) == "people.recorded_already"
    people.does(people.conduct(words="another deed"))
    people.does(people.conduct(on=people.today - timedelta(days=1)))
    assert len(people.dossier("officer").conduct) == 3


def test_what_makes_no_sense_is_refused(people: People) -> None:
    assert people.is_refused(people.conduct(measure="warned")) == "people.no_such_measure", "that is no praise"
    assert people.is_refused(people.conduct(words=" ")) == "people.what_for"
    assert people.is_refused(people.conduct(words="长" * 2001)) == "people.too_long"
    assert people.is_refused(people.conduct(on=people.in_days(1))) == "people.later_day"


def holds(people: People) -> bool:
    rule = people.office.personnel.confidentiality
    return rules.holding(rule, people.dossier("officer").pledges, people.today) is not None


def test_the_duty_is_acknowledged_once_and_again_after_its_months(people: People) -> None:
    assert not holds(people)
    first = people.acknowledges()
    assert holds(people)
    people.later(days=200)
    assert people.acknowledges() == first, "it holds"
    people.later(days=160)
    again = people.acknowledges()
    assert again.made_on == people.today, "it ends within days"
    people.later(days=365)
    assert holds(people)
    people.later(days=1)
    assert not holds(people)
    kinds = [kind for kind, _, _ in people.office_lines()]
    assert kinds.count("people_pledged") == 2


def test_other_words_of_the_duty_have_to_be_acknowledged_anew(people: People) -> None:
    people.acknowledges()
    duty = people.office.personnel.confidentiality.model_copy(update={"version": "2027.1"})
    people.office.personnel = people.office.personnel.model_copy(update={"confidentiality": duty})
    assert not holds(people)
    people.acknowledges()
    assert holds(people)


def test_what_was_signed_on_paper_is_written_down_by_somebody_else(people: People) -> None:
    signed = people.does(people.signing(on=people.today - timedelta(days=2)))
    assert (signed.how, signed.by_id) == ("paper", people.member("head").id)
    assert holds(people)
    assert people.is_refused(people.signing(on=people.in_days(1))) == "people.later_day"
    assert people.is_refused(people.signing("head")) == "people.not_yourself"
