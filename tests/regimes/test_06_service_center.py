"""6. 服务中心投诉受理制度: acceptance in one working day, the result in seven, three more where it is complex."""

from __future__ import annotations

from tests.regimes.conftest import Founds
from tests.regimes.institution import Institution

FACTS = "上周请你们修水管，修完第二天又漏水，打电话没人来"
ANSWERS = {
    "reasons": "说好保修三个月，第二天就坏了却不管", "respondent": "东苑维修服务点", "respondent_address": "青禾市东苑路8号",
    "claim": "免费重修，并退还上门费", "name": "王小苗", "address": "青禾市西苑小区3栋201", "phone": "13900000081",
    "category": "产品或服务质量",
}  # fmt: skip

# 第五条：不适用受理范围的四种，每种指明去处。
OUT_OF_SCOPE = {
    "third_party": ("我在淘宝店买的东西卖家不退", "打12315"),
    "other_body": ("老板拖欠工资三个月", "12333"),
    "groundless": ("你们已经修好了，我就是想多要点赔偿", "如果有新情况或新证据，请告诉我们"),
    "not_our_duty": ("小区门口广场舞太吵", "12345"),
}

# 第四条：可以投诉的四种事项。
SCOPE = {
    "修好的水龙头又坏了，漏水，还是没修好": "quality",
    "师傅态度差，骂人，迟到两小时": "staff",
    "乱收费，比价目表多收了上门费": "charges",
    "虚假宣传，误导消费者，泄露我的个人信息": "rights",
}


def _center(founded: Founds, moment: str) -> Institution:
    office = founded("service-center", moment)
    office.hires("shou", "officer", name="受理小寿")
    office.hires("fu", "head", name="负责人老傅")
    office.hires("ren", "director", name="任主任")
    return office


def test_acceptance_in_one_working_day_the_result_in_seven_and_three_more_once(founded: Founds) -> None:
    office = _center(founded, "2026-02-13 16:00")
    case = office.complains(FACTS, ANSWERS)
    # 第七条：姓名、联系方式、地址；被投诉人的名称、地址；事项及事实、理由；证据材料。
    detail = office.detail(case)
    assert detail is not None
    for key in ("name", "phone", "address", "respondent", "respondent_address", "reasons"):
        assert detail.contents["answers"][key]["value"]
    assert "修完第二天又漏水" in detail.contents["facts"]

    # 第八条：1 个工作日内决定是否受理，并告知：2 月 14 日是调休上班的周六。
    assert office.due(case, "acceptance") == "2026-02-14 17:30"
    assert "2026 年 2 月 14 日（周六）前告诉您是否受理" in office.receipt
    office.it_is("2026-02-14 10:00")
    office.does("shou", case, "accept")
    # 第九条：受理后 7 个工作日内告知结果：春节 2 月 15 日至 23 日不算，2 月 28 日周六上班。
    assert "2026 年 3 月 3 日（周二）前给您结果" in office.told()
    assert office.due(case, "result") == "2026-03-03 17:30"
    office.does("shou", case, "assign", handler="shou", unit="质量管理部")

    # 第十条：向投诉人要证据，也向被投诉人调查。
    office.it_is("2026-02-25 10:00")
    office.does("shou", case, "record", kind="visit", words="东苑服务点的工单和水管都看了。")
    office.does("shou", case, "record", kind="interview", words="问了维修师傅。")

    # 第九条：情况复杂，经投诉受理部门负责人批准，延长 3 个工作日，只一次，投诉人马上知道。
    assert office.is_refused("fu", case, "extend") == "act.nobody_asked"
    office.does("shou", case, "ask_extension", words="要等水管厂家的检验。")
    assert office.due(case, "result") == "2026-03-03 17:30"
    assert office.is_refused("shou", case, "extend") == "act.not_your_post"
    assert office.is_refused("ren", case, "extend") == "act.other_post_approves"
    office.told()
    office.does("fu", case, "extend")
    assert office.due(case, "result") == "2026-03-06 17:30"
    told = office.told()
    assert "情况复杂" in told
    assert "要等水管厂家的检验" in told
    assert "2026 年 3 月 6 日（周五）前给您消息" in told
    assert office.is_refused("shou", case, "ask_extension", words="还要等。") == "act.extended_enough"

    # 第十一条：查阅复制资料，要求停止侵害，口头或书面警告，其他必要的措施。
    office.it_is("2026-03-06 11:00")
    office.does("shou", case, "conclude", words="接头没有拧紧，属实。")
    office.does(
        "shou", case, "propose", outcome="substantiated", measures="papers,stop_harm,warning,other", words="警告，重修。"
    )  # fmt: skip
    # 第十二条：处理结果书面告知，留存资料备查。
    office.does("shou", case, "close", words="今天免费重修，上门费退回。")
    told = office.told()
    assert "查阅、复制有关资料、要求停止侵害、口头或书面警告、其他必要的措施" in told
    letter = office.letter(case)
    assert "王小苗" in letter
    assert "今天免费重修，上门费退回" in letter
    assert not office.is_running(case, "result")
    office.says("评价", "5")
    office.later(days=40)
    assert office.is_refused("shou", case, "archive") == "act.remedies_open"
    office.does("shou", case, "fulfil", measure="stop_harm")
    office.does("shou", case, "archive")
    office.is_locked("shou", case)
    kept = office.detail(case)
    assert kept is not None
    assert len([entry for entry in kept.entries if entry.kind == "recorded"]) == 2


