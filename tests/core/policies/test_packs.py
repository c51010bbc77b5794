"""The packs of the product keep what their institutions' rules ask."""

from __future__ import annotations

import re

import pytest

from core.policies.load import load, packs
from core.policies.policy import Policy, Words
from core.understand import classify

HAN = re.compile(r"[\u4e00-\u9fff]")
OUR_PACKS = {
    "bus-company", "company", "complaint-department", "customer-service-center", "general-handling", "government-efficiency", "government-service",
    "internal-rules", "law-firm", "manufacturer", "report-center", "service-app", "service-center", "service-complaint-office", "service-hall",
    "service-work", "statutory-procedure",
}  # fmt: skip


@pytest.fixture(params=packs())
def pack(request: pytest.FixtureRequest) -> Policy:
    return load(request.param)


def _spoken(pack: Policy) -> list[Words]:
    labels = [row.label for rows in (pack.fields, pack.categories, pack.exclusions, pack.clocks) for row in rows]
    asked = [words for field in pack.fields for words in (field.question, field.help, field.example)]
    told = [pack.title, pack.anonymity.explain, pack.privacy.notice, pack.receipt.hear_what, *pack.receipt.steps]
    units = [category.unit for category in pack.categories]
    labels += [row.label for rows in (pack.posts, pack.major, pack.decision.measures) for row in rows]
    told += [pack.decision.meeting] if pack.decision.meeting else []
    refusals = [words for exclusion in pack.exclusions for words in (exclusion.reason, exclusion.go_to)]
    return [*labels, *asked, *told, *units, *refusals]


def test_the_packs_that_the_documents_list_are_there() -> None:
    assert set(packs()) >= OUR_PACKS


def test_a_pack_is_named_like_its_file(pack: Policy) -> None:
    assert load(pack.id) == pack


def test_each_language_is_written_in_itself(pack: Policy) -> None:
    assert [words for words in _spoken(pack) if HAN.search(words.en)] == []
    assert [words for words in _spoken(pack) if not HAN.search(words.zh) and re.search(r"[a-z]{3}", words.zh)] == []


def test_what_happened_is_asked_first_and_the_phone_last(pack: Policy) -> None:
    assert (pack.fields[0].key, pack.fields[-1].key) == ("facts", "phone")


def test_a_question_and_its_reason_fit_on_a_phone_screen(pack: Policy) -> None:
    sentences = [words for field in pack.fields for words in (field.question, field.help)]
    assert max(len(words.zh) for words in sentences) <= 40
    assert max(len(words.en) for words in sentences) <= 70


def test_every_category_but_other_has_words_that_vote_for_it(pack: Policy) -> None:
    counts = [len(set(category.keywords)) for category in pack.categories if category.key != "other"]
    assert all(15 <= count <= 30 for count in counts)


def test_no_word_votes_for_two_categories_of_one_pack_too_often(pack: Policy) -> None:
    words = [word for category in pack.categories for word in category.keywords]
    assert len(words) - len(set(words)) <= 3


def test_unfinished_complaints_wait_as_agreed(pack: Policy) -> None:
    drafts = pack.drafts
    assert (drafts.resume_after_minutes, drafts.remind_after_hours, drafts.expire_after_days) == (120, 24, 7)
    assert (pack.evidence.max_files, pack.evidence.max_megabytes) == (10, 20)


