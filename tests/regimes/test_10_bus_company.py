"""10. 公交公司投诉中心管理制度: identity checked, passed to the section in charge by category and tracked, the result explained,
the passenger's satisfaction recorded, demands passed on."""

from __future__ import annotations

from tests.regimes.conftest import Founds
from tests.regimes.institution import Institution

FACTS = "18路在人民广场站没停就开走了，我招手也没理，等了半小时"
ANSWERS = {
    "line": "18路", "vehicle": "车身编号 B1207", "happened_on": "昨天", "happened_at": "早上7点半左右", "place": "人民广场站",
    "name": "周小站", "phone": "13900000101", "category": "准点、班次",
}  # fmt: skip
TOLD_BY_PHONE = {
    "facts": "5路司机关门夹到我的手，说他也不道歉", "line": "5路", "happened_on": "今天", "happened_at": "18:20",
    "place": "青禾站", "name": "吴小乘", "phone": "13900000102",
}  # fmt: skip


def _company(founded: Founds, moment: str) -> Institution:
    """第四条、第五条、第八条第三项: the centre's staff and director, the sections in charge."""
    office = founded("bus-company", moment)
    office.hires("xin", "officer", name="投诉中心小辛")
    office.hires("zhu", "director", name="朱主任")
    office.hires("diao", "department", name="调度小刁", unit="营运调度科")
    office.hires("an", "department", name="安全老安", unit="安全科")
    office.hires("ling", "leader", name="公司领导")
    return office


def test_a_complaint_goes_to_the_section_of_its_category_and_back_to_the_passenger(founded: Founds) -> None:
    # 第七条第三项：网络投诉；下班以后也能说。
    office = _company(founded, "2026-04-30 19:00")
    case = office.complains(FACTS, ANSWERS)
    # 第五条第一项、第八条：立即登记，记下线路、车号、时间、地点。
    assert case.number.startswith("GJ2604-0001")
    detail = office.detail(case)
    assert detail is not None
    assert {"line", "vehicle", "happened_on", "happened_at", "place"} <= set(detail.contents["answers"])
    # 时限由本包配置：1 个工作日转出，7 个工作日办结。劳动节 5 月 1 日至 5 日不算，9 日周六上班。
    assert office.due(case, "transfer") == "2026-05-06 18:00"
    assert office.due(case, "completion") == "2026-05-13 18:00"
    assert "5 月 13 日" in office.receipt

    # 第八条第一项：核实投诉人信息，转出之前就做。
    office.it_is("2026-05-06 09:00")
    office.does("xin", case, "record", kind="verification", words="回拨 139****0101，是本人，昨天乘车属实。")
    # 第八条第二、三项：分类，明确责任部门，转交；转给谁由类别定。
    assert office.is_refused("diao", case, "assign", handler="diao") == "act.not_your_post"
    office.does("xin", case, "assign", handler="diao")
    assert "已交营运调度科办理" in office.told()
    assert not office.is_running(case, "transfer")

    # 第九条：责任部门配合，及时反馈处理结果；第八条第四项：投诉中心跟踪进度。
    office.it_is("2026-05-13 08:00")
    assert "“办结并告知结果”快到期：5月13日 18:00。请调度小刁留意" in office.alerts()
    office.does("zhu", case, "supervise", words="今天到期，上午给结果。")
    assert "被督办" in office.alerts()
    office.does("diao", case, "record", kind="document", words="B1207 车载录像：7 点 34 分未停站。")
    office.does(
        "diao",
        case,
        "propose",
        outcome="substantiated",
        measures="explanation,discipline,forwarded",
        words="当班司机停班学习。",
    )
    assert office.told() == ""

    # 第十条第一项：向投诉人说明处理结果，解答疑问。
    office.it_is("2026-05-13 10:00")
    assert office.is_refused("ling", case, "close", words="…") == "act.not_your_post"
    office.does("xin", case, "close", words="录像显示车辆未停站，司机已停班学习；早高峰加车的建议已转营运调度科。")
    told = office.told()
    assert "情况属实" in told
    assert "说明情况，解答疑问、教育、处理当班人员、要求和建议转有关部门" in told
    # 第十条第三项：要求和建议转有关部门。
    office.does("xin", case, "note", words="加车建议已发营运调度科，编号 JY-0513。")
    # 第十条第二项：记录投诉人满意度，连同理由。
    office.says("评价", "4")
    assert office.case(case.number).rating == 4
    assert "rated" in office.history(case)
    office.goes_to_the_archive("xin", case)