def test_the_four_kinds_that_are_not_taken_are_told_with_the_reason_and_the_way(founded: Founds) -> None:
    office = _center(founded, "2026-09-24 11:00")
    for ground, (facts, go_to) in OUT_OF_SCOPE.items():
        assert go_to in office.says(facts, who=ground)
    cases = {ground: office.complains("2", ANSWERS, who=ground) for ground in OUT_OF_SCOPE}
    office.it_is("2026-09-28 17:00")
    for ground, case in cases.items():
        # 第八条：不受理的也在 1 个工作日内告知；中秋 9 月 25 日至 27 日不算。
        assert office.due(case, "acceptance") == "2026-09-28 17:30"
        office.does("shou", case, "decline", ground=ground)
        told = office.told(ground)
        assert "不予受理" in told
        assert OUT_OF_SCOPE[ground][1] in told
        assert not office.is_running(case, "acceptance")
    office.does("shou", case, "archive")
    office.is_locked("shou", case)


def test_the_four_kinds_of_article_four_are_taken_however_they_come(founded: Founds) -> None:
    office = _center(founded, "2026-09-24 11:00")
    # 第六条：现场、热线、网站或微信（聊天）。第七条：七样都要有，被投诉人的地址也要。
    said = {key: words for key, words in ANSWERS.items() if key not in ("claim", "category")} | {"facts": FACTS}
    for missing in said:
        told = {key: words for key, words in said.items() if key != missing}
        assert office.cannot_register("shou", "visit", **told) == "register.missing"
    for channel in ("visit", "phone"):
        for facts, category in SCOPE.items():
            case, _ = office.registers("shou", channel, **(said | {"facts": facts}))
            assert (case.channel, case.category) == (channel, category)


def test_what_is_missing_is_asked_for_once_before_acceptance_and_the_clock_stands_still(founded: Founds) -> None:
    office = _center(founded, "2026-06-18 09:00")
    case = office.complains(FACTS, ANSWERS)
    # 端午 6 月 19 日至 21 日不算。
    assert office.due(case, "acceptance") == "2026-06-22 17:30"
    # 第七条 4、第十条：证据材料不全，要求补充；补充以前不计时，不催，不算逾期。
    office.it_is("2026-06-18 15:00")
    office.does("shou", case, "request_supplement", words="请发维修单的照片。")
    assert "请发维修单的照片" in office.told()
    office.it_is("2026-06-22 18:00")
    assert "到期未完成" not in office.alerts()
    assert office.told() == ""
    office.it_is("2026-06-23 10:00")
    office.says("补充材料", "维修单号是 WX0612，照片在后面", "好了")
    # 6 月 22 日、23 日没有计。
    assert office.due(case, "acceptance") == "2026-06-24 17:30"
    assert office.is_refused("shou", case, "request_supplement", words="…") == "act.supplement_asked_before"
    office.it_is("2026-06-24 09:00")
    office.does("shou", case, "accept")
    assert office.due(case, "result") == "2026-07-03 17:30"


def test_an_extension_is_approved_before_the_end_by_the_head_or_whoever_stands_in(founded: Founds) -> None:
    office = _center(founded, "2026-05-06 09:00")
    case = office.complains(FACTS, ANSWERS)
    office.it_is("2026-05-07 09:00")
    office.does("shou", case, "accept")
    office.does("shou", case, "assign", handler="shou")
    # 5 月 9 日周六上班。
    assert office.due(case, "result") == "2026-05-15 17:30"
    # 负责人不在，由主任代。
    office.is_away("fu")
    office.does("shou", case, "ask_extension", words="师傅出差。")
    office.does("ren", case, "extend")
    assert office.due(case, "result") == "2026-05-20 17:30"

    # 说好的日子过了，不能再延。
    late = office.complains("多收上门费，不退", ANSWERS | {"category": "收费或未按约定"}, who="berta")
    office.it_is("2026-05-08 09:00")
    office.does("shou", late, "accept")
    assert office.due(late, "result") == "2026-05-18 17:30"
    office.it_is("2026-05-18 17:31")
    assert office.is_refused("shou", late, "ask_extension", words="…") == "act.too_late_to_extend"
    assert "很抱歉" in office.told("berta")
