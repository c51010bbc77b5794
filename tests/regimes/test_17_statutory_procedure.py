"""17. 投诉制度范本: acceptance in 5, examination in 10, investigation in 20, notice in 10 and feedback in 15 working days; and whoever
complains is never named to the other side."""

from __future__ import annotations

from tests.regimes.conftest import Founds
from tests.regimes.institution import Institution

FACTS = "正平路的照相馆没经过我同意，把我的照片挂在橱窗做广告，还写着郑小平"
ANSWERS = {
    "respondent": "正平路的青禾照相馆", "happened_on": "从3月初开始", "claim": "撤下照片，书面道歉", "name": "郑小平",
    "address": "青禾市西苑小区5栋302", "phone": "13900000171", "category": "人身和名誉",
}  # fmt: skip
IN_WRITING = {
    "facts": "商场扣下我的押金不退", "respondent": "青禾商场", "name": "郑小平", "phone": "13900000171",
    "address": "青禾市西苑小区5栋302",
}  # fmt: skip


def _authority(founded: Founds, moment: str) -> Institution:
    """第四条: who receives and examines, who investigates, who decides; the head and the deputy."""
    office = founded("statutory-procedure", moment)
    office.hires("jie", "receiver", name="接收小洁")
    office.hires("diao", "investigator", name="调查老刁", unit="人身权益科")
    office.hires("chu", "decider", name="处理小楚")
    office.hires("zhang", "head", name="张主任")
    office.hires("fu", "deputy_head", name="傅副主任")
    return office


