"""3. 处理投诉的工作制度（公司）: passed to customer service within a day, reviewed, answered in writing, kept."""

from __future__ import annotations

from tests.regimes.conftest import Founds
from tests.regimes.institution import Institution

FACTS = "买的书柜用了一周就开胶变形，店里的人说过了七天不管"
ANSWERS = {
    "respondent": "暖阳路店", "claim": "换一个新的，并补偿误工的半天",
    "name": "秦小暖", "phone": "13900000051", "category": "产品",
}  # fmt: skip


def _company(founded: Founds, moment: str) -> Institution:
    """第二部分：公司各部门及全体工作人员。"""
    office = founded("company", moment)
    office.hires("men", "department", name="门店小孟", unit="销售部")
    office.hires("zhi", "department", name="质检小智", unit="质量管理部")
    office.hires("ke", "customer_service", name="客服小柯", unit="客服部")
    office.hires("tou", "head", name="客服主管老童")
    office.hires("ling", "leader", name="凌总")
    return office


def test_a_complaint_is_passed_on_within_a_day_and_answered_in_writing(founded: Founds) -> None:
    office = _company(founded, "2026-09-30 20:30")
    case = office.complains(FACTS, ANSWERS)
    assert case.number.startswith("GS202609-")
    assert "24小时内转到客服部门" in office.receipt
    assert "告诉您处理结果" in office.receipt

    # 第四部分 1：收到后 24 小时内转交客服部门，夜里和国庆假期也算。
    assert office.due(case, "transfer") == "2026-10-01 20:30"
    # 书面回复没有写天数，10 个工作日是本包配置的：10 月 10 日周六上班。
    assert office.due(case, "reply") == "2026-10-20 18:00"
    office.it_is("2026-10-01 09:00")
    office.does("men", case, "mark", clock="transfer", words="已转客服部小柯。")
    assert not office.is_running(case, "transfer")

    # 第四部分 2：客服部门审核，符合条件的受理，立即开展调查。
    office.it_is("2026-10-08 09:30")
    office.does("ke", case, "accept")
    assert "已受理" in office.told()
    office.does("ke", case, "assign", handler="ke", unit="客服部")
    # 第四部分 3：客服部门组织相关部门调查分析。
    office.does("ke", case, "add_task", handler="zhi", words="检验书柜的胶。")
    office.does("zhi", case, "record", kind="appraisal", words="胶水批次不合格。")
    office.does("zhi", case, "finish_task", task=office.task(case))
    office.does("ke", case, "conclude", words="质量问题属实。")

    # 第四部分 4：客服部门制定方案，通知相关部门执行；第六部分 1 至 3：赔偿补偿、处理员工、培训，4：改进。
    assert office.is_refused("zhi", case, "propose", outcome="substantiated", words="…") == "act.not_your_post"
    office.does(
        "ke", case, "propose", outcome="substantiated", measures="compensation,discipline,training,improvement",
        words="换新，补偿半天误工。",
    )  # fmt: skip
    office.does("ke", case, "add_task", handler="men", words="送新书柜上门。")

    # 第四部分 5：处理完毕书面回复，并保留回复记录。
    office.it_is("2026-10-14 15:00")
    office.does("ke", case, "close", words="新书柜明天送到，另补偿误工费两百元。")
    told = office.told()
    for words in ("情况属实", "赔偿或补偿", "处理违规员工", "培训员工", "改进服务", "另补偿误工费两百元"):
        assert words in told
    letter = office.letter(case)
    assert "秦小暖" in letter
    assert "另补偿误工费两百元" in letter
    assert office.noted(case, "closed") == ["新书柜明天送到，另补偿误工费两百元。"]

    # 赔偿或补偿跟到办完；第四部分 6：归档，便于日后查询。
    office.later(days=40)
    assert office.is_refused("ke", case, "archive") == "act.remedies_open"
    office.does("ke", case, "fulfil", measure="compensation")
    assert "赔偿或补偿已经办好" in office.told()
    office.does("ke", case, "archive")
    office.is_locked("ke", case)
    detail = office.detail(case)
    assert detail is not None
    assert "换一个新的" in str(detail.contents)


