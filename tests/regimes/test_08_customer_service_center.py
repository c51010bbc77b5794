"""8. 客服中心投诉管理制度: the number within a day; general in three working days, major in two and seven."""

from __future__ import annotations

import pytest

from tests.regimes.conftest import Founds
from tests.regimes.institution import Institution

FACTS = "洗衣机报修一周了，约了两次都没人上门，打不通电话"
ANSWERS = {
    "order_no": "DD260815", "claim": "这周内修好，修不好就换新的",
    "name": "沈小晨", "phone": "13900000101", "category": "服务",
}  # fmt: skip

# 第十、十六、十七条：产品、服务、员工、流程，各有负责的部门。
MATTERS = {
    "冰箱不制冷，还漏水，质量差": ("product", "质量部"),
    "售后爽约，报修没人来，一直不回复": ("service", "售后服务部"),
    "客服骂人，挂我电话，态度很不耐烦": ("staff", "人事培训部"),
    "退款审核转来转去，系统一直登录不上，手续太多": ("process", "运营管理部"),
    "有件别的小事，想让你们知道": ("other", "客服中心"),
}


def _center(founded: Founds, moment: str) -> Institution:
    """第二、三条：客服中心的全部员工；接受和处理投诉。"""
    office = founded("customer-service-center", moment)
    office.hires("jie", "agent", name="坐席小解", unit="客服中心")
    office.hires("zhuan", "owner", name="专人小专", unit="售后服务部")
    office.hires("fu", "head", name="负责人老傅", unit="客服中心")
    office.hires("ling", "leader", name="凌总")
    return office


def test_a_general_complaint_has_its_number_at_once_and_is_done_in_three_working_days(founded: Founds) -> None:
    office = _center(founded, "2026-05-08 19:30")
    case = office.complains(FACTS, ANSWERS)
    # 第八条：立即登记。第九条：24 小时内回复，并告知投诉编号：登记的同时就告诉了，凭编号查询进展。
    assert case.registered_at == office.now
    assert case.number in office.receipt
    assert "查询码" in office.receipt
    assert office.due(case, "confirmation") == "2026-05-09 19:30"
    assert not office.is_running(case, "confirmation")
    assert case.number in office.says("查进度")

    # 第十三条：一般投诉 3 个工作日；5 月 9 日是调休上班的周六。
    assert office.case(case.number).level == "general"
    assert office.due(case, "completion") == "2026-05-12 18:00"
    assert "2026 年 5 月 12 日（周二）前告诉您处理结果" in office.receipt

    # 第十一条：按性质和重要程度指派专人；第十二条：通知相关部门，协调资源。
    office.it_is("2026-05-09 09:30")
    office.does("fu", case, "assign", handler="zhuan")
    assert "已交售后服务部办理" in office.told()
    office.does("zhuan", case, "add_task", handler="jie", words="请配送部明天上午派车。")
    office.does("jie", case, "finish_task", task=office.task(case))
    # 第七条：处理过程都有记录。
    office.does("zhuan", case, "record", kind="document", words="调取两次预约单。")
    office.does("zhuan", case, "conclude", words="师傅两次爽约，属实。")
    office.does(
        "zhuan", case, "propose", outcome="substantiated", measures="solution,training,improvement", words="今天上门。"
    )
    office.it_is("2026-05-11 17:00")
    office.does("zhuan", case, "close", words="今天下午已修好，师傅重新培训，预约流程改了。")
    assert not office.is_running(case, "completion")
    told = office.told()
    assert "解决问题，满足合理要求、培训和指导员工、改进产品、服务或流程" in told

    # 第十四条：评估解决的效果，及时反馈给相关部门和员工：问满意度，措施跟到办完，记在案里。
    office.says("评价", "5")
    assert office.case(case.number).rating == 5
    office.does("zhuan", case, "note", words="回访：机器正常，用户满意，已告知配送部。")
    office.does("zhuan", case, "fulfil", measure="solution", words="回访正常。")
    assert "解决问题，满足合理要求已经办好" in office.told()
    office.later(days=40)
    assert office.is_refused("jie", case, "archive") == "act.remedies_open"
    office.does("zhuan", case, "fulfil", measure="improvement")
    office.does("jie", case, "archive")
    office.is_locked("jie", case)


# 第十条：涉及公司形象、声誉、重大经济利益的是重大投诉；哪些词、多少人、多少钱算，是本包配置的。
MAJOR = {
    "image": ("空调起火了，记者采访要上电视", "公司形象、声誉"),
    "many": ("我们小区12户人家的热水器都漏电", "公司形象、声誉"),
    "money": ("整屋的电器全坏了，损失六万元，要你们赔", "重大经济利益"),
}


