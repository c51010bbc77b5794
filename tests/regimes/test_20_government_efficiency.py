"""20. 投诉中心各项工作制度（行政效能）: taken in day and night, own matters reported and done within the limit, others' passed on, every
call, look-up and step on record, negligence followed up."""

from __future__ import annotations

from datetime import date

from tests.regimes.conftest import Founds
from tests.regimes.institution import Institution

FACTS = "在社会救助窗口申请临时救助，材料交了两个月，每次问都说在走流程，推来推去没人管"
ANSWERS = {
    "respondent": "社会救助窗口的人", "happened_on": "上周二上午", "name": "吴小民", "phone": "13900000201", "category": "不履行职责",
}  # fmt: skip
BY_PHONE = {"facts": FACTS, "respondent": "救助窗口", "name": "吴小民", "phone": "13900000201"}


def _bureau(founded: Founds, moment: str) -> Institution:
    """制度二、四、五: officers on duty day and night, the section in charge, the centre's director, the bureau's leader."""
    office = founded("government-efficiency", moment)
    office.hires("zhi", "duty_officer", name="值班小支")
    office.hires("cheng", "section", name="承办老程", unit="效能监察科")
    office.hires("ren", "director", name="任主任")
    office.hires("ju", "bureau_leader", name="局领导")
    return office


def test_a_call_before_dawn_on_a_holiday_is_registered_reported_and_answered_in_time(founded: Founds) -> None:
    # 制度二：24 小时值班，春节初一凌晨的电话也接；制度三：做好电话记录。
    office = _bureau(founded, "2026-02-17 03:20")
    case, code = office.registers("zhi", "phone", **BY_PHONE)
    assert (case.channel, case.category) == ("phone", "inaction")
    assert case.number.startswith("XN2026-00")
    assert office.history(case)[0] == "registered"
    # 制度四：迅速办理，按时限通知。几天制度没有写，1 个和 10 个工作日是本包配置的。
    # 春节 2 月 15 日至 23 日不算，28 日周六上班；昼夜有人，到那天的最后一秒。
    assert office.due(case, "report") == "2026-02-24 23:59"
    assert office.due(case, "result") == "2026-03-06 23:59"
    assert f"{case.promised_on}" == "2026-03-06"
    # 投诉人凭电话里听到的编号和码，接到自己的聊天里；冒用别人编号的查不到。
    assert "没有查到" in office.says("查进度", case.number, "ABCD-EFGH", who="carl")
    assert case.number in office.says("查进度", case.number, code)

    # 制度四：属于本单位职责的及时报局，交承办科室。
    office.it_is("2026-02-24 00:00")
    assert "“报局领导并交承办科室”快到期：2月24日 23:59" in office.alerts()
    office.does("zhi", case, "accept", words="07:50 已电话报局领导。")
    office.does("zhi", case, "assign", handler="cheng")
    told = office.told()
    assert "已受理" in told
    assert "已交效能监察科办理" in told
    assert not office.is_running(case, "report")
    # 范围二：调查不履行职责的行为；范围三：督促。
    office.it_is("2026-02-25 10:00")
    office.does("cheng", case, "record", kind="document", words="办件系统：材料 12 月 20 日收，没有上报。")
    office.does("ju", case, "supervise", words="本周办好。")
    assert "被督办" in office.alerts()
    office.does("cheng", case, "conclude", words="经办人压件两个月，属实。")
    # 制度六：脱岗、失误造成严重后果的，追究当事人责任；办完了才算。
    office.does(
        "cheng",
        case,
        "propose",
        outcome="substantiated",
        measures="performance,accountability",
        words="补办救助，立案问责。",
    )
    # 制度四：按时限通知结果。
    office.it_is("2026-03-05 15:00")
    office.does("zhi", case, "close", words="救助款 3 月 10 日到账；经办人已立案问责。")
    told = office.told()
    assert "督促履行职责，办好事项、追究当事人责任" in told
    assert not office.is_running(case, "result")
    office.does("cheng", case, "fulfil", measure="performance", words="款已到账。")
    office.later(days=40)
    assert office.is_refused("zhi", case, "archive") == "act.remedies_open"
    office.does("cheng", case, "fulfil", measure="accountability", words="经办人记过。")
    assert "经办人记过" in office.told()
    # 制度五：处理过程和结果登记存档。
    office.does("zhi", case, "archive")
    office.is_locked("zhi", case)


