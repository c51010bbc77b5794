"""投诉中心人员管理制度: duties and rights by post, training, assessment, praise, discipline and confidentiality, article by article.

It has no pack of its own: it holds for whoever works under any of them. Here it is played at the service hall.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest

from core import desk
from core.errors import Refused
from core.messages import Address
from core.people import assessment, binding, conduct, keeping, training
from core.people.assessment import Assessed
from core.store import dossiers, staff
from core.store.dossiers import Dossier
from core.store.figures import Figures
from core.store.unit_of_work import UnitOfWork
from tests.regimes.conftest import Founds
from tests.regimes.institution import CHANNEL, Institution

WANG, LI = Address(CHANNEL, "wang's own chat"), Address(CHANNEL, "li's own chat")


class Centre(Institution):
    """A complaint centre: two officers, the head above them, and the director."""

    def opens(self) -> None:
        self.hires("wang", "officer", name="王敏", unit="投诉科")
        self.hires("li", "officer", name="李强", unit="投诉科")
        self.hires("head", "head", name="陈立", unit="投诉科")
        self.hires("boss", "director", name="高远")
        for account, chat in (("wang", WANG), ("li", LI)):
            self._bind(account, chat)

    def _bind(self, account: str, chat: Address) -> None:
        self.house.desk = partial(desk.hear, self.office)
        code = self.store.write(lambda uow: binding.invite(uow, account, "operator", self.now))
        self.writes(chat, f"绑定 {code}")

    def writes(self, chat: Address, words: str) -> str:
        """What somebody of staff says in their own chat, and is answered."""
        return self.says(words, who=chat.peer)

    def keeps(self, work: Callable[[UnitOfWork], Any], by: str = "head") -> Any:
        return keeping.attempt(self.store, self.office, by, "people", self.now, work)

    def cannot_keep(self, work: Callable[[UnitOfWork], Any], by: str = "head") -> str:
        with pytest.raises(Refused) as refused:
            self.keeps(work, by)
        self.office.texts.render("zh", str(refused.value), **refused.value.facts)
        return str(refused.value)

    def training(
        self, account: str, kind: str, on: str, mark: int | None, by: str = "head"
    ) -> Callable[[UnitOfWork], Any]:
        day = date.fromisoformat(on)
        return lambda uow: training.record_training(uow, self.office, by, account, kind, day, mark, "", self.now)

    def assessing(
        self, account: str, *, by: str = "head", again: bool = False, **marks: int
    ) -> Callable[[UnitOfWork], Assessed]:
        words = {"attitude": "热情耐心", "ability": "熟悉业务"}
        return lambda uow: assessment.assess(uow, self.office, by, account, marks, words, self.now, again=again)

    def deed(self, account: str, kind: str, measure: str, words: str, by: str = "head") -> Callable[[UnitOfWork], Any]:
        day = self.now.date()
        return lambda uow: conduct.record_conduct(uow, self.office, by, account, kind, measure, day, words, self.now)

    def file_of(self, account: str) -> Dossier:
        def read(uow: UnitOfWork) -> Dossier:
            member = staff.by_account(uow, account)
            assert member is not None
            return dossiers.of_member(uow, member)

        return self.store.read(read)

    def answers(self, account: str, draft: str, *, days: int, stars: str) -> None:
        """A complaint that somebody takes, investigates and answers some days later, and what its complainant thought."""
        case = self.complains(draft, {"name": "李小禾", "contact": "13900000005"}, who=draft)
        self.later(minutes=5)
        self.does("head", case, "assign", handler=account)
        self.later(days=days)
        self.does(account, case, "conclude", words="查清了")
        self.does(account, case, "close", words="经查属实，已经改正。", outcome="substantiated")
        self.later(minutes=5)
        self.says("评价", stars, "跳过", who=draft)


@pytest.fixture
def centre(founded: Founds, store, data_dir, keyring) -> Centre:  # type: ignore[no-untyped-def]
    centre = Centre(store, data_dir, keyring, "service-hall", "2026-07-01 09:30")
    centre.opens()
    return centre


def test_articles_four_and_five_duties_and_rights_belong_to_posts(centre: Centre) -> None:
    case = centre.complains("窗口排队两小时没人管", {"name": "李小禾", "contact": "13900000005"})
    assert centre.is_refused("li", case, "supervise", words="抓紧") == "act.not_your_post"
    centre.does("head", case, "assign", handler="li")
    assert (
        centre.cannot_keep(centre.training("wang", "induction", "2026-07-01", 90, by="li"), "li") == "act.not_your_post"
    )
    centre.is_away("head")
    assert centre.cannot_keep(centre.assessing("li", attitude=80, ability=80)) == "act.not_at_work"
    centre.does("boss", case, "supervise", words="抓紧办")


def test_article_six_everybody_is_inducted_and_trained_again_and_the_results_are_recorded(centre: Centre) -> None:
    centre.writes(WANG, "确认保密义务")
    centre.it_is("2026-07-02 10:00")
    assert "岗前培训：请在 2026年8月1日 前通过" in centre.writes(WANG, "我的培训")
    centre.it_is("2026-07-27 10:00")
    assert "请在 8月1日前参加并通过“岗前培训”" in centre.told(WANG.peer)
    centre.keeps(centre.training("wang", "岗前培训", "2026-07-20", 55))
    centre.keeps(centre.training("wang", "岗前培训", "2026-07-27", 82))
    done = [(row.mark, row.passed) for row in centre.file_of("wang").trainings if row.kind == "induction"]
    assert done == [(55, False), (82, True)]
    assert "岗前培训：2026年7月27日 合格，82 分" in centre.writes(WANG, "我的培训")
    centre.keeps(centre.training("wang", "定期培训", "2026-07-27", 90))
    centre.keeps(centre.training("wang", "案例分析和经验交流", "2026-07-27", None))
    centre.it_is("2027-01-21 10:00")
    assert "请在 1月27日前参加并通过“定期培训”" in centre.told(WANG.peer)


def test_article_seven_assessment_comes_from_cases_and_by_hand_and_failing_leads_to_training(centre: Centre) -> None:
    centre.answers("wang", "窗口的人不理人", days=5, stars="5")
    centre.answers("wang", "材料退了三次", days=8, stars="4")
    centre.answers("li", "排队两小时", days=40, stars="3")
    centre.it_is("2026-10-08 09:30")
    good = centre.keeps(centre.assessing("wang", attitude=95, ability=90)).assessment
    assert good.figures == Figures(stages=2, in_time=2, answers=2, ratings=2, stars=9)
    assert good.marks == {"timeliness": 100, "quality": 100, "satisfaction": 90, "attitude": 95, "ability": 90}
    assert (good.total, good.passed) == (95, True)

    poor = centre.keeps(centre.assessing("li", attitude=30, ability=20))
    assert poor.assessment.marks == {"timeliness": 0, "quality": 100, "satisfaction": 60, "attitude": 30, "ability": 20}
    assert (poor.assessment.total, poor.assessment.passed) == (42, False)
    assert poor.training_by == date(2026, 11, 7)
    assert "42 分，不合格" in centre.writes(LI, "我的考核")
    assert "不合格培训：请在 2026年11月7日 前通过" in centre.writes(LI, "我的培训")
    assert centre.cannot_keep(centre.assessing("li", again=True, attitude=80, ability=80)) == "people.training_first"

    centre.it_is("2026-10-20 09:30")
    centre.keeps(centre.training("li", "不合格培训", "2026-10-20", 85))
    again = centre.keeps(centre.assessing("li", again=True, attitude=75, ability=70)).assessment
    assert (again.passed, again.follows) == (True, poor.assessment.id)
    assert "合格" in centre.writes(LI, "我的考核")


def test_article_seven_who_does_well_is_praised_and_each_reads_only_their_own(centre: Centre) -> None:
    centre.keeps(centre.deed("wang", "praise", "表彰", "群众送来锦旗"))
    assert [row.words for row in centre.file_of("wang").conduct] == ["群众送来锦旗"]
    assert centre.cannot_keep(centre.deed("head", "praise", "表彰", "自己")) == "people.not_yourself"
    see = lambda by, whose: lambda uow: keeping.whom_to_see(uow, centre.office, by, whose)  # noqa: E731
    assert centre.keeps(see("wang", "wang"), "wang").account == "wang"
    assert centre.cannot_keep(see("li", "wang"), "li") == "act.not_your_post"
    assert "还没有您的考核" in centre.writes(LI, "我的考核")


def test_article_eight_a_breach_of_discipline_is_recorded(centre: Centre) -> None:
    centre.keeps(centre.deed("li", "discipline", "提醒谈话", "上班时间擅自离岗"))
    [kept] = centre.file_of("li").conduct
    assert (kept.kind, kept.measure, kept.words) == ("discipline", "talk", "上班时间擅自离岗")


def test_article_nine_the_duty_of_confidentiality_is_read_acknowledged_and_kept(centre: Centre) -> None:
    assert "您还没有确认" in centre.writes(WANG, "保密义务")
    said = centre.writes(WANG, "确认保密义务")
    assert "王敏在 2026年7月1日 确认保密义务" in said
    assert "不泄露给无关人员" in said
    assert "您在 2026年7月1日 确认过" in centre.writes(WANG, "保密义务")
    [pledge] = centre.file_of("wang").pledges
    assert pledge.how == "chat"
    centre.time_passes()
    assert "确认保密义务" in centre.told(LI.peer), "who did not is asked"
    centre.it_is("2027-06-28 10:00")
    assert "7月1日前确认保密义务" in centre.told(WANG.peer), "a year later again"
