"""7. 投诉处理内部规章制度: the template, with every stage that a pack can have: hearing, opinion, approval by amount, review."""

from __future__ import annotations

import pytest

from tests.regimes.conftest import Founds
from tests.regimes.institution import Institution

FACTS = "报了书法班，开课前一天才说取消，学费八百元到现在没退"
ANSWERS = {
    "place": "培训教室", "happened_on": "上周六", "respondent": "培训部", "claim": "这周内退回学费", "hearing": "当面参加",
    "name": "冯小书", "phone": "13900000091", "category": "收费和退费",
}  # fmt: skip


def _centre(founded: Founds, moment: str) -> Institution:
    """1：受理人员。岗位和分工都是本包配置的。"""
    office = founded("internal-rules", moment)
    office.hires("jie", "reception", name="接待小解")
    office.hires("cha", "investigator", name="调查小查")
    office.hires("diao", "investigator", name="调查小刁")
    office.hires("fa", "legal", name="法务小法")
    office.hires("he", "reviewer", name="复核小何")
    office.hires("fu", "head", name="负责人老傅")
    office.hires("ren", "director", name="任主任")
    return office


def _closed(office: Institution, *, yuan: str = "800") -> str:
    """A general case that was answered by ``cha``; its number."""
    case = office.complains(FACTS, ANSWERS)
    office.does("jie", case, "accept")
    office.does("fu", case, "assign", handler="cha")
    office.does("cha", case, "conclude", words="临时取消属实，退款走流程中。")
    office.does("fa", case, "opine", words="应当退还。")
    office.does("cha", case, "propose", outcome="partly", measures="explanation", yuan=yuan, words="说明退款流程。")
    office.does("fu" if int(yuan) <= 2000 else "ren", case, "approve")
    office.does("cha", case, "close", words="退款三十天内到账。")
    office.told()
    return case.number


def test_a_general_complaint_takes_every_configured_step_to_the_archive(founded: Founds) -> None:
    office = _centre(founded, "2026-09-28 10:00")
    # 1：投诉方式、受理人员、时间要求：聊天、来访、电话、书面都行；2 个工作日内告知是否受理。
    case = office.complains(FACTS, ANSWERS)
    assert office.due(case, "acceptance") == "2026-09-30 17:30"
    for channel in ("visit", "phone", "letter", "fax", "email", "referral"):
        office.registers("jie", channel, facts=FACTS, name="冯小书", phone="13900000091")
    office.it_is("2026-09-29 10:00")
    office.does("jie", case, "accept")

    # 2：处理程序和时限。国庆 10 月 1 日至 7 日不算，10 月 10 日周六上班。
    assert office.due(case, "first_contact") == "2026-09-30 17:30"
    assert office.due(case, "investigation") == "2026-10-19 17:30"
    assert office.due(case, "result") == "2026-11-02 17:30"
    assert "hearing" not in office.clocks(case)
    assert "2026 年 11 月 2 日（周一）前给您结果" in office.told()
    # 接待、调查、负责人分开：收的人不查，查的人不批。
    office.hires("shuang", "reception", "investigator", name="双岗小双")
    office.does("shuang", case, "report_progress", words="先和您联系一下。")
    assert office.is_refused("fu", case, "assign", handler="shuang") == "act.separate_posts"
    office.does("fu", case, "assign", handler="cha")
    assert not office.is_running(case, "first_contact")

    # 2：调查、证据收集；复杂的经负责人批准延长一次。
    office.does("cha", case, "record", kind="document", words="调取报名记录和停课通知。")
    office.does("cha", case, "record", kind="verification", words="投诉人的缴费凭证真实。")
    office.does("cha", case, "ask_extension", clock="investigation", words="经手人休假。")
    office.does("fu", case, "extend")
    assert office.due(case, "investigation") == "2026-10-26 17:30"
    # 等法院先定的，时限停着；回来那天起接着算。
    office.it_is("2026-10-12 09:00")
    office.does("cha", case, "suspend", reason="other_body", words="等市场监管局的认定。")
    office.it_is("2026-10-14 09:00")
    office.does("cha", case, "resume")
    assert office.due(case, "investigation") == "2026-10-28 17:30"
    assert office.due(case, "result") == "2026-11-04 17:30"
    office.does("cha", case, "conclude", words="临时取消、学费未退，属实。")

    # 3：处理标准：先有法务意见，再按金额分权批准。
    assert office.is_refused("cha", case, "propose", outcome="substantiated", words="…") == "act.opinion_first"
    office.does("fa", case, "opine", words="按报名须知应全额退还。")
    office.does(
        "cha", case, "propose", outcome="substantiated", measures="refund,apology", yuan="800", words="退八百元，道歉。"
    )  # fmt: skip
    assert office.is_refused("ren", case, "approve") == "act.other_post_approves"
    office.does("fu", case, "approve")
    office.told()
    # 4：结果通知的方式和内容：书面，查到什么、怎么处理、不服怎么办、到哪天为止、找谁。
    office.it_is("2026-10-19 15:00")
    office.does("cha", case, "close", words="学费八百元已办退款，向您道歉。")
    told = office.told()
    assert "情况属实" in told
    assert "退费、赔礼道歉" in told
    letter = office.letter(case)
    for words in (
        "冯小书",
        case.number,
        "处理结果：属实",
        "退费",
        "学费八百元已办退款",
        "2026年11月3日",
        "000-8120 0015",
    ):
        assert words in letter

    # 3：客户满意度；1、2 分的要问一句。
    office.says("评价", "4")
    assert office.case(case.number).rating == 4
    office.later(days=40)
    assert office.is_refused("jie", case, "archive") == "act.remedies_open"
    office.does("cha", case, "fulfil", measure="refund")
    office.does("jie", case, "archive")
    office.is_locked("jie", case)


