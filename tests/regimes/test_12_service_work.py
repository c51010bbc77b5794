"""12. 服务投诉工作制度: three posts, receipt, 1 + 3 + 5 + 1 working days, refunds followed until they are done."""

from __future__ import annotations

from tests.regimes.conftest import Founds

FACTS = "宽带断网四天了，报修三次，每次都说明天来，到现在没人来"
ANSWERS = {
    "order_no": "BX260915", "claim": "尽快修好，断网四天的钱退给我", "name": "钱小光", "phone": "13900000021",
    "category": "产品",
}  # fmt: skip


def test_a_complaint_goes_through_three_posts_to_the_archive(founded: Founds) -> None:
    office = founded("service-work", "2026-09-28 10:00")
    # 二、2：接待、调查、处理三个岗位，职责和权限分开。
    office.hires("jie", "reception", name="接待员")
    office.hires("diao", "investigation", name="调查员")
    office.hires("chu", "handling", name="处理员")
    office.hires("ling", "leader", name="领导")

    # 四、1（1）：详细记录投诉内容，并出具接收凭证：编号当场给。
    case = office.complains(FACTS, ANSWERS)
    assert case.number.startswith("QF2609-")
    assert office.case(case.number).category == "product"

    # 四、1（2）：接到投诉后 1 个工作日内转交调查岗位。
    assert office.due(case, "to_investigation") == "2026-09-29 18:00"
    office.it_is("2026-09-29 09:00")
    assert office.is_refused("diao", case, "assign", handler="diao") == "act.not_your_post"
    office.does("jie", case, "assign", handler="diao")
    assert office.status(case) == "investigating"
    assert "已交" in office.told()

    # 四、2：收集证据、查明事实，接到后 3 个工作日内完成；国庆七天不算，10 月 10 日是调休上班的周六。
    assert office.due(case, "investigation") == "2026-10-09 18:00"
    office.does("diao", case, "record", kind="interview", words="问了装维班长，工单被错误关闭三次。")
    office.does("diao", case, "record", kind="document", words="调取了三张工单。")
    assert office.is_refused("jie", case, "conclude", words="属实") == "act.not_your_post"
    office.it_is("2026-10-08 16:00")
    office.does("diao", case, "conclude", words="报修三次均未上门，断网四天属实。")

    # 四、3：处理岗位提出处理意见和方案，接到调查结果后 5 个工作日内完成；查的人不能自己处理。
    assert office.due(case, "handling") == "2026-10-14 18:00"
    assert office.is_refused("diao", case, "propose", outcome="substantiated", words="…") == "act.not_your_post"
    office.it_is("2026-10-12 11:00")
    office.does("chu", case, "propose", outcome="substantiated", measures="refund", words="当天修好，退四天费用。")
    assert office.status(case) == "decided"

    # 四、4（1）：接到处理结果后 1 个工作日内答复消费者。
    assert office.due(case, "reply") == "2026-10-13 18:00"
    office.it_is("2026-10-13 09:30")
    office.does("jie", case, "close", words="网络已修好，四天的费用退到您的账户。")
    told = office.told()
    assert "情况属实" in told
    assert "退款" in told

    # 四、4（2）：退货、退款、赔偿按处理结果及时办理：没办完不能归档。
    office.later(days=40)
    assert office.is_refused("jie", case, "archive") == "act.remedies_open"
    office.does("jie", case, "fulfil", measure="refund")
    assert "退款已经办好" in office.told()
    office.does("jie", case, "archive")
    office.is_locked("jie", case)


def test_who_investigates_does_not_settle_even_in_two_posts(founded: Founds) -> None:
    """二、2: the posts are separate, so one person never acts in two of them in one case."""
    office = founded("service-work", "2026-09-28 10:00")
    office.hires("jie", "reception")
    office.hires("both", "investigation", "handling")
    case = office.complains(FACTS, ANSWERS)
    office.does("jie", case, "assign", handler="both")
    office.does("both", case, "conclude", words="属实。")
    assert office.is_refused("both", case, "propose", outcome="substantiated", words="…") == "act.separate_posts"
