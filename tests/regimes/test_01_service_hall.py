"""1. 服务大厅投诉管理制度: put down at once, investigated, done and told within fifteen working days."""

from __future__ import annotations

from tests.regimes.conftest import Founds

FACTS = "在社保窗口排了两个小时，轮到我时工作人员玩手机，很不耐烦，说停办了，也没有解释"
ANSWERS = {
    "place": "二楼社保窗口", "happened_on": "今天上午", "respondent": "3号窗口工号012",
    "name": "李小禾", "phone": "13900000031", "category": "服务态度、效率、业务能力",
}  # fmt: skip

# 第四条：投诉范围的五类，每类由哪个科室去查。
MATTERS = {
    "窗口的办事员态度差，训斥老人，踢皮球": ("service", "窗口服务管理科"),
    "二楼的自助机死机了，取号机也坏了，一直用不了": ("facilities", "后勤保障科"),
    "办证流程繁琐，材料要重复提交，指南上的材料清单和窗口要求不一": ("process", "业务管理科"),
    "有人暗示给钱就能插队，收了红包": ("integrity", "监督科"),
    "想说一件别的事情，希望有人听一听": ("other", "投诉接待室"),
}


def test_a_complaint_is_registered_at_once_investigated_and_answered_in_fifteen_working_days(founded: Founds) -> None:
    office = founded("service-hall", "2026-02-09 10:00")
    # 第七条：投诉处理机构负责接收、登记、调查、处理和回复。
    office.hires("ban", "officer", name="包小办")
    office.hires("zhang", "head", name="张负责")

    # 第六条：姓名、联系方式、事项的具体描述；证据有就给，没有可以不给。
    case = office.complains(FACTS, ANSWERS)
    # 第八条：立即登记，并告知投诉处理流程：编号、查询码、接下来的几步、最晚哪天。
    assert case.registered_at == office.now
    assert case.number.startswith("DT2602-")
    for told in (case.number, "查询码", "转给负责的科室", "我们查看记录", "2026 年 3 月 6 日（周五）前告诉您处理结果"):
        assert told in office.receipt
    assert case.category == "service"

    # 第十一条：自接到之日起 15 个工作日。春节 2 月 15 日至 23 日不算，2 月 14 日、28 日两个周六调休上班。
    assert office.due(case, "completion") == "2026-03-06 17:00"

    # 接到就登记，没有受理审查这一步：直接安排人员办理。
    assert office.is_refused("zhang", case, "accept") == "act.no_such_step"
    office.does("zhang", case, "assign", handler="ban")
    assert "窗口服务管理科" in office.told()

    # 第九条：审查证据材料，与相关人员谈话，审查大厅的记录和文件；没有查清不能处理。
    office.it_is("2026-02-14 10:00")
    assert office.is_refused("ban", case, "propose", outcome="substantiated", words="…") == "act.not_from_here"
    office.does("ban", case, "record", kind="verification", words="投诉人的照片和叫号单对得上。")
    office.does("ban", case, "record", kind="interview", words="同3号窗口的值班人员谈话。")
    office.does("ban", case, "record", kind="document", words="调取当天叫号记录和监控。")
    office.does("ban", case, "conclude", words="排队两小时、停办未解释属实。")
    assert office.told() == ""

    # 第十条：责令改正、处罚、答复合理要求、采纳建议；一件可以有几种。
    office.does(
        "ban", case, "propose", outcome="substantiated", measures="correction,penalty,answer,suggestion", words="责令改正。"
    )  # fmt: skip
    assert office.status(case) == "decided"

    # 第十一条：处理完把结果告诉投诉人，时限到此为止。
    office.it_is("2026-03-06 16:00")
    assert office.is_running(case, "completion")
    office.does("ban", case, "close", words="当班人员已受处理，停办时会提前公告。")
    assert not office.is_running(case, "completion")
    told = office.told()
    for words in ("情况属实", "责令相关责任人改正", "处罚违反规定的责任人", "答复合理要求", "研究、采纳建议"):
        assert words in told
    assert "当班人员已受处理" in office.letter(case)

    office.says("评价", "5")
    assert office.case(case.number).rating == 5
    office.goes_to_the_archive("ban", case)
    assert office.work_of(case).volume == 2026


def test_every_matter_of_article_four_reaches_the_section_in_charge(founded: Founds) -> None:
    office = founded("service-hall", "2026-03-10 10:00")
    office.hires("zhang", "head", name="张负责")
    office.hires("ban", "officer", name="包小办")
    answers = ANSWERS | {"category": "其他/说不清", "respondent": "跳过"}
    for facts, (category, unit) in MATTERS.items():
        case = office.complains(facts, answers, who=category)
        assert case.category == category
        office.does("zhang", case, "assign", handler="ban")
        assert f"已交{unit}办理" in office.told(category)


