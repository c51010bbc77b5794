"""4. 政务服务投诉管理制度: registered at once, told whether it is accepted and why not, grave matters reported upward."""

from __future__ import annotations

from tests.regimes.conftest import Founds
from tests.regimes.institution import Institution

FACTS = "办营业执照跑了四趟，每次都说还缺一样材料，窗口之间推来推去"
ANSWERS = {
    "respondent": "区政务大厅企业开办窗口", "matter": "新办营业执照，9月中旬交的材料",
    "name": "罗小惠", "phone": "13900000061", "category": "服务差、效率低、推诿扯皮",
}  # fmt: skip

# 第四条：投诉范围。
SCOPE = {
    "他们乱罚款，没有依据，滥用职权": "unlawful",
    "没有一次性告知，还要奇葩证明，把我的材料弄丢了": "rights",
    "窗口的人态度差，踢皮球，办得慢，还玩手机": "quality",
    "有一点别的想法，想请你们听一听": "other",
}

# 第六条第二项：不在范围内的，每一种的说法和去处。
OUT_OF_SCOPE = {
    "decision": ("罚款太重，我不服行政处罚", "去申请行政复议或起诉"),
    "in_proceedings": ("这件事已经起诉了，正在打官司", "请向正在办理的机关了解进展"),
    "private_dispute": ("网店不退钱，买到假货", "消费纠纷打12315"),
    "employment": ("工地拖欠工资半年了", "请打12333"),
    "city_matters": ("门口的路灯不亮，一个月没人修", "请打12345"),
    "crime": ("我被诈骗了，转了账", "请马上打110"),
}


def _center(founded: Founds, moment: str) -> Institution:
    office = founded("government-service", moment)
    office.hires("jie", "window", name="受理小解")
    office.hires("cha", "officer", name="调查小查")
    office.hires("fu", "head", name="负责人老付")
    office.hires("shang", "superior", name="上级联系人尚")
    return office


def test_a_complaint_is_registered_accepted_investigated_and_answered(founded: Founds) -> None:
    office = _center(founded, "2026-09-30 16:00")
    case = office.complains(FACTS, ANSWERS)
    # 第六条第一项：立即登记，告知是否受理的日子；天数是本包配置的：1 个和 15 个工作日，国庆不算。
    assert case.registered_at == office.now
    assert "2026 年 10 月 8 日（周四）前告诉您是否受理" in office.receipt
    assert "不受理会说明理由" in office.receipt
    assert office.due(case, "acceptance") == "2026-10-08 17:00"
    assert office.is_refused("fu", case, "assign", handler="cha") == "act.not_from_here"
    office.it_is("2026-10-08 10:00")
    office.does("jie", case, "accept")
    # 10 月 10 日周六上班。
    assert "已受理" in (told := office.told())
    assert "2026 年 10 月 28 日（周三）前给您结果" in told
    assert office.due(case, "result") == "2026-10-28 17:00"
    office.does("fu", case, "assign", handler="cha")

    # 第七条第一项：核实、收集证据；第二项：审查投诉人证据的真实性、有效性。
    office.it_is("2026-10-12 10:00")
    office.does("cha", case, "record", kind="document", words="调取四次取号和收件记录。")
    office.does("cha", case, "record", kind="verification", words="投诉人的回执四张，核对原件，真实有效。")
    # 第七条第三项：必要时请专家、第三方鉴定；鉴定的时间不计，从哪天到哪天都记着。
    office.does("cha", case, "suspend", reason="appraisal", words="回执上的签名送第三方鉴定。")
    assert "先暂停" in office.told()
    office.it_is("2026-10-16 10:00")
    office.does("cha", case, "record", kind="appraisal", words="签名是窗口人员本人所写。")
    office.does("cha", case, "resume")
    (stop,) = office.clocks(case)["result"].stops
    assert (stop.why, stop.until) == ("appraisal", office.now)
    # 10 月 13、14、15、16 日没有计：从 10 月 28 日顺延四个工作日。
    assert office.due(case, "result") == "2026-11-03 17:00"
    assert "2026 年 11 月 3 日（周二）前给您消息" in office.told()
    assert office.is_refused("cha", case, "suspend", reason="hearing", words="…") == "act.no_such_stop"

    # 第八条：确有违法、违规的，依法依规处理，追究责任。
    office.does("cha", case, "conclude", words="四次都没有一次性告知，属实。")
    office.does(
        "cha", case, "propose", outcome="substantiated", measures="lawful_handling,accountability,correction",
        words="重新办理，追究责任。",
    )  # fmt: skip
    office.does("cha", case, "close", words="执照今天办好，责任人已处理。")
    told = office.told()
    for words in ("情况属实", "依法依规处理", "追究责任", "纠正，重新办理事项"):
        assert words in told
    office.says("评价", "5")
    # 纠正要真的办到，才能归档。
    office.later(days=40)
    assert office.is_refused("jie", case, "archive") == "act.remedies_open"
    office.does("cha", case, "fulfil", measure="correction")
    office.does("jie", case, "archive")
    office.is_locked("jie", case)