def test_a_major_complaint_is_reported_heard_face_to_face_and_decided_in_a_meeting(founded: Founds) -> None:
    office = _centre(founded, "2026-04-27 09:00")
    case = office.complains("健身馆地滑，我妈妈摔伤住院，花了一万两千元", ANSWERS | {"category": "场地和设施"})
    assert office.case(case.number).level == "major"
    assert "（有人受伤，或影响大），请投诉接待室负责人、中心主任立即过问" in office.alerts()
    # 重大的 12 小时内报告负责人，夜里也算。
    assert office.due(case, "leader_report") == "2026-04-27 21:00"
    office.does("jie", case, "mark", clock="leader_report", words="已当面报告傅主任。")
    assert not office.is_running(case, "leader_report")
    # 劳动节 5 月 1 日至 5 日不算，5 月 9 日周六上班。
    assert office.due(case, "acceptance") == "2026-04-29 17:30"
    office.it_is("2026-04-28 10:00")
    office.does("jie", case, "accept")
    assert "first_contact" not in office.clocks(case)
    assert office.due(case, "investigation") == "2026-05-14 17:30"
    assert office.due(case, "result") == "2026-05-28 17:30"
    office.does("fu", case, "assign", handler="cha")
    office.does("cha", case, "record", kind="visit", words="现场没有防滑垫。")
    office.it_is("2026-04-28 16:00")
    office.does("cha", case, "conclude", words="未铺防滑垫，摔伤属实。")

    # 2：听证：查完以后 7 个自然日；第 7 天 5 月 5 日是假日，顺延到下一个工作日。等双方到场的日子可以不计。
    assert office.due(case, "hearing") == "2026-05-06 17:30"
    office.does("cha", case, "suspend", reason="hearing", words="听证定在5月7日，请您当面参加。")
    assert "听证定在5月7日" in office.told()
    office.it_is("2026-05-07 10:00")
    office.does("cha", case, "record", kind="hearing", words="双方到场，投诉人要求赔医药费。")
    office.does("cha", case, "resume")
    office.does("cha", case, "mark", clock="hearing", words="5月7日上午听证。")
    assert not office.is_running(case, "hearing")
    # 4 月 29 日至 5 月 7 日停着，其间 4 月 29、30 日和 5 月 6、7 日是工作日：从 5 月 28 日顺延四个工作日。
    assert office.due(case, "result") == "2026-06-03 17:30"

    # 3：重大的由中心办公会决定，并定要不要报告主管部门；超过两千元的由主任批准。
    office.does("fa", case, "opine", words="应当赔付医药费。")
    office.does(
        "cha", case, "propose", outcome="substantiated", measures="repair,apology", yuan="12000", words="整改，赔付。"
    )
    assert office.is_refused("fu", case, "approve") == "act.other_post_approves"
    assert office.is_refused("ren", case, "approve") == "act.meeting_first"
    assert office.is_refused("ren", case, "meet", words="同意。") == "act.needs_authority"
    office.does("ren", case, "meet", words="办公会同意赔付，不另报。", authority="no")
    office.does("ren", case, "approve")
    assert "authority_not_told" in office.history(case)
    office.does("cha", case, "close", words="医药费一万两千元由保险赔付，防滑垫已订。")
    office.does("cha", case, "fulfil", measure="repair")
    assert "维修、整改设施已经办好" in office.told()
    office.goes_to_the_archive("jie", case)


