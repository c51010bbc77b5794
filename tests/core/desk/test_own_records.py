"""Whoever works here reads their own trainings and assessments in their own chat, and acknowledges the duty of confidentiality there."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from core.people import assessment, conduct, training
from core.store import dossiers
from core.store.unit_of_work import Store
from tests.core.cases.desk import WEI
from tests.core.desk.chats import OTHER, Office


@pytest.fixture
def bound(store: Store, now: datetime) -> Office:
    office = Office(store, now, "service-hall")
    office.hire("head", "head")
    office.hire("li", "officer", name="李强")
    office.bind()
    office.bind("li", OTHER)
    return office


def trains(office: Office, account: str, kind: str, mark: int, on: date) -> None:
    office.store.write(
        lambda uow: training.record_training(uow, office.office, "head", account, kind, on, mark, "", office.now)
    )


def test_at_first_there_is_nothing_and_that_is_said(bound: Office) -> None:
    assert bound.say("我的考核") == "还没有您的考核。"
    assert bound.say("我的培训") == "没有要参加或参加过的培训。"
    assert "您还没有确认" in bound.say("保密义务")


def test_trainings_are_shown_with_their_days_and_results(bound: Office) -> None:
    trains(bound, WEI, "岗前培训", 50, bound.now.date())
    trains(bound, WEI, "定期培训", 77, bound.now.date())
    assert bound.say("我的培训") == (
        "您的培训：\n岗前培训：请在 2026年12月23日 前通过\n定期培训：请在 2027年5月23日 前通过"
        "\n定期培训：2026年11月23日 合格，77 分\n岗前培训：2026年11月23日 不合格，50 分"
    )
    assert bound.say("我的培训", OTHER) == "没有要参加或参加过的培训。", "that is somebody else"


def test_the_last_assessment_is_shown_part_by_part_to_whom_it_is_of(bound: Office) -> None:
    bound.later(days=92)
    marks, words = {"attitude": 91, "ability": 80}, {"attitude": "耐心"}
    bound.store.write(lambda uow: assessment.assess(uow, bound.office, "head", WEI, marks, words, bound.now))
    said = bound.say("我的考核")
    assert said.startswith("2026年10月1日 至 2026年12月31日：86 分，合格")
    assert "\n工作态度 91（耐心）" in said
    assert "\n及时 没有可算的" in said
    assert bound.say("我的考核", OTHER) == "还没有您的考核。"


def test_praise_and_discipline_are_read_by_whose_they_are_newest_first(bound: Office) -> None:
    assert bound.say("我的奖惩") == "没有您的表扬或处分。"
    for kind, measure, words in (("praise", "表彰", "群众送来锦旗"), ("discipline", "提醒谈话", "擅自离岗")):
        bound.store.write(
            lambda uow, kind=kind, measure=measure, words=words: conduct.record_conduct(
                uow, bound.office, "head", WEI, kind, measure, bound.now.date(), words, bound.now
            )
        )
    assert bound.say("我的奖惩") == ("您的奖惩：\n2026年11月23日 提醒谈话：擅自离岗\n2026年11月23日 表彰：群众送来锦旗")
    assert bound.say("我的奖惩", OTHER) == "没有您的表扬或处分。"


def test_the_duty_is_acknowledged_in_ones_own_chat_and_once(bound: Office) -> None:
    said = bound.say("确认保密义务", OTHER)
    assert "李强在 2026年11月23日 确认保密义务" in said
    assert bound.office.personnel.confidentiality.text.zh in said
    bound.later(days=3)
    assert "2026年11月23日" in bound.say("确认保密义务", OTHER), "it holds already"
    assert "您在 2026年11月23日 确认过" in bound.say("保密义务", OTHER)
    pledges = {each.member.account: len(each.pledges) for each in bound.store.read(dossiers.of_everybody)}
    assert pledges == {WEI: 0, "head": 0, "li": 1}
    assert bound.office_lines(1) == [("people_pledged", "staff:li", "li 2026.1 2026-11-23 chat")]


@pytest.mark.parametrize("words", ["我的考核", "我的培训", "我的奖惩", "保密义务", "确认保密义务"])
def test_who_is_nobody_of_staff_is_a_citizen(bound: Office, words: str) -> None:
    bound.say("解除绑定", OTHER)
    said = bound.say(words, OTHER)
    assert "考核" not in said or "没有您的考核" not in said
    assert "确认保密义务" not in said
    assert not any(each.pledges for each in bound.store.read(dossiers.of_everybody))