@pytest.mark.parametrize(
    ("pack_id", "clock", "starts_from", "limit", "unit"),
    [
        ("service-hall", "completion", "receipt", 15, "working_day"),
        ("service-center", "acceptance", "receipt", 1, "working_day"),
        ("service-center", "result", "acceptance", 7, "working_day"),
        ("customer-service-center", "confirmation", "receipt", 24, "hour"),
        ("customer-service-center", "completion", "receipt", 3, "working_day"),
        ("customer-service-center", "first_investigation", "receipt", 2, "working_day"),
        ("customer-service-center", "solution", "receipt", 7, "working_day"),
        ("complaint-department", "leader_report", "receipt", 12, "hour"),
        ("complaint-department", "reply", "receipt", 3, "working_day"),
        ("company", "transfer", "receipt", 24, "hour"),
        ("general-handling", "confirmation", "receipt", 24, "hour"),
        ("general-handling", "completion", "receipt", 7, "working_day"),
        ("service-work", "to_investigation", "receipt", 1, "working_day"),
        ("service-work", "investigation", "to_investigation", 3, "working_day"),
        ("service-work", "handling", "investigation", 5, "working_day"),
        ("service-work", "reply", "handling", 1, "working_day"),
        ("statutory-procedure", "acceptance", "receipt", 5, "working_day"),
        ("statutory-procedure", "examination", "receipt", 10, "working_day"),
        ("statutory-procedure", "investigation", "acceptance", 20, "working_day"),
        ("statutory-procedure", "decision_notice", "investigation", 10, "working_day"),
    ],
)
def test_a_limit_is_the_one_of_the_rules(pack_id: str, clock: str, starts_from: str, limit: int, unit: str) -> None:
    row = next(row for row in load(pack_id).clocks if row.key == clock)
    assert (row.starts_from, row.limit, row.unit) == (starts_from, limit, unit)


@pytest.mark.parametrize(
    ("pack_id", "promise"),
    [
        ("customer-service-center", "completion"),
        ("complaint-department", "reply"),
        ("law-firm", "reply"),
        ("company", "reply"),
        ("service-complaint-office", "result"),
        ("general-handling", "completion"),
        ("government-service", "acceptance"),
        ("service-work", "reply"),
        ("service-app", "result"),
        ("government-efficiency", "result"),
    ],
)
def test_the_promise_is_the_answer_that_is_still_waited_for(pack_id: str, promise: str) -> None:
    assert load(pack_id).receipt.promise == promise


@pytest.mark.parametrize(
    ("pack_id", "asked"),
    [
        ("service-hall", {"name", "phone", "facts"}),
        ("service-center", {"name", "phone", "address", "respondent", "respondent_address", "facts", "reasons"}),
        ("bus-company", {"name", "phone", "line", "vehicle", "happened_on", "happened_at", "place", "facts"}),
        ("manufacturer", {"order_no", "part_no", "quantity", "delivery_on", "defective_quantity", "claim"}),
        ("report-center", {"respondent", "facts", "name", "phone"}),
        ("law-firm", {"respondent", "facts", "matter", "name", "phone"}),
        ("customer-service-center", {"facts", "name", "phone"}),
        ("complaint-department", {"facts", "happened_on", "name", "phone"}),
        ("company", {"facts", "name", "phone"}),
        ("government-service", {"facts", "name", "phone"}),
        ("service-complaint-office", {"facts", "happened_on", "name", "phone"}),
        ("general-handling", {"facts", "name", "phone"}),
        ("service-work", {"facts", "name", "phone"}),
        ("statutory-procedure", {"facts", "respondent", "name", "phone"}),
        ("service-app", {"facts", "happened_on", "name", "phone"}),
        ("government-efficiency", {"facts", "name", "phone"}),
    ],
)
def test_what_the_rules_ask_for_is_asked(pack_id: str, asked: set[str]) -> None:
    assert asked <= {field.key for field in load(pack_id).fields}


ENDS = {
    "service-hall": "closed",
    "law-firm": "assigned closed",
    "company": "marked closed",
    "government-service": "accepted closed marked",
    "service-complaint-office": "assigned closed",
    "service-center": "accepted closed",
    "internal-rules": "accepted marked assigned investigated marked closed reviewed",
    "customer-service-center": "told closed investigated closed",
    "manufacturer": "accepted closed",
    "bus-company": "assigned closed",
    "service-work": "assigned investigated decided closed",
    "general-handling": "told closed reviewed",
    "complaint-department": "marked closed",
    "statutory-procedure": "accepted marked investigated closed marked",
    "service-app": "marked closed",
    "report-center": "accepted closed",
    "government-efficiency": "assigned closed",
}


@pytest.mark.parametrize("pack_id", ENDS)
def test_a_limit_ends_with_what_the_rules_ask_for_by_then(pack_id: str) -> None:
    assert " ".join(clock.ends_on for clock in load(pack_id).clocks) == ENDS[pack_id]


