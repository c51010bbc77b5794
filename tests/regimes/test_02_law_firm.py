"""2. 律师事务所客户投诉管理规章制度: recusal, a written opinion, a partner's decision, the partners' meeting, yearly volumes."""

from __future__ import annotations

import pytest

from tests.regimes.conftest import Founds
from tests.regimes.institution import Institution

FACTS = "案子交给你们三个月，打了五次电话都没人告诉我进展，拖着不办"
ANSWERS = {
    "respondent": "孙大宇律师", "matter": "房屋买卖纠纷，合同编号2025-058",
    "name": "许小衡", "phone": "13900000041", "category": "服务质量",
}  # fmt: skip


def _firm(founded: Founds, moment: str) -> Institution:
    """二（二）: the dedicated officer, the managing partner, the director and another partner; and the clerks."""
    office = founded("law-firm", moment)
    office.hires("tai", "front_desk", name="总台小陶")
    office.hires("zhuan", "officer", name="专责小庄")
    office.hires("fen", "managing_partner", name="分管老冯")
    office.hires("ren", "director", name="任主任")
    office.hires("huo", "partner", name="霍合伙")
    office.hires("wen", "clerk", name="文员小温")
    return office


def test_a_client_is_answered_in_writing_by_a_partner_who_has_no_part_in_it(founded: Founds) -> None:
    office = _firm(founded, "2026-12-14 15:00")
    # 被投诉的律师也是合伙人。
    office.hires("sun", "partner", name="孙大宇")
    case = office.complains(FACTS, ANSWERS)
    assert case.number.startswith("LS2026-")

    # 二（七）3：作出决定之前不做任何承诺：只说哪天答复，不说怎么处理。
    assert "告诉您处理意见" in office.receipt
    assert "由没有牵连的合伙人决定，书面答复您" in office.receipt
    # 二（五）：及时联系、告知工作安排。天数是本包配置的：2 个和 15 个工作日；2027 年 1 月 1 日元旦不算。
    assert office.due(case, "work_plan") == "2026-12-16 18:00"
    assert office.due(case, "reply") == "2027-01-05 18:00"
    assert case.promise_provisional

    # 一（一）：电话或上门的由总台接待，转专门负责人受理；二（一）：被投诉人回避，看不到也办不了。
    assert not office.knows_of("sun", case)
    assert all(office.knows_of(account, case) for account in ("zhuan", "fen", "ren", "huo"))
    office.does("zhuan", case, "accept")
    assert office.is_refused("zhuan", case, "assign", handler="sun") == "act.is_recused"
    assert office.is_refused("sun", case, "approve") == "act.not_yours"
    # 二（五）：告诉投诉人由谁办、怎么安排。
    office.does("zhuan", case, "assign", handler="huo")
    assert "已交业务管理部办理" in office.told()
    assert not office.is_running(case, "work_plan")
    office.does("huo", case, "report_progress", words="本周核对案卷，下周约您面谈。")
    assert "下周约您面谈" in office.told()

    # 一（四）2：留存相关材料的原件；二（三）：对事情及材料的真实性进行调查。
    office.does("huo", case, "record", kind="document", words="委托合同原件一份、收据原件两张，留存。")
    office.does("huo", case, "record", kind="verification", words="通话记录与投诉人所说一致。")
    office.does("huo", case, "conclude", words="三个月未告知进展，属实。")

    # 二（二）：先由专门负责人出具书面意见，再由分管合伙人处理。没有意见不能处理，没有批准不能答复。
    assert office.is_refused("huo", case, "propose", outcome="substantiated", words="…") == "act.opinion_first"
    assert office.is_refused("huo", case, "opine", words="…") == "act.not_your_post"
    office.does("zhuan", case, "opine", words="建议更换承办律师，退还部分代理费。")
    office.does("huo", case, "propose", outcome="substantiated", measures="new_lawyer,refund", words="换人，退三千元。")
    assert office.is_refused("zhuan", case, "close", words="…") == "act.not_from_here"
    # 二（七）3：到这时还没有决定，投诉人没有听到任何处理内容。
    assert office.told() == ""
    # 出意见的和定的不是一个人，提的和定的也不是一个人。
    assert office.is_refused("huo", case, "approve") == "act.other_post_approves"
    assert office.is_refused("zhuan", case, "approve") == "act.not_your_post"
    office.does("fen", case, "approve", words="同意。")
    assert office.status(case) == "decided"

    # 二（六）：由专门负责人组织实施；二（七）5：书面回复。
    office.it_is("2026-12-29 10:00")
    office.does("zhuan", case, "close", words="已为您更换承办律师，退还三千元。")
    told = office.told()
    assert "情况属实" in told
    assert "更换承办律师、退还费用" in told
    assert "已为您更换承办律师，退还三千元" in office.letter(case)
    office.does("zhuan", case, "fulfil", measure="refund")

    # 三（二）：调查对处理意见的满意度。
    office.says("评价", "4")
    assert office.case(case.number).rating == 4

    # 三（一）：行政人员归档，按年度立卷：2026 年答复的，2027 年才归档，仍在 2026 年的案卷里。
    office.it_is("2027-02-01 10:00")
    assert office.is_refused("zhuan", case, "archive") == "act.not_your_post"
    office.does("wen", case, "archive")
    assert office.work_of(case).volume == 2026
    office.is_locked("wen", case)


