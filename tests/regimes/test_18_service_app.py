"""18. 服务投诉制度范本（公司服务）: round the clock, answered at first chance, corrected at once where it is true, and followed until it
is solved."""

from __future__ import annotations

from tests.regimes.conftest import Founds
from tests.regimes.institution import Institution

FACTS = "约的保洁没来，平台却显示已经完成，还扣了钱"
ANSWERS = {
    "happened_on": "昨天下午", "order_no": "DJ20261002", "claim": "退回扣的钱，重新派人来", "name": "孙小云",
    "phone": "13900000181", "category": "服务",
}  # fmt: skip
BY_LETTER = {"facts": "送来的水果烂了一半，压坏了", "happened_on": "9月20日", "name": "孙小云", "phone": "13900000181"}


def _company(founded: Founds, moment: str) -> Institution:
    """第八条至第十二条: agents receive, investigate, settle and follow; 第十五条: departments; and who leads."""
    office = founded("service-app", moment)
    office.hires("ke", "agent", name="客服小柯", unit="客服中心")
    office.hires("bao", "department", name="保洁部老包", unit="服务管理部")
    office.hires("tou", "head", name="客服头儿")
    office.hires("ling", "leader", name="公司领导")
    return office


def test_a_complaint_at_night_on_a_holiday_is_answered_at_first_chance_and_followed_until_solved(
    founded: Founds,
) -> None:
    # 第四条、第六条：24 小时在线，国庆深夜也一样。
    office = _company(founded, "2026-10-02 23:10")
    case = office.complains(FACTS, ANSWERS)
    # 第八条：详细记录投诉人信息、投诉时间、投诉事项。
    detail = office.detail(case)
    assert detail is not None
    assert {"facts", "happened_on", "name", "phone"} <= set(detail.contents["answers"])
    assert "客服2小时内联系您，夜里和节假日也一样" in office.receipt
    # 第十三条：第一时间回应。几个小时制度没有写，2 小时和 5 个工作日是本包配置的；10 月 10 日周六上班。
    assert office.due(case, "response") == "2026-10-03 01:10"
    assert office.due(case, "result") == "2026-10-13 23:59"
    # 没人管的提前一小时就提醒，下一级一起听到。
    office.it_is("2026-10-03 00:10")
    assert "“客服联系您”快到期：10月3日 01:10。请客服负责人留意" in office.alerts()
    office.does("ke", case, "report_progress", clock="response", words="我是客服小柯，正在查昨天的上门记录。")
    assert "我是客服小柯" in office.told()
    assert not office.is_running(case, "response")
    office.it_is("2026-10-03 04:00")
    assert office.alerts() == ""

    # 第九条：调查，判断是否属实；第十五条：涉及几个部门的，协调着办。
    office.it_is("2026-10-03 09:00")
    office.does("tou", case, "assign", handler="ke")
    office.does("ke", case, "add_task", handler="bao", words="问当班保洁去了哪里。")
    office.does("bao", case, "record", kind="interview", words="保洁员承认没去，自己点了完成。")
    office.does("bao", case, "finish_task", task=office.task(case))
    office.does("ke", case, "record", kind="document", words="订单没有上门定位。")
    # 没有判断是否属实，就不能处理。
    assert office.is_refused("ke", case, "close", words="…", outcome="answered") == "act.not_from_here"
    office.does("ke", case, "conclude", words="没有上门却点了完成，属实。")
    # 第十条：属实的立即整改，并把处理结果告知投诉人；第十七条：培训。
    office.does(
        "ke",
        case,
        "close",
        outcome="substantiated",
        measures="correction,refund,training",
        words="120 元已原路退回，明早 9 点重新上门。",
    )
    told = office.told()
    assert "情况属实" in told
    assert "立即整改、退款或补偿、培训客服人员" in told

    # 第十一条：跟踪到问题有效解决，反馈给投诉人；没有解决不能归档。
    office.it_is("2026-10-04 11:00")
    office.does("ke", case, "fulfil", measure="refund")
    office.later(days=30)
    assert office.is_refused("ke", case, "archive") == "act.remedies_open"
    office.does("ke", case, "fulfil", measure="correction", words="10 月 4 日已重新打扫，没有上门定位的不能再点完成。")
    assert "不能再点完成" in office.told()
    # 第十六条：总结原因，记下改进措施。
    office.does("ke", case, "note", words="原因：完成按钮不看定位。改进：10 月 4 日上线定位校验。")
    office.says("评价", "5")
    assert office.case(case.number).rating == 5
    office.does("ke", case, "archive")
    office.is_locked("ke", case)


def test_a_first_answer_that_is_late_reaches_the_head_and_then_the_leader(founded: Founds) -> None:
    office = _company(founded, "2026-05-01 02:00")
    case = office.complains(FACTS, ANSWERS)
    assert office.due(case, "response") == "2026-05-01 04:00"
    # 劳动节 5 月 1 日至 5 日不算，5 月 9 日周六上班：6 日、7 日、8 日、9 日、11 日。
    assert office.due(case, "result") == "2026-05-11 23:59"
    office.it_is("2026-05-01 04:00")
    assert "“客服联系您”到期未完成：5月1日 04:00。请公司领导、客服负责人处理" in office.alerts()
    office.it_is("2026-05-01 06:00")
    assert "请公司领导处理" in office.alerts()
    # 投诉人自己催，客服也会知道。
    assert "催" in office.says("怎么还没人联系我，催一下")
    office.does("ke", case, "report_progress", clock="response", words="让您久等了，马上查。")
    assert "让您久等了" in office.told()
    # 缺订单的请投诉人补一次：等的日子不算。
    office.does("tou", case, "assign", handler="ke")
    office.it_is("2026-05-06 10:00")
    office.does("ke", case, "request_supplement", words="请发扣款截图。")
    office.it_is("2026-05-08 10:00")
    office.shows()
    assert office.due(case, "result") == "2026-05-13 23:59"