def test_every_matter_of_article_four_is_in_scope(founded: Founds) -> None:
    office = _center(founded, "2026-05-08 11:00")
    for facts, category in SCOPE.items():
        case = office.complains(facts, ANSWERS | {"category": "其他/说不清"}, who=category)
        assert case.category == category
        # 5 月 9 日是调休上班的周六。
        assert office.due(case, "acceptance") == "2026-05-09 17:00"


def test_what_is_out_of_scope_is_declined_with_reasons_and_shown_the_way(founded: Founds) -> None:
    office = _center(founded, "2026-05-08 11:00")
    for ground, (facts, go_to) in OUT_OF_SCOPE.items():
        # 在聊天里就先说明；仍要反映的，登记下来由工作人员定。
        assert go_to in office.says(facts, who=ground)
        case = office.complains("2", ANSWERS, who=ground)
        # 第六条第二项：不予受理要说明理由：没有理由的不算数。
        assert office.is_refused("jie", case, "decline") == "act.needs"
        office.does("jie", case, "decline", ground=ground)
        told = office.told(ground)
        assert "不予受理" in told
        assert "这里不受理：" in told
        assert go_to in told
        assert not office.is_running(case, "acceptance")
        assert "result" not in office.clocks(case)
    office.does("jie", case, "archive")
    office.is_locked("jie", case)


def test_grave_complex_or_sensitive_matters_go_upward_at_once(founded: Founds) -> None:
    office = _center(founded, "2026-02-14 15:30")
    # 第六条第三项：重大的一登记就报；按人数、按用词，规则在包里。
    facts = "我们十五个人联名投诉，办证大厅收好处费才给号，记者采访也来了"
    case = office.complains(facts, ANSWERS | {"category": "违法行使职权、不作为、乱作为"})
    assert office.case(case.number).level == "major"
    alert = office.alerts()
    assert f"重大投诉 {case.number}" in alert
    assert "投诉工作负责人立即过问" in alert
    # 报告上级部门 1 小时内，是本包配置的；报了就标明，报给谁、怎么说的记在案里。
    assert office.due(case, "superior_report") == "2026-02-14 16:30"
    office.it_is("2026-02-14 16:30")
    assert "重大、复杂、敏感事项报告上级部门”到期未完成" in office.alerts()
    office.does("jie", case, "mark", clock="superior_report", words="电话报市政务局。")
    assert office.noted(case, "marked") == ["superior_report: 电话报市政务局。"]

    # 复杂、敏感的看不出来，由工作人员定为重大，一样马上报。2 月 14 日周六上班，2 月 15 日至 23 日春节不算。
    other = office.complains("窗口不给办，说系统坏了一个月", ANSWERS | {"category": "其他/说不清"}, who="berta")
    assert other.level == "general"
    assert "superior_report" not in office.clocks(other)
    assert office.due(other, "acceptance") == "2026-02-24 17:00"
    office.alerts()
    office.it_is("2026-02-14 16:45")
    office.does("fu", other, "set_level", level="major", words="牵涉三个部门，情况复杂。")
    assert "由投诉工作负责人定级），请投诉工作负责人立即过问" in office.alerts()
    assert office.noted(other, "level_set") == ["major 牵涉三个部门，情况复杂。"]
    assert office.due(other, "superior_report") == "2026-02-14 17:30"
    office.does("fu", other, "mark", clock="superior_report", words="已报。")
    # 上级可以督办。
    office.does("shang", other, "supervise", words="请三天内报进展。")
    assert "被督办" in office.alerts()


def test_what_belongs_to_another_body_is_passed_on_and_who_is_concerned_stays_out(founded: Founds) -> None:
    office = _center(founded, "2026-04-03 10:00")
    office.hires("wu", "officer", name="吴窗口", unit="企业开办窗口")
    case = office.complains(FACTS, ANSWERS | {"respondent": "企业开办窗口"})
    # 清明 4 月 4 日至 6 日不算。
    assert office.due(case, "acceptance") == "2026-04-07 17:00"
    # 第三条第二项：公正处理：被投诉的窗口的人不能办。
    assert not office.knows_of("wu", case)
    office.does("jie", case, "accept")
    assert office.is_refused("fu", case, "assign", handler="wu") == "act.is_recused"
    assert office.is_refused("fu", case, "assign", unit="企业开办窗口") == "act.unit_recused"
    office.told()
    office.does("jie", case, "refer", words="已转市场监管局，电话12315，他们会联系您。")
    assert "已转交其他单位办理" in (told := office.told())
    assert "已转市场监管局" in told
    assert not office.is_running(case, "result")
    office.does("jie", case, "archive")
    office.is_locked("jie", case)