def test_a_matter_of_principle_is_decided_in_the_meeting_which_says_whether_the_bar_is_told(founded: Founds) -> None:
    office = _firm(founded, "2026-06-17 10:00")
    facts = "赵律师让我把钱转到他的私人账户，还说保证赢，托关系找法官"
    case = office.complains(facts, ANSWERS | {"respondent": "赵律师", "category": "职业操守"})
    # 二（四）：涉及原则性问题的，一登记就是重大，马上告诉分管合伙人和主任；给工作人员的话里没有投诉人的信息。
    alert = office.alerts()
    assert office.case(case.number).level == "major"
    assert f"重大投诉 {case.number}（原则性问题），请业务分管合伙人、主任立即过问" in alert
    # 二（七）4：不告诉不相关的人。
    assert "许小衡" not in alert
    assert "13900000041" not in alert
    # 端午 6 月 19 日至 21 日不算。
    assert office.due(case, "work_plan") == "2026-06-22 18:00"

    office.does("zhuan", case, "accept")
    office.does("zhuan", case, "assign", handler="huo")
    office.does("huo", case, "record", kind="interview", words="赵律师承认收款。")
    office.does("huo", case, "conclude", words="私人账户收款属实。")
    office.does("zhuan", case, "opine", words="涉及原则，建议开会。")
    office.does("huo", case, "propose", outcome="substantiated", measures="refund,discipline", words="退款，内部处理。")
    # 二（四）：重大的要由所务会议或合伙人会议讨论，并确定是否向管理部门通报。
    assert office.is_refused("fen", case, "approve") == "act.meeting_first"
    assert office.is_refused("fen", case, "meet", words="合伙人会议同意。") == "act.needs_authority"
    office.does("fen", case, "meet", words="合伙人会议同意，向律师协会通报。", authority="yes")
    assert "authority_told" in office.history(case)
    office.does("fen", case, "approve")
    office.does("zhuan", case, "close", words="款项全部退回，赵律师已停止承办。")
    told = office.told()
    assert "退还费用、内部处理" in told
    # 是否通报管理部门是所里的事，不写给投诉人。
    assert "律师协会" not in told
    office.does("zhuan", case, "fulfil", measure="refund")
    office.goes_to_the_archive("wen", case)