def test_another_bodys_matter_is_passed_on_and_the_caller_hears_where_to(founded: Founds) -> None:
    office = _bureau(founded, "2026-10-03 02:10")
    # 范围六：归别的单位管的转交。先说清去哪里更快，坚持的登记。
    heard = office.says("小区物业费又涨了，谁也不解释")
    assert "归别的单位管" in heard
    assert "12345" in heard
    case = office.complains("还是想在这里反映", ANSWERS | {"respondent": "物业", "category": "其他"})
    assert "归别的单位管的，转过去并告诉您转给了谁" in office.receipt
    # 国庆 10 月 1 日至 7 日不算，10 月 10 日周六上班。
    assert office.due(case, "report") == "2026-10-08 23:59"
    assert office.due(case, "result") == "2026-10-20 23:59"
    assert office.is_refused("zhi", case, "refer") == "act.needs_words"
    office.does("zhi", case, "refer", words="物业收费归住房城乡建设局管，已转该局物业科，电话 000-8120 0077。")
    told = office.told()
    assert "已转交其他单位办理" in told
    assert "000-8120 0077" in told
    assert not any(clock.ended_at is None for clock in office.clocks(case).values())
    # 转走了就不再催、不再许日子；转交的也登记存档。
    office.alerts()
    office.it_is("2026-11-20 10:00")
    assert office.alerts() == ""
    assert office.told() == ""
    office.does("zhi", case, "archive")
    office.is_locked("zhi", case)


def test_every_call_look_up_refusal_and_step_is_on_record(founded: Founds) -> None:
    office = _bureau(founded, "2026-05-01 23:50")
    case = office.complains(FACTS, ANSWERS)
    # 劳动节 5 月 1 日至 5 日不算，5 月 9 日周六上班。
    assert office.due(case, "report") == "2026-05-06 23:59"
    assert office.due(case, "result") == "2026-05-18 23:59"
    # 制度三：查询记录：工作人员看过一次，就记一次。
    assert office.knows_of("ren", case)
    assert "read" in office.history(case)
    # 制度五：每一步登记；不该做的人想做，也记下来。
    assert office.is_refused("cheng", case, "decline", words="…") == "act.not_your_post"
    assert "refused" in office.history(case)
    # 值班的漏了：到期告诉主任，再过一天告诉局领导；投诉人催了一次。
    office.it_is("2026-05-06 12:00")
    office.alerts()
    office.it_is("2026-05-07 00:00")
    assert "“报局领导并交承办科室”到期未完成：5月6日 23:59。请局领导、投诉中心负责人处理" in office.alerts()
    office.it_is("2026-05-08 00:00")
    assert "请局领导处理" in office.alerts()
    office.says("催一下")
    assert "催办" in office.alerts()
    # 制度六：工作失误，跟进：局领导督办，晚了多久记录里看得出来。
    office.does("ju", case, "supervise", words="查清值班为什么漏报。")
    office.does("ren", case, "accept")
    office.does("ren", case, "assign", handler="cheng")
    report = office.clocks(case)["report"]
    assert report.ended_at is not None
    assert report.ended_at > report.due_at
    # 由别的机关先办的，停着；恢复了再走。
    office.it_is("2026-05-08 10:00")
    office.does("cheng", case, "suspend", reason="other_body", words="等民政系统的核对结果。")
    office.it_is("2026-05-11 10:00")
    office.does("cheng", case, "resume")
    # 5 月 9 日、11 日没有算。
    assert office.due(case, "result") == "2026-05-20 23:59"
    office.does("cheng", case, "conclude", words="属实。")
    office.does("cheng", case, "close", outcome="substantiated", measures="correction", words="已办好，并纠正。")
    steps = (
        "registered",
        "read",
        "refused",
        "urged",
        "supervised",
        "accepted",
        "assigned",
        "stopped",
        "resumed",
        "closed",
    )
    assert set(steps) <= set(office.history(case))
    office.goes_to_the_archive("zhi", case)