def test_what_does_not_meet_the_conditions_is_declined_with_its_reason(founded: Founds) -> None:
    office = _company(founded, "2026-02-13 16:00")
    # 第四部分 2：在聊天里先说明为什么、该去哪里；坚持反映的照样登记，由客服部门审核。
    facts = "这个柜子是在闲鱼上买的，收到就松动，想让你们退"
    case = office.complains(facts, ANSWERS)
    assert case.status == "registered"
    # 2 月 14 日是调休上班的周六，2 月 15 日至 23 日是春节。
    assert office.due(case, "reply") == "2026-03-05 18:00"
    office.it_is("2026-02-14 10:00")
    assert office.is_refused("ke", case, "decline", ground="weather") == "act.no_such_ground"
    office.does("ke", case, "decline", ground="not_ours", words="谢谢您告诉我们。")
    told = office.told()
    assert "不予受理" in told
    assert "这不是本公司卖出的东西或提供的服务" in told
    assert "可以打12315" in told
    # 不予受理的案件没有时限再走，也不再承诺日子；当年立卷。
    assert not any(office.is_running(case, clock) for clock in office.clocks(case))
    office.does("ke", case, "archive")
    office.is_locked("ke", case)


def test_complaints_by_third_parties_and_in_writing_end_in_the_same_register(founded: Founds) -> None:
    office = _company(founded, "2026-06-18 10:00")
    said = {"facts": "送货的师傅私下收钱，态度很差", "name": "秦小暖", "phone": "13900000051"}
    # 第三部分 1 至 4：电话、书面（邮件、传真、电子邮件）、现场、第三方（行业协会、消费者协会、政府部门）。
    office.registers("men", "phone", **said)
    office.registers("men", "letter", **said)
    office.registers("ke", "fax", **said)
    office.registers("ke", "email", **said)
    office.registers("men", "visit", **said)
    case, _ = office.registers("ke", "referral", relation="青禾市消费者协会", **said)
    assert case.number.startswith("GS202606-0006")
    assert case.channel == "referral"
    assert case.category == "staff"
    # 端午 6 月 19 日至 21 日不算。
    assert office.due(case, "reply") == "2026-07-03 18:00"

    # 转交拖过 24 小时，客服部门负责人会知道；再过一天，公司领导会知道。
    office.it_is("2026-06-19 10:00")
    assert f"{case.number} 的“转交客服部门”到期未完成：6月19日 10:00。请公司领导、客服部门负责人处理" in office.alerts()
    office.it_is("2026-06-20 10:00")
    assert f"{case.number} 的“转交客服部门”到期未完成：6月19日 10:00。请公司领导处理" in office.alerts()


def test_nothing_that_tells_who_complains_leaves_the_house_without_consent(founded: Founds) -> None:
    office = _company(founded, "2026-06-18 10:00")
    # 第七部分 1：隐私告知在先，投诉人同意了才问姓名电话；2：处理中的内部信息不对外。
    facts = "安装的田师傅态度很差，还要小费，我叫秦小暖，电话13900000051"
    case = office.complains(facts, ANSWERS | {"respondent": "安装的田师傅", "category": "员工行为"})
    shown = office.other_side_reads(case)
    assert "田师傅" in shown
    for secret in ("秦小暖", "13900000051", case.number):
        assert secret not in shown
    office.does("ke", case, "accept")
    office.does("ke", case, "assign", handler="ke", unit="客服部")
    office.told()
    office.does("ke", case, "record", kind="interview", words="田师傅承认了，家庭有困难。")
    office.does("ke", case, "note", words="和人力资源部商量。")
    assert office.told() == ""
    answer = office.says("查进度")
    assert "家庭有困难" not in answer
    assert "人力资源部商量" not in answer
    # 给工作人员的提醒里也没有投诉人的信息。
    office.it_is("2026-07-02 18:00")
    alerts = office.alerts()
    assert case.number in alerts
    assert "秦小暖" not in alerts
    assert "13900000051" not in alerts
