"""5. 服务投诉处管理制度: taken up at the first chance; what is proposed has effect only once a leader has approved it."""

from __future__ import annotations

from tests.regimes.conftest import Founds
from tests.regimes.institution import Institution

FACTS = "净水器换了滤芯还是漏水，把地板泡坏了"
ANSWERS = {
    "happened_on": "上周五", "claim": "尽快修好，并赔偿泡坏的地板",
    "name": "韩小溪", "phone": "13900000071", "category": "产品质量",
}  # fmt: skip


def _office(founded: Founds, moment: str) -> Institution:
    office = founded("service-complaint-office", moment)
    office.hires("tou", "officer", name="投诉处小涂", unit="服务投诉处")
    office.hires("chu", "head", name="楚处长", unit="服务投诉处")
    office.hires("bu", "department", name="步经理", unit="售后服务部")
    office.hires("ling", "leader", name="凌总")
    return office


def test_nothing_that_is_proposed_has_effect_before_a_leader_approves_it(founded: Founds) -> None:
    office = _office(founded, "2026-04-30 17:00")
    # 第七条 1：详细记录投诉人信息、投诉内容、投诉时间；2：分类；3：录入系统，以便跟踪。
    case = office.complains(FACTS, ANSWERS)
    detail = office.detail(case)
    assert detail is not None
    answers = detail.contents["answers"]
    assert answers["name"]["value"] == "韩小溪"
    assert answers["happened_on"]["value"] == "2026-04-24"
    assert case.category == "product"
    assert case.number in office.says("查进度")

    # 第三条 2、第八条 1：及时响应，第一时间调查核实；1 个和 10 个工作日是本包配置的。
    # 劳动节 5 月 1 日至 5 日不算，5 月 9 日周六上班。
    assert office.due(case, "response") == "2026-05-06 18:00"
    assert office.due(case, "result") == "2026-05-18 18:00"
    office.it_is("2026-05-06 09:00")
    office.does("chu", case, "assign", handler="tou")
    assert not office.is_running(case, "response")
    assert "已交服务投诉处办理" in office.told()

    # 第八条 2：查阅资料、询问人员、实地考察。
    office.does("tou", case, "record", kind="document", words="查阅维修工单。")
    office.does("tou", case, "record", kind="interview", words="询问上门师傅。")
    office.does("tou", case, "record", kind="visit", words="上门看了地板。")
    office.does("tou", case, "conclude", words="滤芯装反，漏水属实。")

    # 第五条 3、第九条 1：提出处理意见，报请领导审批；没批准不生效，不能答复。
    office.it_is("2026-05-09 10:00")
    office.does(
        "tou", case, "propose", outcome="substantiated", measures="apology,compensation,improvement", yuan="1800",
        words="道歉，赔地板，改进培训。",
    )  # fmt: skip
    assert office.status(case) == "proposed"
    assert office.is_refused("tou", case, "approve") == "act.not_your_post"
    assert office.is_refused("chu", case, "approve") == "act.not_your_post"
    assert office.is_refused("tou", case, "close", words="…") == "act.not_from_here"
    # 领导在，部门负责人不能代批。
    assert office.is_refused("bu", case, "approve") == "act.other_post_approves"
    # 领导退回，改了再报；已经提过的不作数。
    office.does("ling", case, "send_back", words="赔偿要有定损单。")
    assert office.status(case) == "investigated"
    assert office.work_of(case).measures == ()
    office.does("tou", case, "record", kind="document", words="定损单一千六百元。")
    office.does(
        "tou", case, "propose", outcome="substantiated", measures="apology,compensation,improvement", yuan="1600",
        words="按定损单赔。",
    )  # fmt: skip
    assert office.told() == ""
    office.does("ling", case, "approve", words="同意。")
    assert office.status(case) == "decided"

    office.it_is("2026-05-11 14:00")
    office.does("tou", case, "close", words="向您道歉，赔偿一千六百元，师傅重新培训。")
    told = office.told()
    assert "赔礼道歉、赔偿损失、改进服务措施" in told
    # 第五条 4：跟踪处理结果，确保妥善解决：赔了、改了才算完。
    office.later(days=40)
    assert office.is_refused("tou", case, "archive") == "act.remedies_open"
    office.does("tou", case, "fulfil", measure="compensation")
    assert office.is_refused("tou", case, "archive") == "act.remedies_open"
    office.does("tou", case, "fulfil", measure="improvement")
    told = office.told()
    assert "赔偿损失已经办好" in told
    assert "改进服务措施已经办好" in told
    office.does("tou", case, "archive")
    office.is_locked("tou", case)


