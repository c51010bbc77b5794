"""15. 投诉部门基本工作制度: major complaints reach the leader within 12 hours and are handled as directed, general ones are answered
in 3 working days, and what cannot be solved is answered with reasons and next steps."""

from __future__ import annotations

from tests.regimes.conftest import Founds
from tests.regimes.institution import Institution

FACTS = "在你们门店买的牛奶已经过期，店员不肯退"
ANSWERS = {
    "happened_on": "上周六下午", "name": "何小同", "phone": "13900000151", "category": "产品质量",
}  # fmt: skip


def _department(founded: Founds, moment: str) -> Institution:
    """二、四.1: the department's staff and head, the other departments, the leader."""
    office = founded("complaint-department", moment)
    office.hires("tuo", "officer", name="投诉部小妥")
    office.hires("zhang", "head", name="投诉部章部长")
    office.hires("shang", "department", name="商务老尚", unit="商务部")
    office.hires("zong", "leader", name="公司领导")
    return office


def test_a_general_complaint_is_answered_in_three_working_days(founded: Founds) -> None:
    # 三、1：渠道随时开着；三、2：登记投诉人、联系方式、内容、时间。
    office = _department(founded, "2026-04-02 09:00")
    case = office.complains(FACTS, ANSWERS)
    assert case.number.startswith("TS202604-0001")
    detail = office.detail(case)
    assert detail is not None
    assert {"facts", "happened_on", "name", "phone"} <= set(detail.contents["answers"])
    # 三、3：按内容分级；这件是一般的，领导不用管。
    assert office.case(case.number).level == "general"
    assert office.alerts() == ""
    # 三、4：一般投诉 3 个工作日内答复；清明 4 月 4 日至 6 日不算。
    assert office.due(case, "reply") == "2026-04-08 17:30"
    assert "4 月 8 日" in office.receipt
    assert set(office.clocks(case)) == {"reply"}

    # 二、4、四.4：协调公司其他部门。
    office.does("zhang", case, "assign", handler="tuo")
    office.does("tuo", case, "add_task", handler="shang", words="问供货商同批牛奶的批号。")
    office.does("shang", case, "record", kind="verification", words="同批只有这一盒过期，理货漏查。")
    office.does("shang", case, "finish_task", task=office.task(case))
    # 三、5：及时回复投诉人处理结果。
    office.it_is("2026-04-08 16:00")
    office.told()
    office.does(
        "tuo",
        case,
        "close",
        outcome="substantiated",
        measures="solution,payment,improvement",
        words="退款并赔十倍，每天早晚各查一次效期。",
    )
    told = office.told()
    assert "情况属实" in told
    assert "解决问题、支付、退款或赔偿、改进措施" in told
    assert office.says("评价", "5")
    office.later(days=40)
    assert office.is_refused("tuo", case, "archive") == "act.remedies_open"
    office.does("tuo", case, "fulfil", measure="payment")
    # 三、6：归档，以便日后查询。
    office.does("tuo", case, "archive")
    assert office.work_of(case).volume == 2026
    office.is_locked("tuo", case)


def test_a_major_complaint_reaches_the_leader_in_twelve_hours_and_is_handled_as_directed(founded: Founds) -> None:
    office = _department(founded, "2026-10-01 20:30")
    case = office.complains("在你们门店买的盒饭吃了食物中毒，三个人住院", ANSWERS | {"happened_on": "今天中午"})
    # 三、3：有人受害的是重大，一登记就告诉负责人和公司领导；给工作人员的话里没有投诉人是谁。
    assert office.case(case.number).level == "major"
    alert = office.alerts()
    assert f"重大投诉 {case.number}（人身伤害，或影响大），请投诉部门负责人、公司领导立即过问" in alert
    assert "何小同" not in alert
    # 三、4：12 小时内向公司领导报告，夜里和国庆也算；3 个工作日的答复是一般投诉的。
    assert set(office.clocks(case)) == {"leader_report"}
    assert office.due(case, "leader_report") == "2026-10-02 08:30"
    office.it_is("2026-10-02 04:30")
    assert "“重大投诉报告公司领导”快到期：10月2日 08:30。请" in office.alerts()
    assert office.is_refused("zong", case, "mark", clock="reply") == "act.no_such_clock"
    office.does("tuo", case, "mark", clock="leader_report", words="04:40 电话报告值班领导。")
    assert not office.is_running(case, "leader_report")
    # 领导在电话里答应了，替他记下：确认之前一直在叫，先是章部长，再是公司领导。
    assert office.history(case).count("called") == 1
    assert office.noted(case, "call_passed_on")[0].startswith("zong ")
    office.confirms("zong")
    assert "zong 已确认收到，不再叫人" in office.alerts()
    office.it_is("2026-10-02 08:30")
    assert office.alerts() == ""

    # 三、4：按照领导指示处理：指示记在案里，承办人马上知道。
    assert office.is_refused("tuo", case, "supervise", words="…") == "act.not_your_post"
    office.does("zong", case, "supervise", words="先垫付住院费，封存同批盒饭，明天上午报结果。")
    assert f"{case.number} 被督办" in office.alerts()
    assert office.noted(case, "supervised") == ["先垫付住院费，封存同批盒饭，明天上午报结果。"]
    office.does("zhang", case, "assign", handler="tuo")
    office.does("tuo", case, "report_progress", words="住院费已垫付，同批盒饭已封存送检。")
    assert "已垫付" in office.told()
    office.it_is("2026-10-09 10:00")
    office.does(
        "tuo", case, "propose", outcome="substantiated", measures="payment,improvement", words="按领导指示全额赔付。"
    )
    office.does("tuo", case, "close", words="医药费、误工费全部赔付，供货商已停。")
    assert "情况属实" in office.told()
    office.does("tuo", case, "fulfil", measure="payment")
    office.goes_to_the_archive("tuo", case)