def test_letters_mails_and_calls_are_the_same_register(founded: Founds) -> None:
    """第四条、第五条、第七条: telephone, mailbox and letter, beside the chat of 第六条."""
    office = _company(founded, "2026-09-24 22:00")
    numbers = [office.registers("ke", channel, **BY_LETTER) for channel in ("phone", "email", "letter")]
    assert [case.number[:10] for case, _ in numbers] == ["DJ2609-000", "DJ2609-000", "DJ2609-000"]
    assert len({case.number for case, _ in numbers}) == 3
    case, code = numbers[2]
    assert case.category == "product"
    # 中秋 9 月 25 日至 27 日、国庆 10 月 1 日至 7 日不算：28 日、29 日、30 日、10 月 8 日、9 日。
    assert office.due(case, "response") == "2026-09-25 00:00"
    assert office.due(case, "result") == "2026-10-09 23:59"
    assert office.cannot_register("bao", "phone", **BY_LETTER) == "act.not_your_post"
    assert office.cannot_register("ke", "pigeon", **BY_LETTER) == "register.no_such_channel"

    # 凭信里寄去的编号和码，接到自己的聊天里。
    assert case.number in office.says("查进度", case.number, code)
    office.does("ke", case, "report_progress", clock="response", words="已联系商家。")
    assert "已联系商家" in office.told()
    # 第十四条：保密。做事的人和商家看不到是谁投诉。
    shown = office.other_side_reads(case)
    assert "水果烂了一半" in shown
    assert "孙小云" not in shown
    assert "13900000181" not in shown
    # 不属实的也说明；不满意的，换个说法重新办。
    office.does("tou", case, "assign", handler="ke")
    office.does("ke", case, "conclude", words="签收照片完好。")
    office.does("ke", case, "close", outcome="unsubstantiated", words="签收照片里水果完好。")
    assert "没有查到所说的情况" in office.told()
    office.it_is("2026-09-30 10:00")
    office.says("不满意", "照片只拍了箱子外面")
    assert office.status(case) == "investigating"
    # 从重新办理那天起，再是 5 个工作日：10 月 8 日、9 日、10 日（周六上班）、12 日、13 日。
    assert office.due(case, "result") == "2026-10-13 23:59"
    office.does("ke", case, "conclude", words="箱内照片显示压坏。")
    office.does("ke", case, "close", outcome="substantiated", measures="refund", words="全额退款。")
    office.does("ke", case, "fulfil", measure="refund")
    office.goes_to_the_archive("ke", case)


def test_day_and_night_somebody_is_on_duty_and_a_leader_is_called_at_night_on_a_holiday(founded: Founds) -> None:
    """第四条、第六条：24 小时在线。谁当班由值班表定：白班夜班每 12 小时一换，节假日也一样。"""
    office = _company(founded, "2026-09-30 19:00")
    for account in ("ke", "tou", "ling"):
        office.has_a_chat(account)
    office.hires("ye", "agent", name="夜班小叶", unit="客服中心")
    office.has_a_chat("ye")
    # 小柯白班，小叶夜班；负责人值工作日的夜，公司领导值节假日的夜。
    office.is_on_duty("ke", "每天", "08:00-20:00")
    office.is_on_duty("ye", "每天", "20:00-08:00")
    office.is_on_duty("tou", "工作日", "20:00-08:00")
    office.is_on_duty("ling", "休息日", "20:00-08:00")
    assert office.on_duty("2026-09-30 19:59") == ["ke"]
    # 国庆前一天的夜班跨到 10 月 1 日早上 8 点，还是工作日那个班；10 月 10 日周六上班，也是。
    assert office.on_duty("2026-10-01 03:00") == ["tou", "ye"]
    assert office.on_duty("2026-10-01 23:00") == ["ling", "ye"]
    assert office.on_duty("2026-10-10 23:00") == ["tou", "ye"]
    assert office.on_duty("2026-10-11 23:00") == ["ling", "ye"]

    # 10 月 1 日凌晨来的，交给白班的小柯：他下班了，早上 8 点才听到；夜班的小叶马上听到。
    office.it_is("2026-10-01 02:00")
    case = office.complains(FACTS, ANSWERS)
    office.does("tou", case, "assign", handler="ke")
    assert office.told("ke") == ""
    office.does("tou", case, "assign", handler="ye")
    assert case.number in office.told("ye")
    office.does("tou", case, "assign", handler="ke")
    office.it_is("2026-10-01 07:59")
    assert office.told("ke") == ""
    office.it_is("2026-10-01 08:00")
    assert case.number in office.told("ke")

    # 10 月 2 日凌晨定为重大：叫当班的公司领导；10 分钟没人确认，不当班的负责人也叫，事情要紧。
    office.it_is("2026-10-02 01:00")
    office.alerts()
    office.does("ye", case, "set_level", level="major")
    assert "请您马上过问" in office.told("ling")
    assert office.told("tou") == ""
    office.it_is("2026-10-02 01:09")
    assert office.told("tou") == ""
    office.it_is("2026-10-02 01:10")
    assert "请您马上过问" in office.told("tou")
    assert "10 分钟没人确认" in office.alerts()
    # 领导动手办了，就不再叫。
    office.does("ling", case, "supervise", words="今晚就打电话道歉。")
    office.it_is("2026-10-02 06:00")
    assert "没人确认" not in office.alerts()
    assert office.history(case).count("call_passed_on") == 1
