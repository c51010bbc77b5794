"""9. 制造企业投诉管理制度（篇1）: four departments, a number that restarts each month, approval by amount, overdue reaction, and
returns and countermeasures followed until their effect is confirmed."""

from __future__ import annotations

from tests.regimes.conftest import Founds
from tests.regimes.institution import Institution

FACTS = "轴套内径偏大，装配后松动"
ANSWERS = {
    "order_no": "PO-260915-03", "part_no": "A1024-08", "quantity": "5000件", "delivery_on": "9月15日",
    "defective_quantity": "120件", "claim": "不良品全部退货换新，我们等着装机", "name": "北坡机械，陈小工",
    "phone": "13900000091", "category": "质量异常",
}  # fmt: skip
RECEIVED_BY_PHONE = {
    "facts": FACTS, "order_no": "PO-260915-03", "part_no": "A1024-08", "quantity": "5000件",
    "delivery_on": "2026-09-15", "defective_quantity": "120件", "claim": "换货", "name": "北坡机械", "phone": "13900000091",
}  # fmt: skip


def _factory(founded: Founds, moment: str) -> Institution:
    """第七条: four departments; and above them the general manager."""
    office = founded("manufacturer", moment)
    office.hires("ye", "sales", name="业务小叶")
    office.hires("pin", "quality", name="品管小平")
    office.hires("zong", "gm_office", name="生管小宗")
    office.hires("guan", "gm_office", name="生管老关")
    office.hires("zhi", "production", name="制造小支")
    office.hires("jing", "general_manager", name="总经理")
    return office


def test_a_quality_fault_goes_through_four_departments_until_its_improvement_is_confirmed(founded: Founds) -> None:
    office = _factory(founded, "2026-09-24 10:00")
    case = office.complains(FACTS, ANSWERS)
    # 第八条：编号 YYMMCC，两位年、两位月、当月流水号。
    assert case.number == "260901"
    # 第五条：质量异常和非质量异常（人为因素）分开。
    assert case.category == "quality"
    # 第九条 1：订单编号、料号、数量、交运日期、不良数量、客户要求，连同异常样品。
    assert {"order_no", "part_no", "quantity", "delivery_on", "defective_quantity", "claim"} <= set(_answers(office))
    assert "请留好不良样品" in office.receipt
    # 处理期限由本包配置：2 个和 10 个工作日。中秋 9 月 25 日至 27 日、国庆 10 月 1 日至 7 日不算，10 月 10 日周六上班。
    assert office.due(case, "first_reply") == "2026-09-29 17:00"
    assert office.due(case, "solution") == "2026-10-15 17:00"
    assert "9 月 29 日" in office.receipt

    # 第七条 1（1）：业务部详查订单编号、料号、数量、交运日期；（2）：确认客户要求和理由。
    office.does(
        "ye",
        case,
        "record",
        kind="verification",
        words="订单、料号、数量、交运日期与出货单一致；客户要求换货，等着装机。",
    )
    # 第七条 3（3）：立案由总经理室联系。
    office.it_is("2026-09-28 09:00")
    assert office.is_refused("pin", case, "accept") == "act.not_your_post"
    office.does("zong", case, "accept")
    told = office.told()
    assert "已受理" in told
    assert "10 月 15 日" in told
    assert not office.is_running(case, "first_reply")
    office.does("zong", case, "assign", handler="pin")
    assert "已交质量管理部办理" in office.told()

    # 第七条 2（1）（3）：质量管理部调查、检验确认、确定职责人员；4（1）：制造部详细调查、拟定对策。
    office.does("pin", case, "record", kind="appraisal", words="抽检 50 件，6 件内径超上差 0.03。")
    office.does("zong", case, "add_task", handler="zhi", words="查二线 9 月 10 日到 14 日的刀具记录，拟定对策。")
    office.does("zhi", case, "record", kind="document", words="镗刀超周期两天没有换；对策：到期锁机。")
    office.does("zhi", case, "finish_task", task=office.task(case))
    assert office.is_refused("ye", case, "conclude", words="…") == "act.not_your_post"
    office.does("pin", case, "conclude", words="镗刀磨损没有按周期换，责任在制造部二线，责任人是当班组长。")
    # 第七条 3（4）：处理方式由总经理室拟定；2（1）：先要质量管理部报批的书面意见。
    proposal = {"outcome": "substantiated", "measures": "return,countermeasure", "words": "退货换新，到期锁机。"}
    assert office.is_refused("zong", case, "propose", **proposal) == "act.opinion_first"
    assert office.is_refused("zhi", case, "opine", words="…") == "act.not_your_post"
    office.does("pin", case, "opine", words="同意退货，建议二线全检。")
    office.does("zong", case, "propose", yuan="8000", **proposal)
    # 第二条 核决权限：一万元以内由总经理室定，提的人不能自己定，总经理也不越过它。
    assert office.is_refused("zong", case, "approve") == "act.own_proposal"
    assert office.is_refused("jing", case, "approve") == "act.other_post_approves"
    office.does("guan", case, "approve")
    assert office.status(case) == "decided"
    assert office.told() == ""

    # 第七条 1（4）：业务部迅速传达处理结果。
    office.it_is("2026-10-10 15:00")
    office.does("ye", case, "close", words="120 件全部退货换新，10 月 14 日发出；二线已改为刀具到期锁机。")
    told = office.told()
    assert "情况属实" in told
    assert "成品退货、改善对策，确认效果" in told
    assert "到期锁机" in office.letter(case)

    # 第二条 成品退货、追踪改善；第七条 3（5）：改善方案的执行要督促，效果要确认，确认之前不能归档。
    office.does("ye", case, "fulfil", measure="return", words="退货单 TH-261014。")
    assert "成品退货已经办好" in office.told()
    office.it_is("2026-11-20 10:00")
    assert office.is_refused("zong", case, "archive") == "act.remedies_open"
    office.does("zong", case, "fulfil", measure="countermeasure", words="11 月三批抽检没有再超差，效果确认。")
    assert "没有再超差" in office.told()
    office.does("zong", case, "archive")
    office.is_locked("zong", case)