@pytest.mark.parametrize(
    ("pack_id", "acceptance", "investigation"),
    [
        ("service-hall", False, True), ("law-firm", True, True), ("company", True, True), ("government-service", True, True),
        ("service-complaint-office", False, True), ("service-center", True, True), ("customer-service-center", False, True),
        ("manufacturer", True, True), ("bus-company", False, False), ("service-work", False, True),
        ("general-handling", True, True), ("complaint-department", False, False), ("statutory-procedure", True, True),
        ("service-app", False, True), ("report-center", True, True), ("government-efficiency", True, True),
    ],
)  # fmt: skip
def test_a_case_is_accepted_and_investigated_where_the_rules_name_that_step(
    pack_id: str, acceptance: bool, investigation: bool
) -> None:
    work = load(pack_id).work
    assert (work.acceptance, work.investigation) == (acceptance, investigation)


@pytest.mark.parametrize(
    ("pack_id", "measures"),
    [
        ("service-hall", {"责令相关责任人改正", "处罚违反规定的责任人", "答复合理要求", "研究、采纳建议"}),
        ("company", {"赔偿或补偿", "处理违规员工", "培训员工"}),
        ("service-complaint-office", {"赔礼道歉", "赔偿损失", "改进服务措施"}),
        ("service-center", {"查阅、复制有关资料", "要求停止侵害", "口头或书面警告", "其他必要的措施"}),
        ("manufacturer", {"成品退货"}),
        ("service-work", {"退货", "退款", "赔偿"}),
        ("general-handling", {"赔偿或补偿", "解释说明，提供证据"}),
        ("report-center", {"向有关单位提出处理建议", "纠正不良行为", "法律援助和维权指导"}),
    ],
)
def test_the_measures_of_the_rules_can_be_chosen(pack_id: str, measures: set[str]) -> None:
    assert measures <= {row.label.zh for row in load(pack_id).decision.measures}


def test_what_is_to_be_returned_or_paid_is_followed_until_it_is_done(pack: Policy) -> None:
    owed = [row for row in pack.decision.measures if re.search("退货|退款|赔偿|退还|补偿", row.label.zh)]
    assert [row.key for row in owed if not row.followed] == []


def test_only_the_company_s_complaint_office_the_firm_and_those_who_judge_wait_for_an_approval() -> None:
    approved = {name: load(name).decision.approved_by for name in OUR_PACKS if load(name).decision.approved_by}
    assert approved == {
        "service-complaint-office": "leader",
        "law-firm": "managing_partner",
        "manufacturer": "gm_office",
        "statutory-procedure": "head",
        "report-center": "director",
        "internal-rules": "head",
    }


def test_the_law_firm_hears_its_officer_then_a_partner_and_meets_on_what_is_major() -> None:
    pack = load("law-firm")
    decision = pack.decision
    assert (decision.opinion_by, pack.post("managing_partner").deputies) == ("officer", ("director", "partner"))
    assert (decision.meeting_for, decision.tells_authority) == ("major", True)


def test_the_manufacturer_s_four_departments_are_four_posts_and_money_decides_who_approves() -> None:
    pack = load("manufacturer")
    assert pack.work.separate == (("sales", "quality", "gm_office", "production"),)
    assert [(row.up_to_yuan, row.approved_by) for row in pack.decision.authority] == [
        (10000, "gm_office"),
        (None, "general_manager"),
    ]


def test_the_three_posts_of_service_work_do_not_meet_in_one_person() -> None:
    assert load("service-work").work.separate == (("reception", "investigation", "handling"),)


def test_who_screened_a_report_does_not_investigate_or_approve_it() -> None:
    assert load("report-center").work.separate[0] == ("intake", "investigator", "director")


def test_only_the_head_of_the_service_centre_s_complaint_office_extends() -> None:
    extensions = {name: row.extension for name in OUR_PACKS for row in load(name).clocks if row.extension}
    assert {name: (row.limit, row.times, row.approved_by) for name, row in extensions.items()} == {
        "service-center": (3, 1, "head"),
        "internal-rules": (5, 1, "head"),
    }