def test_officials_complained_of_keep_out_and_learn_no_name(founded: Founds) -> None:
    """范围一: officials of the bureau's own; whoever complains need not fear them."""
    office = _bureau(founded, "2026-03-16 10:00")
    office.hires("chuang", "section", name="窗口小庄", unit="社会救助科")
    office.hires("ke", "section", name="科员小柯", unit="社会救助科")
    case = office.complains(
        "窗口小庄态度差，还私下收费", ANSWERS | {"respondent": "社会救助科", "category": "违反规定"}
    )
    # 被投诉的人和被投诉的科室，都看不到、交不进去。
    assert not office.knows_of("chuang", case)
    assert not office.knows_of("ke", case)
    office.does("zhi", case, "accept")
    assert office.is_refused("zhi", case, "assign", unit="社会救助科") == "act.unit_recused"
    assert office.is_refused("zhi", case, "assign", handler="ke") == "act.is_recused"
    office.does("zhi", case, "assign", handler="cheng")
    shown = office.other_side_reads(case)
    assert "私下收费" in shown
    assert "吴小民" not in shown
    assert "13900000201" not in shown
    assert case.number not in shown
    # 查不实的也说明情况，每一件都存档。
    office.does("cheng", case, "conclude", words="收费有票据。")
    office.does(
        "cheng",
        case,
        "close",
        outcome="partly",
        measures="correction,explanation",
        words="收费有票据；态度不好已批评。",
    )
    assert "部分情况属实" in office.told()
    office.goes_to_the_archive("zhi", case)


def test_day_and_night_an_officer_is_on_duty_and_danger_reaches_a_leader(founded: Founds) -> None:
    """制度二：坚持 24 小时值班。值班表排到节假日的夜里；有人说到生命危险，叫当班的领导，直到有人确认。"""
    office = _bureau(founded, "2026-02-13 09:00")
    office.hires("ban", "duty_officer", name="值班小班")
    for account in ("zhi", "ban", "ren", "ju"):
        office.has_a_chat(account)
    # 两个值班员一人一昼夜，早上 8 点交班；主任值工作日的夜，局领导值休息日。
    office.is_on_duty("zhi", "每2天", "08:00-08:00", first_on=date(2026, 2, 14))
    office.is_on_duty("ban", "每2天", "08:00-08:00", first_on=date(2026, 2, 15))
    office.is_on_duty("ren", "工作日", "08:00-08:00")
    office.is_on_duty("ju", "休息日", "08:00-08:00")
    # 2 月 14 日周六上班，15 日起春节放假到 23 日，28 日周六上班。
    assert office.on_duty("2026-02-14 12:00") == ["ren", "zhi"]
    assert office.on_duty("2026-02-15 07:59") == ["ren", "zhi"]
    assert office.on_duty("2026-02-15 08:00") == ["ban", "ju"]
    assert office.on_duty("2026-02-17 03:00") == ["ju", "zhi"]
    assert office.on_duty("2026-02-24 07:00") == ["ban", "ju"]
    assert office.on_duty("2026-02-24 08:00") == ["ren", "zhi"]
    assert office.on_duty("2026-02-28 12:00") == ["ren", "zhi"]
    # 除夕的班，小支换给小班。
    office.is_swapped("zhi", "2026-02-16", "ban")
    assert office.on_duty("2026-02-17 03:00") == ["ban", "ju"]
    assert office.on_duty("2026-02-18 12:00") == ["ju", "zhi"]

    # 初一凌晨，有人在聊天里说到煤气泄漏：告诉来人怎么办，叫当班的局领导，不叫休息的主任。
    office.it_is("2026-02-17 03:20")
    office.alerts()
    office.says("窗口没人管，家里煤气泄漏了", who="carl")
    assert "请您马上过问" in office.told("ju")
    assert office.told("ren") == ""
    assert "已叫局领导局领导（ju）" in office.alerts()
    # 10 分钟没人确认：再没有当班的领导了，休息的主任也叫。
    office.it_is("2026-02-17 03:30")
    assert "请您马上过问" in office.told("ren")
    assert "10 分钟没人确认" in office.alerts()
    office.confirms("ju")
    assert "ju 已确认收到，不再叫人" in office.alerts()
    office.it_is("2026-02-17 12:00")
    assert office.told("ren") == ""
    assert "没人确认" not in office.alerts()