def _answers(office: Institution) -> dict[str, object]:
    detail = office.detail(office.case("260901"))
    assert detail is not None
    return dict(detail.contents["answers"])


def test_a_late_reply_is_a_step_of_its_own_and_a_large_sum_goes_to_the_general_manager(founded: Founds) -> None:
    office = _factory(founded, "2026-02-12 16:30")
    facts = "送来的料混料了，产线已经停线，整批退货，损失8万元"
    case = office.complains(facts, ANSWERS | {"category": "非质量异常"})
    # 停线、金额大的是重大（本包配置），一登记就告诉总经理室和总经理。
    assert office.case(case.number).level == "major"
    assert f"重大投诉 {case.number}（停线、安全或金额大），请总经理室生产管理室、总经理立即过问" in office.alerts()
    # 春节前的 2 月 14 日周六上班，算一天；2 月 15 日至 23 日放假，28 日周六上班。
    assert office.due(case, "first_reply") == "2026-02-14 17:00"
    assert office.due(case, "solution") == "2026-03-04 17:00"

    # 第二条、第七条 3（1）：时效和逾期反应归总经理室：提前一天、到期、再过一天。还没人办，下一级一起听到。
    office.it_is("2026-02-14 08:00")
    assert "“初步答复”快到期：2月14日 17:00。请总经理室生产管理室留意" in office.alerts()
    office.it_is("2026-02-14 17:00")
    assert "“初步答复”到期未完成：2月14日 17:00。请总经理、总经理室生产管理室处理" in office.alerts()
    assert "很抱歉" in office.told()
    office.it_is("2026-02-15 17:00")
    assert "“初步答复”到期未完成：2月14日 17:00。请总经理处理" in office.alerts()
    office.it_is("2026-02-24 08:30")
    office.does("zong", case, "accept", words="春节值班漏看，向您道歉。")
    # 第五条 1：查下来不是质量异常的，改过来。
    office.does("zong", case, "set_category", category="quality", words="混料出在来料检验。")
    office.does("zong", case, "assign", handler="pin")
    office.does("pin", case, "conclude", words="两种料号装进同一箱，责任在制造部包装班。")
    office.does("pin", case, "opine", words="应当整批退货并赔停线损失。")
    office.does(
        "ye", case, "propose", outcome="substantiated", measures="return,discount", yuan="80000", words="退货并赔八万。"
    )

    # 第二条 核决权限：一万元以上由总经理定。
    assert office.is_refused("zong", case, "approve") == "act.other_post_approves"
    office.does("jing", case, "send_back", words="先核对停线时长。")
    office.does(
        "ye", case, "propose", outcome="substantiated", measures="return,discount", yuan="62000", words="停线 31 小时。"
    )
    office.does("jing", case, "approve")
    office.told()
    office.does("ye", case, "close", words="整批退货，停线损失六万二千元下月货款里扣。")
    assert "折让或赔偿" in office.told()
    for measure in ("return", "discount"):
        office.does("ye", case, "fulfil", measure=measure)
    office.goes_to_the_archive("zong", case)


