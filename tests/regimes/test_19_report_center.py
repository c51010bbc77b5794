"""19. 举报投诉中心管理制度: reports may be anonymous, malicious ones are screened out with a recorded reason, an investigator without
ties is named, proposals go to the body concerned, and the result is told with advice on what else can be done."""

from __future__ import annotations

from tests.regimes.conftest import Founds
from tests.regimes.institution import Institution

FACTS = "河东加工厂每天夜里把废水偷排进河里，已经一个月"
ANSWERS = {
    "respondent": "河东加工厂", "happened_on": "上个月开始", "place": "河东村桥边", "name": "赵小白", "phone": "13900000191",
    "category": "违法行为",
}  # fmt: skip


def _centre(founded: Founds, moment: str) -> Institution:
    """1.1、1.2、2.1、2.2、3.2: intake, investigators, the director and the deputy, and who watches over them."""
    office = founded("report-center", moment)
    office.hires("shou", "intake", name="初核小寿")
    office.hires("cheng", "investigator", name="承办老程", unit="调查一科")
    office.hires("zhu", "director", name="中心主任")
    office.hires("fu", "deputy", name="中心副主任")
    office.hires("du", "inspector", name="监督员")
    return office


def test_an_anonymous_report_is_screened_filed_and_answered(founded: Founds) -> None:
    office = _centre(founded, "2026-09-18 16:00")
    # 2.1：公众方便地提出；可以匿名，不记姓名和电话。
    assert "匿名反映，不记姓名和电话" in office.says("匿名")
    case = office.complains(FACTS, ANSWERS)
    detail = office.detail(case)
    assert detail is not None
    assert case.anonymous
    assert not {"name", "phone"} & set(detail.contents["answers"])
    assert "不立案会说明理由" in office.receipt
    assert "指定和被举报人没有关系的承办人" in office.receipt
    # 天数制度没有写，是本包配置的：5 个工作日初核，立案后 30 个工作日。9 月 20 日周日上班。
    assert office.due(case, "screening") == "2026-09-24 17:30"
    assert "9 月 24 日" in office.receipt

    # 2.1：初步筛查，先写下来；2.2：符合条件的立案。
    office.does("shou", case, "record", kind="verification", words="桥边有排口，和举报说的一致，初核可查。")
    office.it_is("2026-09-23 10:00")
    assert office.is_refused("cheng", case, "accept") == "act.not_your_post"
    office.does("shou", case, "accept")
    # 没有留电话的，凭编号和查询码、在这个聊天里照样听得到。
    assert "已受理" in office.told()
    # 中秋 9 月 25 日至 27 日、国庆 10 月 1 日至 7 日不算，10 月 10 日周六上班。
    assert office.due(case, "result") == "2026-11-11 17:30"

    # 2.2：指定专业人员调查；独立：初核的、批准的、监督的都不能查。
    assert office.is_refused("shou", case, "assign", handler="zhu") == "act.has_no_duty"
    assert office.is_refused("zhu", case, "assign", handler="du") == "act.has_no_duty"
    office.does("shou", case, "assign", handler="cheng")
    assert "已交调查一科办理" in office.told()
    office.does("cheng", case, "record", kind="visit", words="夜里 11 点取水样。")
    # 鉴定的时间不算；5 个工作日顺延。
    office.it_is("2026-10-12 09:00")
    office.does("cheng", case, "suspend", reason="appraisal", words="水样送检。")
    assert "先暂停" in office.told()
    office.it_is("2026-10-19 09:00")
    office.does("cheng", case, "resume", words="结果出来了。")
    assert office.due(case, "result") == "2026-11-18 17:30"
    office.does("cheng", case, "record", kind="appraisal", words="铬超标 8 倍。")
    office.does("cheng", case, "conclude", words="偷排属实。")

    # 2.3：向有关单位提出处理建议；批准由负责人，提的人不能自己定。
    proposal = {"outcome": "substantiated", "measures": "proposal,prosecution,advice", "words": "移送生态环境局查处。"}
    office.does("cheng", case, "propose", **proposal)
    assert office.is_refused("cheng", case, "approve") == "act.not_your_post"
    assert office.is_refused("fu", case, "approve") == "act.other_post_approves"
    office.does("zhu", case, "approve")
    # 2.4：及时反馈处理结果，并告诉怎样救济。
    office.it_is("2026-11-18 10:00")
    office.told()
    office.does("cheng", case, "close", words="已建议生态环境局立案查处；河道受损可以起诉，12348 免费法律援助。")
    told = office.told()
    assert "情况属实" in told
    assert "向有关单位提出处理建议、查处违法行为、法律援助和维权指导" in told
    assert "12348" in told
    # 建议跟到有关单位有回音。
    office.later(days=40)
    assert office.is_refused("shou", case, "archive") == "act.remedies_open"
    office.does("cheng", case, "fulfil", measure="proposal", words="生态环境局已立案，文号青环立〔2026〕31 号。")
    assert "青环立〔2026〕31 号" in office.told()
    office.does("shou", case, "archive")
    office.is_locked("shou", case)