def test_the_leader_hears_of_a_report_that_is_late(founded: Founds) -> None:
    office = _department(founded, "2026-06-19 08:00")
    # 合作伙伴的投诉；金额大的也算重大（本包配置）。
    case, _ = office.registers(
        "tuo",
        "email",
        facts="拖欠货款30万元，对账三次都不付款",
        happened_on="5月底",
        name="春河供货",
        phone="13900000152",
    )
    assert (case.category, office.case(case.number).level) == ("cooperation", "major")
    office.alerts()
    office.it_is("2026-06-19 20:00")
    assert "“重大投诉报告公司领导”到期未完成：6月19日 20:00。请" in office.alerts()
    office.it_is("2026-06-20 08:00")
    assert "请公司领导处理" in office.alerts()
    office.does("tuo", case, "mark", clock="leader_report", words="补报。")
    # 晚了就是晚了，记录里看得出来。
    late = office.clocks(case)["leader_report"]
    assert late.ended_at is not None
    assert late.ended_at > late.due_at


def test_staff_raise_and_lower_the_level_and_the_clocks_follow(founded: Founds) -> None:
    office = _department(founded, "2026-05-07 09:00")
    case = office.complains("店员态度差，把我推倒了", ANSWERS | {"happened_on": "昨天", "category": "服务和人员"})
    assert office.due(case, "reply") == "2026-05-11 17:30"
    office.it_is("2026-05-07 11:00")
    assert office.is_refused("zong", case, "set_level", level="urgent") == "act.no_such_level"
    # 核实时才知道人受伤了：由工作人员定为重大，12 小时从接到投诉算。
    office.does("tuo", case, "set_level", level="major", words="投诉人手臂骨折。")
    assert "请投诉部门负责人、公司领导立即过问" in office.alerts()
    assert office.due(case, "leader_report") == "2026-05-07 21:00"
    assert not office.is_running(case, "reply")
    # 已经说好的那一天不变。
    assert f"{office.case(case.number).promised_on}" == "2026-05-11"
    office.it_is("2026-05-08 09:00")
    # 后来弄清是别的店：改回一般，3 个工作日接着原来的走；5 月 9 日周六上班。
    office.does("tuo", case, "set_level", level="general", words="骨折是以前的伤，病历可证。")
    assert office.is_running(case, "reply")
    assert office.due(case, "reply") == "2026-05-11 17:30"
    assert not office.is_running(case, "leader_report")


def test_what_cannot_be_solved_is_answered_with_reasons_and_next_steps(founded: Founds) -> None:
    office = _department(founded, "2026-12-29 15:00")
    case = office.complains(
        "加盟合同的返点没有给，对账说还要等", ANSWERS | {"happened_on": "12月", "category": "合同和合作"}
    )
    # 元旦 1 月 1 日不算；2027 年的放假安排还没有公布，算出的日子是暂定的。
    assert office.due(case, "reply") == "2027-01-04 17:30"
    assert office.clocks(case)["reply"].provisional
    office.does("zhang", case, "assign", handler="shang")
    assert "已交商务部办理" in office.told()
    office.it_is("2027-01-04 10:00")
    # 三、5：无法解决的，说明原因和后续处理措施；后续的跟到办完。
    assert office.is_refused("shang", case, "close", outcome="undetermined") == "act.needs_words"
    office.does(
        "shang",
        case,
        "close",
        outcome="undetermined",
        measures="next_steps",
        words="总部系统迁移，返点数据 2 月才能核；2 月 10 日前逐笔对账。",
    )
    told = office.told()
    assert "查不清楚" in told
    assert "说明原因和后续处理措施" in told
    office.it_is("2027-02-10 10:00")
    assert office.is_refused("tuo", case, "archive") == "act.remedies_open"
    office.does("shang", case, "fulfil", measure="next_steps", words="对账完毕，返点 2.1 万已付。")
    assert "返点 2.1 万已付" in office.told()
    office.does("tuo", case, "archive")
    # 一年一卷：2027 年答复的在 2027 年的案卷里。
    assert office.work_of(case).volume == 2027
    office.is_locked("tuo", case)


def test_an_employee_may_complain_of_the_department_itself(founded: Founds) -> None:
    """二、1: employees too; 四.3: what is told stays with those who need it."""
    office = _department(founded, "2026-08-10 09:00")
    case = office.complains(
        "领班刁难我，投诉部小妥泄露了我上次的投诉", ANSWERS | {"happened_on": "上周", "category": "员工权益"}
    )
    assert not office.knows_of("tuo", case)
    assert office.knows_of("zhang", case)
    assert office.is_refused("tuo", case, "close", outcome="answered", words="…") == "act.not_yours"
    office.does("zhang", case, "assign", handler="shang")
    office.does(
        "shang",
        case,
        "close",
        outcome="partly",
        measures="improvement",
        words="领班已调离；投诉的查看记录以后每月核对。",
    )
    shown = office.other_side_reads(case)
    assert "领班刁难我" in shown
    assert "何小同" not in shown
    # 归档的岗位只有这一位，她要回避：由补上的人来归。
    office.later(days=40)
    assert office.is_refused("tuo", case, "archive") == "act.not_yours"
    office.hires("xin", "officer", name="投诉部小新")
    office.does("xin", case, "archive")
    office.is_locked("xin", case)