def test_the_head_of_the_department_approves_while_the_leader_is_away(founded: Founds) -> None:
    office = _office(founded, "2026-10-10 09:00")
    # 10 月 10 日是调休上班的周六，当天不算。
    case = office.complains(FACTS, ANSWERS)
    assert office.due(case, "response") == "2026-10-12 18:00"
    assert office.due(case, "result") == "2026-10-23 18:00"
    office.does("chu", case, "assign", handler="tou")
    office.does("tou", case, "conclude", words="属实。")
    office.does("tou", case, "propose", outcome="substantiated", measures="apology", words="道歉。")
    # 第五条 3：报请相关部门或领导审批。
    office.is_away("ling")
    office.does("bu", case, "approve")
    office.does("tou", case, "close", words="向您道歉。")
    assert "赔礼道歉" in office.told()
    office.says("评价", "4")
    assert office.case(case.number).rating == 4
    office.goes_to_the_archive("tou", case)


# 第七条 2：分类。
KINDS = {
    "净水器漏电报警，水有异味": "product", "营业员态度很差，强行推销，夸大效果": "service",
    "报修三次没人来，售后一直不回复": "after_sales", "有件小事，想和你们说一说": "other",
}  # fmt: skip


def test_a_complaint_by_phone_mail_or_visit_is_put_down_in_full_and_sorted(founded: Founds) -> None:
    office = _office(founded, "2026-03-02 09:00")
    # 第六条：电话、邮件、现场、网络（聊天）。第七条 1：投诉人、内容、时间都要记。
    said = {"facts": next(iter(KINDS)), "happened_on": "昨天", "name": "韩小溪", "phone": "13900000071"}
    for missing in said:
        told = {key: words for key, words in said.items() if key != missing}
        assert office.cannot_register("tou", "phone", **told) == "register.missing"
    for channel in ("phone", "email", "visit"):
        for facts, category in KINDS.items():
            case, _ = office.registers("tou", channel, **(said | {"facts": facts}))
            assert (case.channel, case.category) == (channel, category)


def test_the_privacy_of_both_sides_is_kept(founded: Founds) -> None:
    office = _office(founded, "2026-03-02 09:00")
    office.hires("shi", "officer", name="史上门", unit="售后服务部")
    # 第三条 3、第八条 3：保护投诉人及涉事人员的隐私。
    case = office.complains("史上门师傅上门骂人，还乱收费", ANSWERS | {"category": "服务质量"})
    assert not office.knows_of("shi", case)
    shown = office.other_side_reads(case)
    assert "上门骂人" in shown
    assert "韩小溪" not in shown
    assert "13900000071" not in shown
    office.does("chu", case, "assign", handler="tou")
    office.does("tou", case, "record", kind="interview", words="史上门，家住清泉路，承认骂人。")
    office.does("tou", case, "conclude", words="属实。")
    office.does("tou", case, "propose", outcome="substantiated", measures="apology", words="责令史上门道歉。")
    office.does("ling", case, "approve")
    office.does("tou", case, "close", words="当事人向您道歉。")
    # 投诉人看到结果，看不到涉事人员的情况，也看不到内部怎么议的。
    read = office.told() + office.says("查进度") + office.letter(case)
    for hidden in ("家住清泉路", "责令史上门道歉"):
        assert hidden not in read
    # 提醒工作人员的话里，两边的姓名都没有。
    office.does("chu", case, "note", words="…")
    assert "史上门" not in office.alerts()