@pytest.mark.parametrize("kind", MAJOR)
def test_a_major_complaint_has_first_findings_in_two_and_a_solution_in_seven_working_days(
    founded: Founds, kind: str
) -> None:
    facts, label = MAJOR[kind]
    office = _center(founded, "2026-09-18 10:00")
    case = office.complains(facts, ANSWERS | {"category": "产品"})
    assert office.case(case.number).level == "major"
    assert f"重大投诉 {case.number}（{label}），请客服中心负责人、公司领导立即过问" in office.alerts()
    # 第十三条：2 个工作日初步调查，7 个工作日给出解决方案。9 月 20 日周日调休上班，中秋 9 月 25 日至 27 日不算。
    assert "completion" not in office.clocks(case)
    assert office.due(case, "first_investigation") == "2026-09-21 18:00"
    assert office.due(case, "solution") == "2026-09-29 18:00"
    office.does("fu", case, "assign", handler="zhuan")
    office.it_is("2026-09-21 17:00")
    office.does("zhuan", case, "conclude", words="初步调查：电源板批次问题。")
    assert not office.is_running(case, "first_investigation")
    office.told()
    office.does("zhuan", case, "report_progress", words="初步查明是电源板的问题，已派专人。")
    assert "初步查明是电源板的问题" in office.told()
    office.it_is("2026-09-29 10:00")
    office.does(
        "zhuan", case, "propose", outcome="substantiated", measures="solution", yuan="60000", words="换新，赔付。"
    )
    office.does("zhuan", case, "close", words="全部换新，损失照赔。")
    assert not office.is_running(case, "solution")
    assert "全部换新" in office.told()
    office.does("zhuan", case, "fulfil", measure="solution")
    office.goes_to_the_archive("jie", case)


def test_staff_may_find_it_major_later_and_the_clocks_count_from_its_receipt(founded: Founds) -> None:
    office = _center(founded, "2026-09-23 10:00")
    case = office.complains(FACTS, ANSWERS)
    # 一般：9 月 24 日、28 日、29 日。
    assert office.due(case, "completion") == "2026-09-29 18:00"
    office.alerts()
    office.it_is("2026-09-24 11:00")
    office.does("fu", case, "set_level", level="major", words="用户是大客户，合同要到期。")
    assert "由客服中心负责人定级），请客服中心负责人、公司领导立即过问" in office.alerts()
    assert office.noted(case, "level_set") == ["major 用户是大客户，合同要到期。"]
    assert not office.is_running(case, "completion")
    # 重大的两个时限从接到之日算起：9 月 24 日、28 日；再 29 日、30 日、10 月 8 日、9 日、10 日（周六上班）。
    assert office.due(case, "first_investigation") == "2026-09-28 18:00"
    assert office.due(case, "solution") == "2026-10-10 18:00"
    # 弄清楚不重大，改回一般，原来的时限接着走。
    office.does("fu", case, "set_level", level="general", words="合同已续。")
    assert office.due(case, "completion") == "2026-09-29 18:00"
    assert office.is_running(case, "completion")
    assert not office.is_running(case, "solution")


def test_whoever_writes_a_letter_is_told_the_number_within_a_day(founded: Founds) -> None:
    office = _center(founded, "2026-10-01 09:00")
    said = {"facts": FACTS, "name": "沈小晨", "phone": "13900000101"}
    # 第九条：信件、邮件来的，登记后 24 小时内回复编号；节假日也算。
    letter, _ = office.registers("jie", "letter", **said)
    phone, _ = office.registers("jie", "phone", **said)
    assert not office.is_running(phone, "confirmation")
    assert office.is_running(letter, "confirmation")
    assert office.due(letter, "confirmation") == "2026-10-02 09:00"
    # 第十三条：3 个工作日从假日后的第一个工作日数起，10 月 10 日周六上班。
    assert office.due(letter, "completion") == office.due(phone, "completion") == "2026-10-10 18:00"
    # 还没有人承办，到期就告诉客服中心负责人，再一天告诉公司领导。
    office.it_is("2026-10-02 09:00")
    assert f"{letter.number} 的“回复并告知投诉编号”到期未完成" in (alerts := office.alerts())
    assert "客服中心负责人" in alerts
    office.does("jie", letter, "mark", clock="confirmation", words="已电话告知编号。")
    assert not office.is_running(letter, "confirmation")


def test_the_department_in_charge_follows_from_what_it_is_about(founded: Founds) -> None:
    office = _center(founded, "2026-03-02 09:00")
    for facts, (category, unit) in MATTERS.items():
        case = office.complains(facts, ANSWERS | {"category": "其他/说不清"}, who=category)
        assert case.category == category
        office.does("fu", case, "assign", unit=unit)
        assert f"已交{unit}办理" in office.told(category)
    # 归错类的由工作人员改，改了有记录。
    office.does("fu", case, "set_category", category="process")
    assert office.case(case.number).category == "process"
    assert office.noted(case, "category_set") == ["other → process"]