@pytest.mark.parametrize("deputy", ["ren", "huo"], ids=["director", "partner"])
def test_the_director_or_another_partner_decides_while_the_managing_partner_is_away(
    founded: Founds, deputy: str
) -> None:
    office = _firm(founded, "2026-03-16 10:00")
    case = office.complains(FACTS, ANSWERS | {"respondent": "孙律师"})
    office.does("zhuan", case, "accept")
    office.does("zhuan", case, "assign", handler="fen")
    office.does("fen", case, "conclude", words="属实。")
    office.does("zhuan", case, "opine", words="建议说明情况并道歉。")
    office.does("fen", case, "propose", outcome="partly", measures="apology,explanation", words="道歉。")
    # 提出的人不能自己批准；分管合伙人在岗，别人也不能代他。
    assert office.is_refused("fen", case, "approve") == "act.own_proposal"
    assert office.is_refused(deputy, case, "approve") == "act.other_post_approves"
    # 二（二）：分管合伙人不在，由主任或其他合伙人处理。
    office.is_away("fen")
    assert office.is_refused("fen", case, "approve") == "act.not_at_work"
    office.does(deputy, case, "approve")
    office.does("zhuan", case, "close", words="我们向您道歉，今后每周告知进展。")
    assert "部分情况属实" in office.told()


def test_when_the_managing_partner_is_complained_of_the_director_decides_without_him(founded: Founds) -> None:
    office = _firm(founded, "2026-08-03 09:30")
    # 一（三）：司法行政机关、律师协会转来的，由专门负责人受理；一（二）：书面的由行政总台受理。
    case, _ = office.registers(
        "zhuan", "referral", relation="青禾市律师协会", facts="分管老冯加收代理费三千元，没有发票", name="许小衡", phone="13900000041"
    )  # fmt: skip
    letter, _ = office.registers("tai", "letter", facts="收费太贵", name="许小衡", phone="13900000041")
    assert case.category == letter.category == "fees"
    assert not office.knows_of("fen", case)
    # 重大的会告诉谁、到期会告诉谁，都没有他办事的份。
    office.does("zhuan", case, "accept")
    office.does("zhuan", case, "assign", handler="huo")
    office.does("huo", case, "conclude", words="多收三千元，属实。")
    office.does("zhuan", case, "opine", words="应当退还。")
    office.does("huo", case, "propose", outcome="substantiated", measures="refund", yuan="3000", words="退还。")
    assert office.is_refused("fen", case, "approve") == "act.not_yours"
    office.does("ren", case, "approve")
    office.does("zhuan", case, "close", words="三千元已退回您的账户。")
    assert "三千元已退回" in office.letter(case)
    # 退款没有办到，不能归档。
    office.later(days=40)
    assert office.is_refused("wen", case, "archive") == "act.remedies_open"
    office.does("zhuan", case, "fulfil", measure="refund")
    office.does("wen", case, "archive")
    office.is_locked("wen", case)


def test_whoever_learns_of_an_own_interest_leaves_the_case(founded: Founds) -> None:
    office = _firm(founded, "2026-08-03 09:30")
    office.hires("sun", "partner", name="孙大宇")
    case = office.complains(FACTS, ANSWERS | {"respondent": "一位姓孙的律师"})
    # 二（一）：投诉人说不出全名的，由主任认出来，定他回避。
    assert office.knows_of("sun", case)
    office.does("ren", case, "recuse", staff="sun", words="说的是他。")
    assert not office.knows_of("sun", case)
    office.does("zhuan", case, "accept")
    office.does("zhuan", case, "assign", handler="huo")
    # 二（一）：自己有牵连的自行回避；要别人回避由主任、分管合伙人定。
    assert office.is_refused("huo", case, "recuse", staff="zhuan", words="…") == "act.own_interest_only"
    office.does("huo", case, "recuse", words="对方当事人是我的亲戚。")
    assert not office.knows_of("huo", case)
    assert office.work_of(case).handler_id is None
    # 解除回避要由负责人来定，记下来，大家都会知道。
    office.alerts()
    assert office.is_refused("zhuan", case, "lift_recusal", staff="huo", words="…") == "act.not_your_post"
    office.does("ren", case, "lift_recusal", staff="huo", words="核实后没有亲属关系。")
    assert "解除了一项回避" in office.alerts()
    assert office.knows_of("huo", case)