def test_every_stage_is_done_and_told_within_its_days(founded: Founds) -> None:
    office = _authority(founded, "2026-04-24 10:00")
    # 第六条：网络也可以投诉；第二条：说明谁侵犯了什么权益、请求怎样处理。
    case = office.complains(FACTS, ANSWERS)
    assert case.number.startswith("TC2026-00001")
    assert "5个工作日内告诉您是否受理；不受理会说明理由" in office.receipt
    # 第八条：收到后 5 个工作日；第十条：收到后 10 个工作日。劳动节 5 月 1 日至 5 日不算，5 月 9 日周六上班。
    assert office.due(case, "acceptance") == "2026-05-06 17:30"
    assert office.due(case, "examination") == "2026-05-12 17:30"
    assert "5 月 6 日" in office.receipt

    # 第九条：材料是否齐全。缺的请补一次，等的那两天两个时限都不算。
    office.it_is("2026-04-28 15:00")
    office.does("jie", case, "record", kind="document", words="缺橱窗照片。")
    office.does("jie", case, "request_supplement", words="请发橱窗的照片。")
    assert "收到之前，办理时限先停着" in office.told()
    office.it_is("2026-04-30 16:00")
    office.shows()
    assert office.due(case, "acceptance") == "2026-05-08 17:30"
    assert office.due(case, "examination") == "2026-05-14 17:30"
    assert office.is_refused("jie", case, "request_supplement", words="再补") == "act.supplement_asked_before"

    # 第七条、第八条：符合条件的受理，并告知。第十二条：受理后 20 个工作日，从受理那天起算。
    office.it_is("2026-05-07 15:00")
    assert office.is_refused("diao", case, "accept") == "act.not_your_post"
    office.does("jie", case, "accept")
    told = office.told()
    assert "已受理" in told
    assert "6 月 3 日" in told
    assert not office.is_running(case, "acceptance")
    assert office.due(case, "investigation") == "2026-06-03 17:30"
    # 第十条：10 个工作日内完成审查，并告知；受理了，审查的时限还在走。
    assert office.is_running(case, "examination")
    office.it_is("2026-05-14 09:00")
    assert "“审查完并告知”快到期：5月14日 17:30" in office.alerts()
    assert office.is_refused("jie", case, "mark", clock="investigation") == "act.ends_by_itself"
    office.does("jie", case, "report_progress", clock="examination", words="材料审查完毕，齐全，转入调查。")
    assert "材料审查完毕" in office.told()
    assert not office.is_running(case, "examination")

    # 第十一条：调查，收集证据，查清事实；第十二条：告知当事人。投诉人听到查清了，也听到下一个日子。
    office.does("jie", case, "assign", handler="diao")
    assert "已交人身权益科办理" in office.told()
    office.does("diao", case, "record", kind="visit", words="橱窗和网页都有照片。")
    office.does("diao", case, "record", kind="interview", words="店主承认没有问过本人。")
    office.it_is("2026-06-03 16:00")
    office.does("diao", case, "conclude", words="没有授权使用照片三个月，属实。")
    told = office.told()
    assert "已经查清，正在研究处理" in told
    # 第十四条：10 个工作日；端午 6 月 19 日至 21 日不算。
    assert office.due(case, "decision_notice") == "2026-06-17 17:30"
    assert "6 月 17 日" in told

    # 第十三条：根据调查结果依法作出决定；由负责人批准是本包配置的。没有批准的不能通知。
    decision = {"outcome": "substantiated", "measures": "stop_harm,apology", "words": "三日内撤下，书面道歉。"}
    assert office.is_refused("diao", case, "propose", **decision) == "act.not_your_post"
    office.does("chu", case, "propose", **decision)
    assert office.is_refused("chu", case, "close", words="…") == "act.not_from_here"
    assert office.is_refused("fu", case, "approve") == "act.not_your_post"
    office.does("zhang", case, "approve")
    # 第十三条：决定明确、具体，并告知。
    office.it_is("2026-06-12 10:00")
    office.does("chu", case, "close", words="决定：青禾照相馆三日内撤下橱窗和网页的照片，书面道歉。")
    told = office.told()
    assert "情况属实" in told
    assert "责令停止侵害、赔礼道歉" in told
    assert "三日内撤下橱窗和网页的照片" in office.letter(case)
    assert not office.is_running(case, "decision_notice")

    # 第十六条：处理结束后 15 个工作日内反馈处理情况。答复了，这个时限还在走。
    assert office.due(case, "feedback") == "2026-07-06 17:30"
    office.it_is("2026-07-06 09:00")
    assert "“反馈处理情况”快到期：7月6日 17:30" in office.alerts()
    office.does("chu", case, "fulfil", measure="stop_harm")
    office.does("chu", case, "fulfil", measure="apology", words="道歉信已寄出。")
    office.told()
    # 没有反馈的不能归档。
    assert office.is_refused("jie", case, "archive") == "act.clocks_open"
    office.does("chu", case, "report_progress", clock="feedback", words="照片已撤下，道歉信已寄出。")
    assert "照片已撤下，道歉信已寄出" in office.told()
    assert not office.is_running(case, "feedback")
    # 第五条：接收、审查、调查、处理、反馈，每一步都在记录里。
    steps = ("registered", "supplement_asked", "accepted", "progress", "investigated", "decided", "closed", "fulfilled")
    assert set(steps) <= set(office.history(case))
    office.does("jie", case, "archive")
    office.is_locked("jie", case)


def test_what_does_not_fulfil_the_conditions_is_refused_with_its_reason(founded: Founds) -> None:
    office = _authority(founded, "2026-09-30 16:00")
    # 第七条：聊天里先说清为什么、去哪里；投诉人坚持，还是登记，由工作人员决定。
    heard = office.says("房东不退押金，我已经起诉，法院立案了")
    assert "同一件事法院或仲裁已经在处理" in heard
    case = office.complains("还是想在这里反映", ANSWERS | {"category": "合同和交易"})
    # 国庆 10 月 1 日至 7 日不算，10 月 10 日周六上班。
    assert office.due(case, "acceptance") == "2026-10-13 17:30"
    office.it_is("2026-10-09 09:00")
    assert office.is_refused("jie", case, "decline") == "act.needs"
    assert office.is_refused("jie", case, "decline", ground="boring") == "act.no_such_ground"
    office.does("jie", case, "decline", ground="in_court", words="案号（2026）青民初 188 号。")
    told = office.told()
    assert "不予受理" in told
    assert "我们不能再另作一个决定" in told
    assert "案号（2026）青民初 188 号" in told
    # 不予受理了，什么时限都不再走，也没有人再催。
    assert not any(clock.ended_at is None for clock in office.clocks(case).values())
    office.alerts()
    office.it_is("2026-11-20 10:00")
    assert office.alerts() == ""
    assert office.told() == ""
    office.does("jie", case, "archive")
    office.is_locked("jie", case)


