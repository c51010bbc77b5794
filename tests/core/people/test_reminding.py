"""What is due is told: each their own in their own chats, the office in counts, and nobody where no such records are kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.messages import Address
from core.store import sessions
from tests.core.people.office import People

CHAT = Address("chat", "officer's own")


@pytest.fixture
def kept(people: People) -> People:
    """An office that began to keep records, whose officer has a chat."""
    officer = people.member("officer")

    def bind(uow):  # type: ignore[no-untyped-def]
        sessions.bind(uow, sessions.load(uow, CHAT, people.now).id, officer.id)

    people.store.write(bind)
    for account in ("officer", "head", "director"):
        people.acknowledges(account)
    people.alerts()
    return people


def test_an_office_that_keeps_no_such_records_is_not_bothered(people: People) -> None:
    people.later(days=200)
    assert people.reminds() == 0
    assert people.sent() == []
    assert people.dossier("officer").trainings == ()


def test_a_training_is_told_once_before_its_day_and_once_behind_it(kept: People) -> None:
    kept.reminds()
    assert kept.told(CHAT.peer) == [], "there is a month for it"
    kept.later(days=23)
    kept.reminds()
    assert kept.told(CHAT.peer) == ["请在 12月23日前参加并通过“岗前培训”。回复“我的培训”查看。"]
    kept.later(days=1)
    kept.reminds()
    assert kept.told(CHAT.peer) == []
    kept.later(days=7)
    kept.reminds()
    assert kept.told(CHAT.peer) == ["“岗前培训”应在 12月23日前通过，已经过期，请尽快安排。"]
    kept.trains("officer", "induction", 90)
    kept.later(days=1)
    kept.reminds()
    assert kept.told(CHAT.peer) == []


def test_the_office_hears_counts_once_a_week(kept: People) -> None:
    kept.reminds()
    assert kept.alerts() == []
    kept.later(days=31)
    kept.reminds()
    [said] = kept.alerts()
    assert "要培训 3 人（过期 3 人）" in said
    assert "officer" not in said
    kept.later(days=1)
    kept.reminds()
    assert kept.alerts() == []
    kept.later(days=11)
    kept.reminds()
    assert len(kept.alerts()) == 1, "it is another week, and no holiday"


def test_a_period_that_ended_waits_for_an_assessment_of_those_who_work_on_cases(kept: People) -> None:
    assert kept.owed().period is None, "nobody was here in the last one"
    kept.next_quarter()
    assert kept.owed().period is not None
    assert kept.owed("head").period is None, "who only leads is not assessed by these rules"
    kept.assesses()
    assert kept.owed().period is None


def test_who_failed_is_to_be_assessed_again_once_the_training_is_passed(kept: People) -> None:
    kept.next_quarter()
    kept.assesses(marks={"attitude": 10, "ability": 10})
    assert [row.why for row in kept.owed().trainings if row.why == "failing"] == ["failing"]
    assert not kept.owed().again
    kept.trains(kind="coaching", mark=61)
    assert kept.owed().again
    kept.assesses(again=True)
    assert not kept.owed().again


def test_the_pledge_is_asked_for_before_it_ends(kept: People) -> None:
    assert kept.owed().pledge_by is None
    kept.later(days=360)
    assert kept.owed().pledge_by == kept.today + timedelta(days=5)
    kept.reminds()
    said = "\n".join(kept.told(CHAT.peer))
    assert "请在 11月23日前确认保密义务" in said
    kept.acknowledges()
    assert kept.owed().pledge_by is None


def test_who_joins_is_asked_for_the_pledge(kept: People) -> None:
    kept.hire("new", "officer")
    assert kept.owed("new").pledge_by == kept.in_days(7)


def test_who_is_away_hears_of_it_when_they_are_back(kept: People) -> None:
    kept.reminds()
    kept.away("officer")
    kept.later(days=24)
    kept.reminds()
    assert kept.told(CHAT.peer) == []
    kept.away("officer", away=False)
    kept.reminds()
    assert len(kept.told(CHAT.peer)) == 1


def test_that_an_assessment_is_on_record_is_told_without_its_marks(kept: People) -> None:
    kept.next_quarter()
    kept.assesses()
    assert kept.told(CHAT.peer) == ["您 2026-10-01 至 2026-12-31 的考核已经登记，回复“我的考核”查看。"]