def test_a_malicious_report_is_screened_out_with_its_reason_on_record(founded: Founds) -> None:
    office = _centre(founded, "2026-06-17 09:00")
    case = office.complains("隔壁老王是外星人，违法", ANSWERS | {"respondent": "隔壁老王"})
    # 端午 6 月 19 日至 21 日不算。
    assert office.due(case, "screening") == "2026-06-25 17:30"
    # 2.1：防止恶意举报：初步筛查的理由要写下来，不写不行；承办人没有这个权。
    assert office.is_refused("shou", case, "decline") == "act.needs"
    assert office.is_refused("cheng", case, "decline", words="…") == "act.not_your_post"
    office.does(
        "shou", case, "record", kind="verification", words="派出所证明：同一人一年内恶意举报邻居九次，均不属实。"
    )
    office.does("shou", case, "decline", words="所说的不是能够查证的违法行为，不立案。有具体事实和证据的，可以再举报。")
    told = office.told()
    assert "不予受理" in told
    assert "不是能够查证的违法行为" in told
    assert office.noted(case, "declined") == ["所说的不是能够查证的违法行为，不立案。有具体事实和证据的，可以再举报。"]
    assert not office.is_running(case, "screening")
    # 内部的核对不告诉举报人。
    assert "恶意" not in office.says("查进度")
    office.does("shou", case, "archive")
    office.is_locked("shou", case)


def test_nobody_with_ties_investigates_and_the_other_side_learns_no_name(founded: Founds) -> None:
    office = _centre(founded, "2026-02-13 14:00")
    office.hires("qin", "investigator", name="承办小秦", unit="调查二科")
    # 2.2 独立、客观：被举报的是本中心的人，他查不到、办不了。春节 2 月 15 日至 23 日，14 日、28 日周六上班。
    case = office.complains(
        "承办老程收礼，包庇河东加工厂，我叫赵小白，电话13900000191",
        ANSWERS | {"respondent": "承办老程", "category": "不良行为"},
    )
    assert case.category == "misconduct"
    assert office.due(case, "screening") == "2026-02-27 17:30"
    assert not office.knows_of("cheng", case)
    # 只有监督职责的，管不着办案，从拒绝的话里也看不出有没有这件。
    assert office.is_refused("du", case, "note", words="…") == "act.not_yours"
    # 初核和查办不能是一个人。
    office.hires("liang", "intake", "investigator", name="两头小梁")
    office.does("liang", case, "accept")
    assert office.is_refused("zhu", case, "assign", handler="liang") == "act.separate_posts"
    assert office.is_refused("zhu", case, "assign", handler="cheng") == "act.is_recused"
    office.does("zhu", case, "assign", handler="qin")
    office.told()
    # 承办人发现自己有牵连，自行回避，换人；回避了的人从此看不到，这件案子没有承办人，提醒会说。
    office.does("qin", case, "recuse", words="河东加工厂是我表哥开的。")
    assert not office.knows_of("qin", case)
    assert office.work_of(case).handler_id is None
    office.hires("yue", "investigator", name="承办小岳", unit="调查二科")
    office.does("zhu", case, "assign", handler="yue")
    office.does("yue", case, "conclude", words="收礼两次，属实。")
    # 主任派过人、主任要批准；主任不在，由副主任代行，但查过的人不行。
    office.does("yue", case, "propose", outcome="substantiated", measures="correction,advice", words="调离岗位。")
    office.is_away("zhu")
    office.does("fu", case, "approve")
    office.does("yue", case, "close", words="当事人已调离；对结果不服可以向上级举报中心反映。")
    assert "纠正不良行为" in office.told()
    # 2.4 以外还有一条：给被举报一方看的，没有举报人是谁，话里写的也盖住。
    shown = office.other_side_reads(case)
    assert "包庇河东加工厂" in shown
    assert "赵小白" not in shown
    assert "13900000191" not in shown
    office.goes_to_the_archive("shou", case)


def test_a_visitor_may_stay_anonymous_and_a_letter_passed_on_counts_the_same(founded: Founds) -> None:
    office = _centre(founded, "2026-04-30 17:00")
    # 2.1：渠道不止一条：来访、来信、其他机关转来。
    letter, code = office.registers(
        "shou",
        "referral",
        relation="市信访局",
        facts="某路口私挖乱建，无证施工",
        respondent="某工地",
        name="赵小白",
        phone="13900000191",
    )
    assert letter.category == "illegal"
    # 劳动节 5 月 1 日至 5 日不算，5 月 9 日周六上班。
    assert office.due(letter, "screening") == "2026-05-11 17:30"
    assert office.cannot_register("cheng", "visit", facts="…", respondent="…") == "act.not_your_post"
    visit, _ = office.registers("shou", "visit", facts="某单位公车私用", respondent="某单位")
    assert visit.category == "misconduct"
    assert office.due(visit, "screening") == "2026-05-11 17:30"
    # 留了名的凭编号和码接到自己的聊天；不归这里管的转到该管的单位，并告诉转给了谁。
    assert letter.number in office.says("查进度", letter.number, code)
    office.does("shou", letter, "refer", words="违建归城管局查处，已转城管局，联系电话 000-8120 0099。")
    assert "已转城管局" in office.told()
    assert not office.is_running(letter, "screening")
    office.does("shou", letter, "archive")
    office.is_locked("shou", letter)