def test_the_other_side_never_learns_who_complains(founded: Founds) -> None:
    """第十七条: name, address and phone are kept from the respondent and from whoever has no part in it."""
    office = _authority(founded, "2026-03-02 09:00")
    office.hires("ban", "investigator", name="办事老班", unit="青禾照相馆联络组")
    case = office.complains(FACTS, ANSWERS)
    # 给被投诉人看的，没有姓名、地址、电话、编号；话里写着自己名字的也盖住。
    shown = office.other_side_reads(case)
    assert "把我的照片挂在橱窗做广告" in shown
    assert "正平路的青禾照相馆" in shown
    for secret in ("郑小平", "西苑小区", "5栋302", "13900000171", case.number):
        assert secret not in shown
    # 发给工作人员的提醒里也没有；看过的人都记下来。
    office.does("jie", case, "accept")
    office.it_is("2026-03-30 17:30")
    alerts = office.alerts()
    assert "查清并告知" in alerts
    assert "郑小平" not in alerts
    assert "13900000171" not in alerts
    assert office.knows_of("diao", case)
    assert "read" in office.history(case)
    # 被投诉的就是本机构的人：看不到、查不到、办不了。
    own, _ = office.registers("jie", "letter", **(IN_WRITING | {"respondent": "处理小楚"}))
    assert not office.knows_of("chu", own)
    assert office.is_refused("chu", own, "note", words="…") == "act.not_yours"


def test_a_letter_counts_from_the_day_it_came_and_hears_by_its_number(founded: Founds) -> None:
    office = _authority(founded, "2026-02-12 17:00")
    # 第六条：书面、电话、网络都行。信里的，编号和查询码另外告诉。
    case, code = office.registers("jie", "letter", **IN_WRITING)
    assert case.category == "trade"
    # 2 月 14 日周六上班，2 月 15 日至 23 日春节，28 日周六上班。
    assert office.due(case, "acceptance") == "2026-02-26 17:30"
    assert office.due(case, "examination") == "2026-03-04 17:30"
    assert case.number in office.says("查进度", case.number, code)
    office.does("jie", case, "accept")
    office.does("jie", case, "assign", unit="交易权益科", handler="diao")
    assert "已交交易权益科办理" in office.told()
    # 由别的机关先办的，时限停着，投诉人知道为什么；恢复了就顺延。
    assert office.due(case, "investigation") == "2026-03-18 17:30"
    office.it_is("2026-03-02 09:00")
    assert office.is_refused("diao", case, "suspend", reason="hearing", words="…") == "act.no_such_stop"
    office.does("diao", case, "suspend", reason="other_body", words="市场监管局先认定押金条款是否有效。")
    assert "市场监管局先认定" in office.told()
    office.it_is("2026-03-09 09:00")
    office.does("diao", case, "resume")
    # 3 月 3 日至 6 日、9 日这五个工作日没有算。
    assert office.due(case, "investigation") == "2026-03-25 17:30"
    assert "3 月 25 日" in office.told()
    # 制度没有给延长，就不能延长。
    assert office.is_refused("diao", case, "ask_extension", words="复杂") == "act.not_extendable"
    # 负责人不在，由副职代行批准。
    office.does("diao", case, "conclude", words="条款无效。")
    office.does("chu", case, "propose", outcome="substantiated", measures="restoration", yuan="800", words="退还押金。")
    office.is_away("zhang")
    office.does("fu", case, "approve")
    office.does("chu", case, "close", words="决定：商场五日内退还押金 800 元。")
    office.told()
    office.does("chu", case, "fulfil", measure="restoration")
    assert "返还、恢复原状已经办好" in office.told()
    office.does("chu", case, "mark", clock="feedback", words="另寄书面反馈。")
    office.goes_to_the_archive("jie", case)