def test_a_passenger_who_phones_is_registered_at_once_and_hears_by_chat_later(founded: Founds) -> None:
    office = _company(founded, "2026-06-18 18:30")
    # 第七条第二项：电话投诉。线路、时间、地点缺一项都登记不了。
    lacking = {key: words for key, words in TOLD_BY_PHONE.items() if key != "place"}
    assert office.cannot_register("xin", "phone", **lacking) == "register.missing"
    assert office.cannot_register("diao", "phone", **TOLD_BY_PHONE) == "act.not_your_post"
    case, code = office.registers("xin", "phone", **TOLD_BY_PHONE)
    assert (case.category, case.channel) == ("safety", "phone")
    # 端午 6 月 19 日至 21 日不算：同一个钟，不论从哪里来。
    assert office.due(case, "transfer") == "2026-06-22 18:00"
    assert office.due(case, "completion") == "2026-06-30 18:00"

    # 凭编号和登记电话后四位可以查；接到自己的聊天里要凭查询码。
    assert case.number in office.says("查进度", case.number, "0102", who="bella")
    assert office.case(case.number).session_id is None
    assert case.number in office.says("查进度", case.number, code, who="bella")
    assert office.case(case.number).session_id is not None
    # 从这以后，别人拿着编号和码也接不走。
    office.says("查进度", case.number, code, who="carl")
    office.does("xin", case, "assign", handler="an")
    assert "已交安全科办理" in office.told("bella")
    assert office.told("carl") == ""

    # 逾期：到期告诉承办人和主任，再过一天告诉公司领导；乘客听到道歉和新的日子。
    office.it_is("2026-06-30 18:00")
    assert "请安全老安、投诉中心主任处理" in office.alerts()
    told = office.told("bella")
    assert "很抱歉" in told
    assert "7 月 3 日" in told
    office.it_is("2026-07-01 18:00")
    assert "请公司领导处理" in office.alerts()
    office.does("an", case, "propose", outcome="substantiated", measures="apology,refund", words="道歉，退票款。")
    office.does("xin", case, "close", words="司机已当面道歉，票款退回乘车卡。")
    assert "退还票款" in office.told("bella")
    office.later(days=40)
    assert office.is_refused("xin", case, "archive") == "act.remedies_open"
    office.does("xin", case, "fulfil", measure="refund")
    office.does("xin", case, "archive")
    office.is_locked("xin", case)


def test_a_passenger_who_is_not_satisfied_has_it_taken_up_again(founded: Founds) -> None:
    office = _company(founded, "2026-09-17 09:00")
    case = office.complains(FACTS, ANSWERS)
    # 9 月 20 日周日上班，中秋 25 日至 27 日不算。
    assert office.due(case, "completion") == "2026-09-28 18:00"
    office.does("xin", case, "assign", handler="diao")
    office.does("diao", case, "propose", outcome="unsubstantiated", measures="explanation", words="站台没有人。")
    office.does("xin", case, "close", words="录像里没有看到您。")
    office.told()
    # 第十条第二项：满意度是几分就是几分；不满意的问一句为什么，重新办，时限从那天重新算。
    office.it_is("2026-09-18 10:00")
    office.says("评价", "1")
    assert office.case(case.number).rating == 1
    office.says("我站在站牌后面，录像要看 7 点 33 分")
    assert office.status(case) == "accepted"
    assert office.due(case, "completion") == "2026-09-29 18:00"
    office.does("diao", case, "record", kind="document", words="7 点 33 分站牌后有一人招手。")
    office.does("diao", case, "propose", outcome="substantiated", measures="apology", words="是我们看漏了。")
    office.does("xin", case, "close", words="向您道歉，是我们看漏了。")
    assert "情况属实" in office.told()
    office.goes_to_the_archive("xin", case)


def test_whoever_is_complained_of_by_name_neither_sees_nor_handles_it(founded: Founds) -> None:
    """第三条: fair. The section's own clerk is named, so somebody else of it must do it."""
    office = _company(founded, "2026-03-16 08:30")
    office.hires("zhang", "department", name="调度小章", unit="营运调度科")
    case = office.complains("调度小刁在车站骂人，让18路晚点半小时", ANSWERS | {"category": "服务态度"})
    assert not office.knows_of("diao", case)
    assert office.is_refused("xin", case, "assign", handler="diao") == "act.is_recused"
    office.does("xin", case, "assign", handler="zhang")
    office.does("zhang", case, "propose", outcome="partly", measures="discipline", words="态度不好属实，晚点是堵车。")
    office.does("xin", case, "close", words="已批评当班调度。")
    # 告诉司机和当班人员的，没有投诉人是谁。
    shown = office.other_side_reads(case)
    assert "晚点半小时" in shown
    assert "周小站" not in shown
    assert "13900000101" not in shown
    assert case.number not in shown
    office.goes_to_the_archive("xin", case)