def test_a_second_look_is_taken_by_a_post_of_its_own_where_the_rules_know_one() -> None:
    assert {name for name in OUR_PACKS if load(name).review.allowed} == {"general-handling", "internal-rules"}
    assert ("department", "reviewer") in load("general-handling").work.separate


def test_a_major_complaint_reaches_whoever_the_rules_say() -> None:
    told = {name: load(name).work.major_to for name in OUR_PACKS if load(name).work.major_to}
    assert told == {
        "law-firm": ("managing_partner", "director"),
        "government-service": ("head",),
        "customer-service-center": ("head", "leader"),
        "complaint-department": ("head", "leader"),
        "manufacturer": ("gm_office", "general_manager"),
        "internal-rules": ("head", "director"),
    }


def test_somebody_is_told_before_at_and_after_the_end_of_a_clock(pack: Policy) -> None:
    hours = [rung.hours for rung in pack.work.ladder]
    assert (min(hours) < 0, 0 in hours, max(hours) > 0) == (True, True, True)
    assert (pack.work.ladder[0].to[0], "leadership" in pack.post(pack.work.ladder[-1].to[0]).duties) == (
        "handler",
        True,
    )


def test_only_the_report_centre_takes_complaints_without_a_name() -> None:
    assert {name for name in OUR_PACKS if load(name).anonymity.allowed} == {"report-center"}


def test_the_service_centre_refuses_four_kinds_of_matter() -> None:
    assert len(load("service-center").exclusions) == 4


def test_the_manufacturer_numbers_by_year_month_and_running_number() -> None:
    number = load("manufacturer").number
    assert (number.pattern, number.restart) == ("{yy}{mm}{seq:2}", "month")


def test_the_law_firm_numbers_its_files_by_the_year() -> None:
    assert load("law-firm").number.restart == "year"


@pytest.mark.parametrize(
    ("pack_id", "told", "category"),
    [
        ("law-firm", "孙律师三个月不接电话，案子一点进展都不告诉我", "service"),
        ("law-firm", "签合同的时候说好了，后来又加收差旅费，发票也不开", "fees"),
        ("law-firm", "他当初打包票说包赢，还要我把钱转到私人账户", "conduct"),
        ("customer-service-center", "新买的冰箱不制冷，还有异响", "product"),
        ("customer-service-center", "报修一周了没人来，改约两次师傅都爽约", "service"),
        ("customer-service-center", "客服不耐烦，没说完就挂我电话", "staff"),
        ("customer-service-center", "退款审核走了半个月，让我重复提交证明", "process"),
        ("complaint-department", "牛奶过期变质，喝了拉肚子", "product"),
        ("complaint-department", "店员爱理不理，问了半天还骂人", "service"),
        ("complaint-department", "验收完半年了，尾款和保证金一直不结算", "cooperation"),
        ("complaint-department", "天天加班没有加班费，请假还被上司刁难", "workplace"),
        ("company", "买的书柜一周就开胶，柜门还有划痕", "product"),
        ("company", "送货约了三次没人来，客服也打不通", "service"),
        ("company", "安装师傅态度很差，说要加钱才给装完", "staff"),
        ("government-service", "工作人员收好处费才给办", "unlawful"),
        ("government-service", "一次性告知单没给，让我开循环证明", "rights"),
        ("government-service", "三个部门推来推去，我白跑了四趟", "quality"),
        ("service-complaint-office", "新机器不出水，还有异响", "product"),
        ("service-complaint-office", "导购夸大宣传，强行推销", "service"),
        ("service-complaint-office", "退机不给退，报修也没人管", "after_sales"),
        ("general-handling", "饼干里有虫子，还发霉了", "product"),
        ("general-handling", "储值卡多收钱，客服打不通", "service"),
        ("general-handling", "班长天天骂人，还给我穿小鞋", "conduct"),
    ],
)
def test_plain_words_find_their_category(pack_id: str, told: str, category: str) -> None:
    assert classify(told, load(pack_id)).category == category


@pytest.mark.parametrize("pack_id", ["law-firm", "customer-service-center", "complaint-department"])
def test_words_that_say_nothing_of_the_matter_choose_no_category(pack_id: str) -> None:
    assert classify("我有件事想跟你们反映一下", load(pack_id)).category is None
