"""13. 投诉处理制度规章: confirmed in 24 hours, done in 7 working days, compensated or explained with evidence, and reviewed by
somebody else with a new investigation."""

from __future__ import annotations

from tests.regimes.conftest import Founds
from tests.regimes.institution import Institution

FACTS = "在丰收路专柜买的月饼发霉了，店员说拆了包装不能退"
ANSWERS = {
    "respondent": "丰收路专柜", "claim": "退款，并按规定赔偿", "name": "冯小满", "phone": "13900000131", "category": "产品",
}  # fmt: skip


def _group(founded: Founds, moment: str) -> Institution:
    """五: who receives, the departments concerned, who reviews; and who leads."""
    office = founded("general-handling", moment)
    office.hires("shou", "reception", name="受理小寿")
    office.hires("zhi", "department", name="质量老支", unit="质量管理部")
    office.hires("fu", "reviewer", name="复核小傅")
    office.hires("tou", "head", name="受理处老童")
    office.hires("ling", "leader", name="公司领导")
    return office


def _answered(office: Institution, outcome: str, measures: str, words: str) -> str:
    """五、1 to 五、4 for a complaint made now, until the answer; its number."""
    case = office.complains(FACTS, ANSWERS)
    office.does("shou", case, "accept")
    office.does("shou", case, "assign", handler="zhi")
    office.does("zhi", case, "record", kind="visit", words="到专柜看了同批月饼。")
    office.does("zhi", case, "conclude", words=words)
    office.does("zhi", case, "propose", outcome=outcome, measures=measures, words=words)
    office.does("shou", case, "close", words=words)
    office.told()
    return case.number


def test_what_proves_true_is_put_right_and_compensated(founded: Founds) -> None:
    office = _group(founded, "2026-02-13 10:00")
    case = office.complains(FACTS, ANSWERS)
    # 四：产品、服务、行为三种，加上其他。
    assert case.category == "product"
    # 五、1（2）：提交以前把记下的念一遍，投诉人确认。
    read_back = office.heard[-2]
    assert "请核对" in read_back
    assert f"投诉内容：{FACTS}" in read_back
    # 五、1（3）：告诉投诉人流程和估计的时间。
    assert "24小时内有人和您确认投诉内容" in office.receipt
    assert "不满意可以要求复核，换人重新调查" in office.receipt
    assert "3 月 2 日" in office.receipt
    # 六、1：24 小时内确认；聊天里当场就有编号。六、2：整个流程 7 个工作日。
    # 2 月 14 日周六上班，15 日至 23 日春节，28 日周六上班。
    assert office.due(case, "confirmation") == "2026-02-14 10:00"
    assert not office.is_running(case, "confirmation")
    assert office.due(case, "completion") == "2026-03-02 17:30"

    # 五、1：受理；五、2（1）：转给相关部门调查。
    office.does("shou", case, "accept")
    assert office.is_refused("zhi", case, "assign", handler="zhi") == "act.not_your_post"
    office.does("shou", case, "assign", handler="zhi")
    assert "已交质量管理部办理" in office.told()
    # 五、2（2）：采集证据；（3）：结果客观、真实，先写下来才能定方案。
    office.it_is("2026-02-25 11:00")
    office.does("zhi", case, "record", kind="document", words="同批留样有霉点，专柜温湿度记录缺两天。")
    proposal = {"outcome": "substantiated", "measures": "remedy,compensation", "words": "退款，赔三倍，专柜整改。"}
    assert office.is_refused("zhi", case, "propose", **proposal) == "act.not_from_here"
    office.does("zhi", case, "conclude", words="月饼发霉属实，保管不当。")
    # 五、3（1）：制定方案，解释和沟通；（2）：属实的采取措施，赔偿或者补偿。
    office.does("zhi", case, "propose", yuan="264", **proposal)
    # 五、4（1）：由受理人员反馈处理结果。
    office.it_is("2026-03-02 17:00")
    office.does("shou", case, "close", words="月饼是我们没有保管好，退 66 元、赔 198 元，专柜已整改。")
    told = office.told()
    assert "情况属实" in told
    assert "采取措施解决问题、赔偿或补偿" in told
    assert not office.is_running(case, "completion")
    # 五、4（2）：满意的，记下来。
    office.says("评价", "5")
    assert office.case(case.number).rating == 5
    # 赔偿跟到办完。
    office.later(days=40)
    assert office.is_refused("shou", case, "archive") == "act.remedies_open"
    office.does("shou", case, "fulfil", measure="compensation")
    assert "赔偿或补偿已经办好" in office.told()
    office.does("zhi", case, "fulfil", measure="remedy")
    office.does("shou", case, "archive")
    office.is_locked("shou", case)