def test_the_number_begins_anew_each_month_and_nobody_speaks_for_two_departments(founded: Founds) -> None:
    office = _factory(founded, "2026-09-29 09:00")
    office.hires("liang", "sales", "quality", name="两头跑")
    first, code = office.registers("ye", "phone", **RECEIVED_BY_PHONE)
    second, _ = office.registers("liang", "fax", **RECEIVED_BY_PHONE)
    office.it_is("2026-10-08 08:10")
    third, _ = office.registers("ye", "email", **RECEIVED_BY_PHONE)
    # 第八条 2：编号周期以年度月份为基准。
    assert [case.number for case in (first, second, third)] == ["260901", "260902", "261001"]
    # 第九条 1：编号、料号、数量这些都要查明，缺一项登记不了。
    lacking = {key: words for key, words in RECEIVED_BY_PHONE.items() if key != "defective_quantity"}
    assert office.cannot_register("ye", "phone", **lacking) == "register.missing"

    # 第七条：四个部门各管各的，登记时代表业务部的人不能再代表质量管理部。
    office.does("zong", second, "accept")
    office.does("zong", second, "assign", handler="pin")
    assert office.is_refused("liang", second, "conclude", words="…") == "act.separate_posts"

    # 客户凭编号和查询码，把业务部电话登记的这件接到自己的聊天里，以后的消息都到那里。
    assert "260901" in office.says("查进度", "260901", code)
    office.does("zong", first, "accept")
    assert "已受理" in office.told()


def test_what_did_no_damage_is_explained_with_references(founded: Founds) -> None:
    """第三条、第七条 1（3）: no loss, so the customer is helped and given references."""
    office = _factory(founded, "2026-06-18 14:00")
    case = office.complains("送货单上少了检验报告，报告没附", ANSWERS | {"category": "非质量异常"})
    assert case.category == "non_quality"
    # 端午 6 月 19 日至 21 日不算。
    assert office.due(case, "first_reply") == "2026-06-23 17:00"
    assert office.due(case, "solution") == "2026-07-03 17:00"
    office.does("ye", case, "accept")
    office.does("ye", case, "assign", handler="pin")
    # 缺样品、缺资料的请客户补一次，时限停着；第二次不能再要。
    office.does("pin", case, "request_supplement", words="请发送货单照片。")
    office.it_is("2026-06-24 09:00")
    office.shows()
    # 6 月 22 日至 24 日也没有计。
    assert office.due(case, "solution") == "2026-07-08 17:00"
    assert office.is_refused("pin", case, "request_supplement", words="…") == "act.supplement_asked_before"
    office.does("pin", case, "conclude", words="报告漏装，没有造成损失。")
    office.does("pin", case, "opine", words="补发即可。")
    office.does("zong", case, "propose", outcome="substantiated", measures="explanation", words="补发报告。")
    # 没有写金额的，也由总经理室定；它的人都不在，由总经理代行。
    for account in ("zong", "guan"):
        office.is_away(account)
    office.does("jing", case, "approve")
    office.does("ye", case, "close", words="检验报告已发到您的邮箱，以后随货同行。")
    assert "解答疑难，提供资料" in office.told()
    office.is_away("zong", away=False)
    office.goes_to_the_archive("zong", case)
