"""What staff made of a case stands in its form, letter and archive: in words, with names, each in the post they acted in."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from docx import Document

from core.cases.clocks import ZONE
from core.files import chronicle
from core.files.account import account_of
from core.files.archive import Chain, write_archive
from core.files.form import registration_form
from core.files.letter import reply_letter
from core.files.people import People
from core.files.terms import term_of
from core.policies.load import load
from core.store.case_clocks import Stop
from core.store.queries import CaseDetail
from core.store.timeline import Entry
from core.store.work import CaseWork
from tests.core.files.samples import CLOSED, STAFF, answers, clock, hour, stored, worked, worked_detail
from tests.core.files.test_documents import lines, opened, table

LAW = load("law-firm")


def told(now: datetime, **more: Any) -> dict[str, str]:
    return dict(table(opened(registration_form(worked(**more), now))))


def test_the_form_says_who_worked_on_it_and_in_which_post(now: datetime) -> None:
    said = told(now)
    assert (said["承办部门"], said["承办人"], said["级别"]) == ("财务部", "李合伙", "重大")
    assert said["参与办理"].splitlines() == [
        "专门负责人：王敏",
        "业务分管合伙人：李合伙",
        "主任：赵主任",
        "其他合伙人：赵主任",
    ]


def test_the_form_says_what_was_found_proposed_met_approved_and_reviewed(now: datetime) -> None:
    said = told(now)
    assert said["处理结果"] == "部分属实，涉及 500 元"
    assert said["处理措施"] == "退还费用（待落实）、赔礼道歉"
    assert said["答复内容"] == "两笔共 500 元退还给您。"
    assert re.fullmatch(r"\S+ \S+ 王敏（专门负责人）：出具书面意见：建议退还", said["书面意见"])
    assert re.fullmatch(r"\S+ \S+ 李合伙（业务分管合伙人）：提出处理意见：退还并道歉", said["处理意见"])
    assert re.fullmatch(r"\S+ \S+ 赵主任（主任、其他合伙人）：决定", said["审批"])
    assert [line.split("：", 1)[1] for line in said["会议决定"].splitlines()] == [
        "会议决定：合伙人会议同意",
        "决定不向管理部门通报",
    ]
    assert said["调查情况"].splitlines()[0].endswith("调查记录：谈话: 与经办律师谈话")
    assert said["任务"].splitlines()[0].endswith("交代任务：王敏: 调取收费底单")
    assert said["复核"].splitlines()[1].endswith("交办复核：赵主任")


def test_every_clock_is_told_with_its_stops_its_extensions_and_its_end(now: datetime) -> None:
    assert told(now)["时限"].splitlines() == [
        "告知由谁办、怎么安排：2026-11-23 09:30 起，2026-11-25 09:30 到期，2026-11-23 16:30 结束（已交办）",
        "书面答复：2026-11-23 09:30 起，2026-11-25 09:30 到期（暂定），进行中",
        "等投诉人补正：2026-11-23 13:30 到 2026-11-23 15:30 不计时",
        "2026-11-23 18:30 由 赵主任 批准延长 5 个工作日",
    ]


@pytest.mark.parametrize(
    ("more", "late", "state"),
    [
        ({}, True, "已逾期"),
        ({"due_at": hour(200)}, False, "进行中"),
        ({"ended_at": hour(49), "ended_by": "closed"}, True, "结束（已答复），逾期"),
        ({"ended_at": hour(48), "ended_by": "closed"}, False, "结束（已答复）"),
        ({"stops": (Stop(hour(1), None, "hearing"),)}, False, "停止计时中"),
        ({"stops": (Stop(hour(1), hour(2), "hearing"),)}, True, "已逾期"),
    ],
)
def test_a_clock_is_late_behind_its_end_unless_it_stands_still(more: dict[str, Any], late: bool, state: str) -> None:
    term = term_of(clock(1, "reply", **more), LAW, People())
    assert term.late(hour(100)) is late
    [first, *_] = term.lines(hour(100))
    assert first.endswith(state)


def test_what_nobody_did_has_no_row_and_what_is_open_is_left_to_be_written_by_hand(now: datetime) -> None:
    detail = CaseDetail(stored(closed_at=None, status="registered", rating=None), answers(), "", [], [])
    said = dict(table(opened(registration_form(account_of(detail, LAW, LAW), now))))
    assert {"书面意见", "会议决定", "审批", "复核", "处理措施", "参与办理", "时限"} & set(said) == set()
    assert said["受理意见"] == said["处理结果"] == said["答复内容"] == "\n\n"


def test_the_letter_says_what_came_out_what_follows_and_what_may_still_be_asked(now: datetime) -> None:
    closing = Entry(CLOSED, "closed", "staff:li", "多收的已核实。", True, 1)
    work = CaseWork(1, outcome="substantiated", measures=("refund", "explanation"), remedies=())
    detail = CaseDetail(stored(), answers(), "", [closing], [], work)
    reviewing = load("general-handling")
    assert reviewing.review.allowed
    law = LAW.model_copy(update={"review": reviewing.review})
    said = lines(opened(reply_letter(account_of(detail, law, law, STAFF), now)))
    at = said.index("处理结果：属实。")
    until = CLOSED.astimezone(ZONE).date().toordinal() + law.review.within_days
    day = datetime.fromordinal(until)
    assert said[at + 1] == "处理措施：退还费用、说明情况。"
    assert said[at + 2] == "多收的已核实。"
    assert said[at + 3].startswith(f"如果您对这个结果有异议，可以在{day.year}年{day.month}月{day.day}日以前要求复核")
    assert said[at + 4] == "如果您不满意，可以在2026年12月16日以前要求重新办理。"
    assert [word for one in STAFF for word in (one.name, one.account) if word in "".join(said)] == []


def test_after_a_review_the_letter_is_in_its_words_and_offers_no_other(now: datetime) -> None:
    law = LAW.model_copy(update={"review": load("general-handling").review})
    said = lines(opened(reply_letter(account_of(worked_detail(), law, law, STAFF), now)))
    assert "两笔共 500 元退还给您。" in said
    assert "以上是复核后的答复。" in said
    assert not any("要求复核" in line for line in said)


@pytest.mark.parametrize(("kind", "opening"), [("declined", "不予受理"), ("referred", "已经转交其他单位")])
def test_who_is_declined_or_passed_on_gets_the_reason_as_a_letter(kind: str, opening: str, now: datetime) -> None:
    entry = Entry(CLOSED, kind, "staff:wang", "这件事由仲裁委办。", True, 1)
    told = account_of(CaseDetail(stored(status=kind), answers(), "", [entry], []), LAW, LAW)
    said = lines(opened(reply_letter(told, now)))
    assert any(opening in line for line in said)
    assert "这件事由仲裁委办。" in said
    assert not any("重新办理" in line for line in said)


def test_a_case_that_was_withdrawn_or_taken_up_again_has_no_answer(now: datetime) -> None:
    entries = [
        Entry(CLOSED, "closed", "staff:li", "办好了。", True, 1),
        Entry(CLOSED, "reopened", "complainant", "", True, 2),
    ]
    again = account_of(CaseDetail(stored(closed_at=None), answers(), "", entries, []), LAW, LAW)
    withdrawn = account_of(CaseDetail(stored(status="withdrawn"), answers(), "", [], []), LAW, LAW)
    assert (again.answer, withdrawn.answer) == ("", "")


def test_decisions_are_those_of_staff_and_no_reading_task_or_record(now: datetime) -> None:
    found = re.findall(r"^\[.+?\] #\d+ (.+?)（.+?：(.+)$", chronicle.decisions(worked()), re.MULTILINE)
    assert [what for _, what in found] == [
        "确定级别", "受理", "要求补正，停止计时", "恢复计时", "交办", "调查完毕", "出具书面意见", "提出处理意见",
        "会议决定", "决定", "办结并答复", "交办复核", "复核：改变结果",
    ]  # fmt: skip


def test_the_chronology_has_everything_with_its_place_in_the_chain(now: datetime) -> None:
    text = chronicle.chronology(worked())
    places = [int(place) for place in re.findall(r"^\[.+?\] #(\d+) ", text, re.MULTILINE)]
    assert places == list(range(1, len(places) + 1))
    assert "#11 赵主任（主任、其他合伙人）：查看内容" in text
    assert "    重大 金额较大\n" in text


def test_the_archive_tells_the_work_and_the_end_of_the_chain(now: datetime) -> None:
    buffer = BytesIO()
    write_archive(buffer, worked(), (), lambda _: b"", now, Chain(21, bytes(range(32))))
    with zipfile.ZipFile(buffer) as packed:
        folder = packed.namelist()[0].split("/")[0]
        index, work = (packed.read(f"{folder}/{name}").decode() for name in ("00-index.txt", "06-work.txt"))
    assert f"流转记录链：21 条，末端摘要 {bytes(range(32)).hex()}" in index
    assert "承办人：李合伙" in index
    assert "案卷年度：2026" in index
    assert "    处理结果：部分属实，涉及 500 元\n    处理措施：退还费用（待落实）、赔礼道歉\n" in work
    assert "    主任：赵主任\n" in work
    assert "批准延长 5 个工作日" in work
    assert "#10 李合伙（业务分管合伙人）：调查记录\n    谈话: 与经办律师谈话\n" in work


def test_who_is_not_known_any_more_is_shown_by_account_or_number() -> None:
    told = account_of(worked_detail(), LAW, LAW)
    assert (told.handler, told.steps[1].who) == ("#2", "wang")
    assert told.people[0].words == "#1"


def test_keys_whose_pack_is_gone_stay_keys(now: datetime) -> None:
    told = account_of(worked_detail(), None, LAW, STAFF)
    assert told.measures == ("refund（待落实）", "apology")
    assert [term.label for term in told.terms] == ["work_plan", "reply"]
    Document(BytesIO(registration_form(told, now)))