def test_whoever_comes_calls_or_writes_has_the_same_rights(founded: Founds) -> None:
    office = founded("service-hall", "2026-04-27 11:00")
    office.hires("ban", "officer", name="包小办")
    said = {"facts": "自助机坏了三天，没人修", "name": "何小穗", "phone": "13900000032"}

    # 第六条：没有姓名、联系方式、具体描述的不能登记；也不能匿名。
    for missing in said:
        assert (
            office.cannot_register("ban", "visit", **{key: said[key] for key in said if key != missing})
            == "register.missing"
        )

    # 第五条：来访、电话、网络（聊天）、信函、其他渠道，同一本台账、同一种编号、同样的时限。
    by_chat = office.complains(said["facts"], said | {"category": "设施设备"})
    others = [
        office.registers("ban", channel, **said)[0]
        for channel in ("visit", "phone", "letter", "email", "fax", "referral")
    ]
    numbers = [case.number for case in (by_chat, *others)]
    assert len({number[:-1] for number in numbers}) == 7
    assert all(number.startswith("DT2604-000") for number in numbers)
    # 劳动节 5 月 1 日至 5 日不算，5 月 9 日是调休上班的周六。
    assert {office.due(case, "completion") for case in (by_chat, *others)} == {"2026-05-20 17:00"}
    assert {case.category for case in (by_chat, *others)} == {"facilities"}

    # 来访的人拿着编号和查询码，随时可以接到自己的聊天里来看。
    visit, code = office.registers("ban", "visit", **said)
    office.says(f"查进度 {visit.number}", code, who="visitor")
    office.does("ban", visit, "report_progress", words="维修人员明天到。")
    assert "维修人员明天到" in office.told("visitor")


def test_missing_evidence_is_asked_for_once_and_the_days_of_waiting_are_not_counted(founded: Founds) -> None:
    office = founded("service-hall", "2026-04-27 11:00")
    office.hires("ban", "officer", name="包小办")
    office.hires("zhang", "head", name="张负责")
    case = office.complains(FACTS, ANSWERS)
    office.does("zhang", case, "assign", handler="ban")
    assert office.due(case, "completion") == "2026-05-20 17:00"

    # 第九条：审查投诉人提供的证据材料；缺的补一次，等的这几天不计时。
    office.it_is("2026-05-06 10:00")
    office.told()
    office.does("ban", case, "request_supplement", words="请发叫号单的照片。")
    assert "请发叫号单的照片" in office.told()
    office.it_is("2026-05-08 15:00")
    office.says("补充材料")
    office.shows()
    office.says("这是当天的叫号单", "好了")
    # 5 月 7 日、8 日没有计：从 5 月 20 日顺延两个工作日。
    assert office.due(case, "completion") == "2026-05-22 17:00"
    assert office.work_of(case).paused == ""
    assert office.is_refused("ban", case, "request_supplement", words="再补一次") == "act.supplement_asked_before"
    # 收到的照片取回来，留存在案。
    office.time_passes()
    detail = office.detail(case)
    assert detail is not None
    assert [file.state for file in detail.evidence] == ["stored"]

    # 投诉人急了可以催，承办人会知道。
    office.alerts()
    assert "已替您催办" in office.says("催一下")
    assert "第 1 次催办" in office.alerts()

    # 快到期告诉承办人，到期还没办完告诉负责人，再过一天告诉主任；投诉人听到道歉和新的日子，不会没有下文。
    # 下班时分才剩一天的，第二天一上班就提醒。
    office.it_is("2026-05-21 17:00")
    assert "包小办留意" not in office.alerts()
    office.it_is("2026-05-22 09:00")
    assert "包小办留意" in office.alerts()
    office.it_is("2026-05-22 17:00")
    assert "包小办、投诉处理机构负责人处理" in office.alerts()
    assert "很抱歉" in office.told()
    office.it_is("2026-05-23 17:00")
    assert "服务大厅主任处理" in office.alerts()
    assert office.is_running(case, "completion")


def test_whoever_is_not_satisfied_has_it_taken_up_again(founded: Founds) -> None:
    office = founded("service-hall", "2026-09-21 09:30")
    office.hires("ban", "officer", name="包小办")
    office.hires("wei", "officer", name="魏小复", unit="监督科")
    office.hires("zhang", "head", name="张负责")
    # 被投诉的工作人员看不到、也不能经手这一件。
    office.hires("du", "officer", name="杜小窗")
    case = office.complains(
        "杜小窗在窗口训斥老人，还收红包", ANSWERS | {"respondent": "杜小窗", "category": "廉洁自律"}
    )
    assert not office.knows_of("du", case)
    assert office.knows_of("ban", case)
    assert office.is_refused("du", case, "record", kind="other", words="…") == "act.not_yours"
    assert office.is_refused("zhang", case, "assign", handler="du") == "act.is_recused"

    office.does("zhang", case, "assign", handler="ban")
    office.does("ban", case, "conclude", words="没有查到。")
    office.does("ban", case, "close", outcome="unsubstantiated", words="监控里没有看到所说的情况。")
    assert "没有查到所说的情况" in office.told()

    # 制度没有写复核；不满意的在十五天内可以要求重新办理，时限重新起算。
    office.it_is("2026-09-28 10:00")
    office.says("不满意", "监控只看了一个角度")
    assert office.status(case) == "investigating"
    # 9 月 28 日起 15 个工作日：国庆 10 月 1 日至 7 日不算，10 月 10 日周六上班。
    assert office.due(case, "completion") == "2026-10-23 17:00"
    office.does("zhang", case, "assign", handler="wei")
    office.does("wei", case, "conclude", words="另一角度的监控看到了。")
    office.does("wei", case, "close", outcome="substantiated", measures="penalty", words="已作处罚。")
    assert "情况属实" in office.told()
    office.goes_to_the_archive("wei", case)