def test_who_is_not_satisfied_has_it_investigated_anew_by_somebody_else(founded: Founds) -> None:
    office = _group(founded, "2026-09-14 09:00")
    office.hires("liang", "department", "reviewer", name="两岗小梁")
    # 五、3（3）：不属实的，解释说明，并提供证据。
    number = _answered(office, "unsubstantiated", "explanation", "留样没有霉点，检验报告见附件。")
    case = office.case(number)
    assert "检验报告见附件" in office.letter(case)
    office.does("zhi", case, "note", words="客户在电话里说不服。")

    # 五、4（3）：不满意可以要求复核。15 天是本包配置的；复核的 7 个工作日也是。
    office.it_is("2026-09-24 20:00")
    office.says("申请复核", "留样是别的批次，我的那盒还在")
    assert office.status(case) == "reviewing"
    # 9 月 25 日至 27 日中秋、10 月 1 日至 7 日国庆，10 月 10 日周六上班。
    assert office.due(case, "second_look") == "2026-10-12 17:30"
    assert "10 月 12 日" in office.says("查进度")

    office.it_is("2026-09-28 09:00")
    # 换人：办过的、只有部门岗位的都不行，也不能自己派给自己。
    assert office.is_refused("shou", case, "assign_review", handler="zhi") == "act.has_no_duty"
    assert office.is_refused("zhi", case, "uphold", words="…") == "act.not_your_post"
    office.does("tou", case, "assign_review", handler="fu")
    assert office.is_refused("liang", case, "uphold", words="…") == "act.other_reviewer"
    # 重新调查：新的记录，新的处理。
    office.does("fu", case, "record", kind="visit", words="到投诉人处看了那盒，批号和留样不同。")
    office.does("fu", case, "record", kind="document", words="该批次温湿度记录缺两天。")
    office.it_is("2026-10-12 10:00")
    office.does(
        "fu", case, "change", outcome="substantiated", measures="compensation", words="原来查错了批次，赔偿三倍。"
    )
    told = office.told()
    assert "复核完毕，改变了处理（情况属实）" in told
    assert "赔偿三倍" in told
    assert not office.is_running(case, "second_look")
    # 同一个答复只复核一次。
    heard = office.says("申请复核")
    assert office.status(case) == "closed", heard
    office.does("shou", case, "fulfil", measure="compensation")
    office.goes_to_the_archive("shou", case)


def test_a_review_can_uphold_or_have_everything_done_anew_by_others(founded: Founds) -> None:
    office = _group(founded, "2026-06-15 09:00")
    office.hires("liang", "department", "reviewer", name="两岗小梁")
    office.hires("xin", "department", name="质量小新", unit="质量管理部")
    upheld = office.case(_answered(office, "unsubstantiated", "explanation", "留样正常。"))
    office.does("tou", upheld, "ask_review", words="投诉人来电，对结果不服。")
    assert "已进入复核" in office.told()
    office.later(hours=1)
    office.does("tou", upheld, "assign_review", handler="fu")
    office.does("fu", upheld, "record", kind="verification", words="重新送检，仍然合格。")
    office.does("fu", upheld, "uphold", words="重新送检合格，报告随信寄出。")
    assert "维持原来的处理" in office.told()

    # 复核发现该重查的：原来查的人和复核的人都不能再查。两个岗位都有的人，办过部门的事就不能复核。
    redone = office.case(_answered(office, "unsubstantiated", "explanation", "没有查到。"))
    office.does("liang", redone, "note", words="我看过留样。")
    office.says(f"申请复核 {redone.number}", "没有人联系过我")
    assert office.is_refused("tou", redone, "assign_review", handler="liang") == "act.separate_posts"
    office.does("tou", redone, "assign_review", handler="fu")
    # 端午 6 月 19 日至 21 日不算。
    office.it_is("2026-06-18 09:00")
    office.does("fu", redone, "redo", words="没有询问投诉人。")
    assert "换人重新调查" in office.told()
    assert office.status(redone) == "investigating"
    assert office.due(redone, "completion") == "2026-06-30 17:30"
    assert office.is_refused("tou", redone, "assign", handler="zhi") == "act.worked_on_it_before"
    office.does("tou", redone, "assign", handler="xin")
    office.does("xin", redone, "conclude", words="问了投诉人，属实。")
    office.does("xin", redone, "propose", outcome="substantiated", measures="compensation", words="赔。")
    office.does("shou", redone, "close", words="属实，赔偿您的损失。")
    office.does("shou", redone, "fulfil", measure="compensation")
    office.goes_to_the_archive("shou", redone)


def test_a_letter_is_confirmed_within_a_day_even_on_a_holiday_and_staff_may_complain_too(founded: Founds) -> None:
    office = _group(founded, "2026-10-01 20:30")
    # 三：公司内部的人也可以投诉；五、1（1）：电话、邮件、网上都行。
    facts = {"facts": "主管吴刚在例会上骂人，让我加班不给调休", "phone": "13900000132", "respondent": "吴刚"}
    office.hires("gang", "department", name="吴刚", unit="生产部")
    case, code = office.registers("shou", "email", **facts)
    assert case.category == "conduct"
    assert not office.knows_of("gang", case)
    # 六、1：接到邮件后 24 小时内确认，国庆也算；提前 24 小时没有意义，到期没确认的告诉负责人。
    assert office.due(case, "confirmation") == "2026-10-02 20:30"
    assert office.is_running(case, "confirmation")
    office.it_is("2026-10-02 20:30")
    assert "“向投诉人确认和反馈”到期未完成：10月2日 20:30。请公司领导、投诉受理处负责人处理" in office.alerts()
    office.does("shou", case, "mark", clock="confirmation", words="回邮件确认了内容，附编号和查询码。")
    assert not office.is_running(case, "confirmation")
    # 六、2：从接到那天算 7 个工作日：10 月 8 日、9 日、10 日（周六上班）、12 日至 15 日。
    assert office.due(case, "completion") == "2026-10-15 17:30"
    # 投诉人凭编号和码接到自己的聊天里。
    assert case.number in office.says("查进度", case.number, code, who="dora")
    office.does("tou", case, "decline", words="加班调休的事请找工会，劳动争议可打 12333。")
    assert "不予受理" in office.told("dora")
    office.does("shou", case, "archive")
    office.is_locked("shou", case)