def test_a_review_is_done_by_somebody_else_and_may_lead_to_a_new_investigation(founded: Founds) -> None:
    office = _centre(founded, "2026-09-16 10:00")
    number = _closed(office)
    case = office.case(number)
    # 复核：答复后 15 天内在聊天里提出；由没有经手过的人来做，15 个工作日。
    office.it_is("2026-09-22 11:00")
    office.says("申请复核", "凭什么要等三十天")
    assert office.status(case) == "reviewing"
    # 中秋 9 月 25 日至 27 日、国庆 10 月 1 日至 7 日不算，10 月 10 日周六上班。
    assert office.due(case, "second_look") == "2026-10-20 17:30"
    assert office.is_refused("fu", case, "assign_review", handler="cha") == "act.has_no_duty"
    assert office.is_refused("jie", case, "assign_review", handler="fa") == "act.has_no_duty"
    office.later(hours=3)
    office.does("jie", case, "assign_review", handler="he")
    # 复核可以另行调查。
    office.does("he", case, "record", kind="interview", words="问了财务部，款项没有提交。")
    assert office.is_refused("cha", case, "uphold", words="…") == "act.not_your_post"
    office.told()
    office.it_is("2026-09-28 09:00")
    office.does("he", case, "redo", words="退款没有提交，重新调查。")
    assert not office.is_running(case, "second_look")
    assert "换人重新调查" in office.told()

    # 重新调查换人，时限重新起算。
    assert office.status(case) == "investigating"
    assert office.due(case, "investigation") == "2026-10-16 17:30"
    assert office.due(case, "result") == "2026-10-30 17:30"
    assert office.is_refused("fu", case, "assign", handler="cha") == "act.worked_on_it_before"
    office.does("fu", case, "assign", handler="diao")
    office.does("diao", case, "conclude", words="财务未提交退款，属实。")
    assert office.is_refused("diao", case, "propose", outcome="substantiated", words="…") == "act.opinion_first"
    office.does("fa", case, "opine", words="立即退还。")
    office.does(
        "diao", case, "propose", outcome="substantiated", measures="refund,discipline", yuan="800", words="今天退。"
    )
    office.does("fu", case, "approve")
    office.does("diao", case, "close", words="学费今天退回。")
    assert "情况属实" in office.told()
    office.does("diao", case, "fulfil", measure="refund")

    # 新的答复可以再复核一次；维持的也要说明理由；再要就没有了。
    office.hires("yuan", "reviewer", name="复核小袁")
    office.says("申请复核", "还想要赔偿")
    assert office.is_refused("jie", case, "assign_review", handler="he") == "act.worked_on_it"
    office.does("jie", case, "assign_review", handler="yuan")
    office.does("yuan", case, "uphold", words="已全额退还，没有赔偿的依据。")
    assert "维持原来的处理" in office.told()
    assert office.status(case) == "closed"
    office.says("申请复核", "不服")
    assert office.status(case) == "closed"
    office.goes_to_the_archive("jie", case)


@pytest.mark.parametrize("days", [15, 16])
def test_a_review_may_change_the_outcome_and_is_asked_for_in_time(founded: Founds, days: int) -> None:
    office = _centre(founded, "2026-03-02 10:00")
    case = office.case(_closed(office, yuan="2001"))
    office.later(days=days)
    office.says("申请复核", "应该退全款")
    if days > 15:
        assert office.status(case) == "closed"
        return
    office.does("jie", case, "assign_review", handler="he")
    office.does("he", case, "change", outcome="substantiated", measures="refund", words="应退全款。")
    told = office.told()
    assert "改变了处理（情况属实）" in told
    assert "退费" in told
    assert "应退全款" in office.letter(case)


def test_whoever_complains_may_urge_withdraw_and_have_it_taken_up_again(founded: Founds) -> None:
    office = _centre(founded, "2026-03-02 10:00")
    case = office.complains(FACTS, ANSWERS)
    assert "已替您催办" in office.says("催一下")
    # 24 小时内只催一次，不打扰办理。
    assert "刚催过" in office.says("催一下")
    office.says("撤回投诉", "撤回")
    assert office.status(case) == "withdrawn"
    assert not any(office.is_running(case, clock) for clock in office.clocks(case))
    office.does("jie", case, "archive")
    office.is_locked("jie", case)

    # 多人投诉同一件事：并到一件办，人人都有结果，推选代表。
    master = office.complains(FACTS, ANSWERS, who="berta")
    other = office.complains(FACTS, ANSWERS | {"name": "冯大书", "phone": "13900000092"}, who="clara")
    office.does("jie", other, "merge", master=master.number)
    office.does("jie", other, "represent")
    office.told("clara")
    office.does("jie", master, "accept")
    office.does("fu", master, "assign", handler="cha")
    office.does("cha", master, "conclude", words="属实。")
    office.does("fa", master, "opine", words="退。")
    office.does("cha", master, "propose", outcome="substantiated", measures="apology", words="道歉。")
    office.does("fu", master, "approve")
    office.does("cha", master, "close", words="向各位道歉。")
    heard = office.told("clara")
    assert "向各位道歉" in heard
    assert other.number in heard
    assert master.number not in heard

    # 不满意，15 天内重新办理。
    office.says("不满意", who="berta")
    assert office.status(master) == "closed"
    office.says("1", "道歉不够，要退钱", who="berta")
    assert office.status(master) == "investigating"
