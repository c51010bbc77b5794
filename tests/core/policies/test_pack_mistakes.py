"""A wrong pack is refused with one line for each mistake: file, table, key and what is expected."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import PolicyError
from core.policies.crosscheck import CHECKS
from core.policies.faults import sentences
from core.policies.load import LARGEST_BYTES, load, packs, read_file, read_pack
from core.policies.policy import Policy

GOOD = """
id = "own-hall"
version = "1"
effective_from = 2026-01-01
title = { zh = "投诉", en = "Complaints" }

[institution]
name = { zh = "大厅", en = "Hall" }
phone = "000-1"
visit = { zh = "一楼", en = "Ground floor" }
hours = [{ opens_at = 09:00:00, closes_at = 12:00:00 }, { opens_at = 13:00:00, closes_at = 17:00:00 }]
reply_minutes = 30

[number]
pattern = "A{yy}{mm}-{seq:4}{check}"
restart = "month"
check = "mod11_10"

[[fields]]
key = "facts"
kind = "facts"
required = true
label = { zh = "经过", en = "Facts" }
question = { zh = "发生了什么？", en = "What happened?" }
help = { zh = "好核实。", en = "To check it." }
example = { zh = "漏水", en = "A leak" }

[[fields]]
key = "floor"
kind = "choice"
required = false
label = { zh = "楼层", en = "Floor" }
question = { zh = "几楼？", en = "Which floor?" }
help = { zh = "好找人。", en = "To find them." }
example = { zh = "一楼", en = "Ground" }
options = [
  { key = "ground", label = { zh = "一楼", en = "Ground" } },
  { key = "first", label = { zh = "二楼", en = "First" } },
]

[[fields]]
key = "phone"
kind = "phone"
required = true
personal = true
label = { zh = "电话", en = "Phone" }
question = { zh = "电话？", en = "Phone?" }
help = { zh = "好联系。", en = "To reach you." }
example = { zh = "139 0000 0000", en = "139 0000 0000" }

[[categories]]
key = "service"
label = { zh = "服务", en = "Service" }
unit = { zh = "甲科", en = "Section A" }

[[categories]]
key = "other"
label = { zh = "其他", en = "Other" }
unit = { zh = "乙科", en = "Section B" }

[[exclusions]]
key = "wages"
label = { zh = "欠薪", en = "Wages" }
any_of = ["欠薪", "工资"]
reason = { zh = "不归这里", en = "Not ours" }
go_to = { zh = "12333", en = "12333" }

[[exclusions]]
key = "tax"
label = { zh = "税务", en = "Tax" }
any_of = ["偷税"]
all_of = ["公司"]
reason = { zh = "不归这里", en = "Not ours" }
go_to = { zh = "12366", en = "12366" }

[anonymity]
allowed = false
explain = { zh = "要留名", en = "We need a name" }

[privacy]
version = "1"
notice = { zh = "只用于办理", en = "For this only" }
keep_years = 3

[evidence]
max_files = 9
max_megabytes = 20

[drafts]
resume_after_minutes = 120
remind_after_hours = 24
expire_after_days = 7

[[clocks]]
key = "acceptance"
label = { zh = "受理", en = "Acceptance" }
starts_from = "receipt"
limit = 1
unit = "working_day"
ends_on = "accepted"

[[clocks]]
key = "result"
label = { zh = "结果", en = "Result" }
starts_from = "acceptance"
limit = 7
unit = "working_day"

[receipt]
promise = "result"
hear_what = { zh = "结果", en = "the result" }
steps = [{ zh = "登记", en = "Registered" }]

[[posts]]
key = "desk"
label = { zh = "接待", en = "Desk" }
duties = ["reception", "investigation", "handling", "archiving"]

[[posts]]
key = "reviewer"
label = { zh = "复核", en = "Reviewer" }
duties = ["review", "opinion"]

[[posts]]
key = "head"
label = { zh = "主任", en = "Head" }
duties = ["approval", "leadership", "administration"]
deputies = ["desk"]

[[major]]
label = { zh = "金额大", en = "A lot of money" }
yuan_from = 5000

[work]
investigation = true
separate = [["desk", "head"]]
major_to = ["head"]
ladder = [{ hours = -24, to = ["handler"] }, { hours = 0, to = ["head"] }]

[decision]
opinion_by = "reviewer"
approved_by = "head"
authority = [{ up_to_yuan = 100, approved_by = "head" }, { approved_by = "head" }]
meeting_for = "major"
meeting = { zh = "办公会", en = "Meeting" }
tells_authority = true
measures = [
  { key = "refund", label = { zh = "退款", en = "Refund" }, followed = true },
  { key = "apology", label = { zh = "道歉", en = "Apology" } },
]

[review]
allowed = true
"""


def refusal(text: str) -> list[str]:
    with pytest.raises(PolicyError) as refused:
        read_pack("own.toml", text.encode())
    return str(refused.value).splitlines()


def changed(*replacements: tuple[str, str]) -> str:
    text = GOOD
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_the_pack_that_the_mistakes_are_made_in_is_good() -> None:
    assert read_pack("own.toml", GOOD.encode()).id == "own-hall"


EXTENSION = '[clocks.extension]\nlimit = 3\ntimes = 1\napproved_by = "head"\n\n'


def test_a_clock_may_be_extended_and_may_run_for_one_level() -> None:
    clock = read_pack("own.toml", changed(("[receipt]", f"{EXTENSION}[receipt]")).encode()).clock("result")
    assert clock.extension is not None
    assert (clock.extension.limit, clock.extension.times, clock.extension.approved_by) == (3, 1, "head")
    assert (clock.runs_for("general"), clock.runs_for("major")) == (True, True)


SHAPES = [
    ('version = "1"\n', "", "文件顶层", "键 version：缺少"),
    ('version = "1"\n', "version = 1\n", "文件顶层", "键 version：应是加引号的文字"),
    ('"own-hall"', '"Own Hall"', "文件顶层", "短横线"),
    ("2026-01-01", '"2026-01-01"', "文件顶层", "键 effective_from：应是日期"),
    ("2026-01-01", "2026-01-01T08:00:00", "文件顶层", "键 effective_from：应是日期"),
    ("09:00:00", "9", "[institution]", "键 hours.第1项.opens_at：应是钟点"),
    ("reply_minutes = 30", "reply_minutes = 0", "[institution]", "不能小于 1"),
    ("reply_minutes = 30", "reply_minutes = 99999", "[institution]", "不能大于 10080"),
    ("reply_minutes = 30", 'reply_minutes = "30"', "[institution]", "应是整数"),
    ('restart = "month"', 'restart = "day"', "[number]", "应是其中之一：'never', 'year' or 'month'"),
    ('key = "floor"', 'key = "Floor 1"', "[[fields]] 第 2 项 “Floor 1”", "下划线"),
    ('kind = "choice"', 'kind = "menu"', "[[fields]] 第 2 项 “floor”", "应是其中之一"),
    ('zh = "几楼？", ', "", "[[fields]] 第 2 项 “floor”", "键 question.zh：缺少"),
    ('zh = "几楼？"', 'zh = "  "', "[[fields]] 第 2 项 “floor”", "键 question.zh：不能空着"),
    ('zh = "几楼？"', f'zh = "{"长" * 401}"', "[[fields]] 第 2 项 “floor”", "最多 400 个字"),
    ("required = false", 'required = "no"', "[[fields]] 第 2 项 “floor”", "应是 true 或 false"),
    ("required = false", "required = false\nrequierd = true", "[[fields]] 第 2 项 “floor”", "键 requierd：不认识"),
    ('title = { zh = "投诉", en = "Complaints" }', 'title = "投诉"', "文件顶层", "键 title：应是一张表"),
    ('steps = [{ zh = "登记", en = "Registered" }]', "steps = []", "[receipt]", "至少要有 1 项"),
    ('any_of = ["偷税"]', 'any_of = "偷税"', "[[exclusions]] 第 2 项 “tax”", "键 any_of：应是列表"),
    (
        "limit = 7\n",
        'limit = 7\nlevel = "grave"\n',
        "[[clocks]] 第 2 项 “result”",
        "键 level：应是其中之一：'general' or 'major'",
    ),
    ("limit = 7\n", "limit = 7\nextension = 3\n", "[[clocks]] 第 2 项 “result”", "键 extension：应是一张表"),
    ("[receipt]", f"{EXTENSION.replace('3', '0')}[receipt]", "[[clocks]] 第 2 项", "键 extension.limit：不能小于 1"),
    ("[receipt]", f"{EXTENSION.replace('times = 1', '')}[receipt]", "[[clocks]] 第 2 项", "键 extension.times：缺少"),
    (
        "[receipt]",
        f"{EXTENSION.replace('head', '主任')}[receipt]",
        "[[clocks]] 第 2 项",
        "键 extension.approved_by：应以小写英文字母开头",
    ),
    (
        "limit = 7\n",
        'limit = 7\nends_on = "done"\n',
        "[[clocks]] 第 2 项 “result”",
        "键 ends_on：应是其中之一：'told', 'accepted'",
    ),
    ('duties = ["review", "opinion"]', "duties = []", "[[posts]] 第 2 项 “reviewer”", "键 duties：至少要有 1 项"),
    (
        'duties = ["review", "opinion"]',
        'duties = ["boss"]',
        "[[posts]] 第 2 项 “reviewer”",
        "键 duties.第1项：应是其中之一",
    ),
    ("yuan_from = 5000", "people_from = 1", "[[major]] 第 1 项", "键 people_from：不能小于 2"),
    ("yuan_from = 5000", "yuan_from = 4999.5", "[[major]] 第 1 项", "键 yuan_from：应是整数"),
    ('separate = [["desk", "head"]]', 'separate = ["desk"]', "[work]", "键 separate.第1项：应是列表"),
    (
        "investigation = true",
        'investigation = true\nstops = ["lunch"]',
        "[work]",
        "键 stops.第1项：应是其中之一：'supplement'",
    ),
    ("hours = -24", "hours = -721", "[work]", "键 ladder.第1项.hours：不能小于 -720"),
    ('{ hours = 0, to = ["head"] }', "{ hours = 0, to = [] }", "[work]", "键 ladder.第2项.to：至少要有 1 项"),
    ("followed = true", "folowed = true", "[decision]", "键 measures.第1项.folowed：不认识这个键"),
    (
        'meeting_for = "major"',
        'meeting_for = "grave"',
        "[decision]",
        "键 meeting_for：应是其中之一：'general' or 'major'",
    ),
    ("allowed = true\n", "allowed = true\nwithin_days = 0\n", "[review]", "键 within_days：不能小于 1"),
]


@pytest.mark.parametrize(("old", "new", "where", "said"), SHAPES, ids=[f"{row[2]}-{row[3]}" for row in SHAPES])
def test_a_value_of_the_wrong_shape_is_named(old: str, new: str, where: str, said: str) -> None:
    (line,) = refusal(changed((old, new)))
    assert line.startswith(f"own.toml：{where}")
    assert said in line


FLOOR_LABEL = 'label = { zh = "楼层", en = "Floor" }'
OTHER = 'key = "other"\nlabel = { zh = "其他", en = "Other" }'
MISFITS = [
    ('key = "floor"', 'key = "phone"', "[[fields]] 第 3 项", "键 key：键 “phone” 用了不止一次"),
    ('key = "floor"', 'key = "evidence"', "[[fields]] 第 2 项", "程序自己要用"),
    (FLOOR_LABEL, 'label = { zh = "经过", en = "Floor" }', "[[fields]] 第 2 项", "名称 “经过” 用了不止一次"),
    ('zh = "几楼？"', f'zh = "{"长" * 61}"', "[[fields]] 第 2 项", "键 question.zh：zh 问句有 61 个字，最多 60"),
    ('en = "Which floor?"', f'en = "{"x" * 121}"', "[[fields]] 第 2 项", "键 question.en：en 问句有 121 个字"),
    ('{ key = "first", label = { zh = "二楼", en = "First" } },', "", "[[fields]] 第 2 项", "现在有 1 个"),
    ('key = "first"', 'key = "ground"', "[[fields]] 第 2 项", "键 options.第2项.key：键 “ground”"),
    ('zh = "二楼"', 'zh = "一楼"', "[[fields]] 第 2 项", "键 options.第2项.label：名称 “一楼”"),
    ("required = true", "required = false", "[[fields]]", "key 就叫 facts"),
    ('kind = "phone"', 'kind = "facts"', "[[fields]] 第 3 项", "只能有一项"),
    (OTHER, OTHER.replace("other", "rest"), "[[categories]]", '要有一项 key = "other"'),
    ("allowed = false", "allowed = true", "[[fields]] 第 3 项 “phone”", "键 required：[anonymity] 允许匿名"),
    (
        'promise = "result"',
        'promise = "answer"',
        "[receipt]",
        "键 promise：没有名为 “answer” 的时限；现有：acceptance, result",
    ),
    ('promise = "result"', 'promise = "result"\nthen = "appeal"', "[receipt]", "键 then：没有名为 “appeal” 的时限"),
    ('starts_from = "acceptance"', 'starts_from = "decision"', "[[clocks]] 第 2 项", "“decision” 不是起点"),
    ('starts_from = "acceptance"', 'starts_from = "result"', "[[clocks]] 第 2 项", "result ← result"),
    (
        "limit = 1\n",
        'limit = 1\nlevel = "general"\n',
        "[[clocks]] 第 2 项 “result”",
        '键 starts_from：“acceptance” 只对一般投诉计时，从它起算的时限也要写 level = "general"',
    ),
    (
        "limit = 1\n",
        'limit = 1\nlevel = "major"\n',
        "[[clocks]] 第 2 项 “result”",
        '键 starts_from：“acceptance” 只对重大投诉计时，从它起算的时限也要写 level = "major"',
    ),
    (
        "limit = 7\n",
        'limit = 7\nlevel = "major"\n',
        "[receipt]",
        "键 promise：“result” 只对重大投诉计时；一般投诉也要有承诺",
    ),
    ("closes_at = 12:00:00", "closes_at = 08:00:00", "[institution]", "键 hours.第1项：关门时间 08:00:00"),
    ("closes_at = 12:00:00", "closes_at = 13:30:00", "[institution]", "键 hours.第2项：和上一段时间重叠"),
    ("{seq:4}", "{seq:4}{week}", "[number]", "键 pattern：不认识 {week}"),
    ("{seq:4}", "{seq:4}{", "[number]", "不认识 {"),
    ("{seq:4}", "{seq:4}号", "[number]", "“号” 不能用"),
    ("{seq:4}", "", "[number]", "现在有 0 个"),
    ("{seq:4}", "{seq:4}{seq:2}", "[number]", "现在有 2 个"),
    ("{yy}", "{yy}{yy}", "[number]", "{yy} 只能写一次"),
    ("{check}", "", "[number]", "编号里就要有 {check}"),
    ('check = "mod11_10"', 'check = "none"', "[number]", "check 就要选一种校验"),
    ("{mm}", "", "[number]", "restart = “month”，编号里就要有 {mm}"),
    ("{yy}", "", "[number]", "restart = “month”，编号里就要有 {yy}"),
    ('any_of = ["偷税"]', 'any_of = ["税"]', "[[exclusions]] 第 2 项", "“税” 太短"),
    ('any_of = ["偷税"]', 'any_of = ["拖欠工资"]', "[[exclusions]] 第 2 项 “tax”", "前面的 “wages” 都已符合"),
    (
        'key = "result"\nlabel = { zh = "结果", en = "Result" }\nstarts_from = "acceptance"',
        'key = "result"\nlabel = { zh = "结果", en = "Result" }\nstarts_from = "review"\nends_on = "marked"',
        "[receipt]",
        "键 promise：“result” 只在提出复核以后计时",
    ),
    (
        'ends_on = "accepted"',
        'ends_on = "reviewed"',
        "[[clocks]] 第 1 项 “acceptance”",
        '键 ends_on：ends_on = "reviewed" 的时限要从 review 起算',
    ),
    (
        'ends_on = "accepted"',
        "",
        "[[clocks]] 第 2 项 “result”",
        "键 ends_on：它从 “acceptance” 完成时起算，那时 closed 已经做到，它一开始就会结束",
    ),
    (
        "investigation = true",
        "acceptance = false",
        "[[clocks]] 第 1 项",
        "键 ends_on：[work] acceptance = false，没有受理这一步",
    ),
    (
        "[receipt]",
        f"{EXTENSION.replace('head', 'desk')}[receipt]",
        "[[clocks]] 第 2 项",
        "键 extension.approved_by：岗位 “desk” 的 duties 里没有 leadership 或 approval",
    ),
    (
        "[receipt]",
        f"{EXTENSION.replace('head', 'chief')}[receipt]",
        "[[clocks]] 第 2 项",
        "键 extension.approved_by：没有名为 “chief” 的岗位；现有：desk, reviewer, head",
    ),
    (
        'label = { zh = "复核", en = "Reviewer" }',
        'label = { zh = "接待", en = "Reviewer" }',
        "[[posts]] 第 2 项",
        "键 label：名称 “接待”",
    ),
    ('deputies = ["desk"]', 'deputies = ["vice"]', "[[posts]] 第 3 项 “head”", "键 deputies：没有名为 “vice” 的岗位"),
    (
        'deputies = ["desk"]',
        'deputies = ["head"]',
        "[[posts]] 第 3 项 “head”",
        "键 deputies：“head” 不能代行自己的职责",
    ),
    (', "archiving"]', "]", "[[posts]]", "没有一个岗位有 archiving 这项职责"),
    ('"reception", "investigation", ', '"reception", ', "[[posts]]", "没有一个岗位有 investigation 这项职责"),
    ('duties = ["review", "opinion"]', 'duties = ["opinion"]', "[[posts]]", "没有一个岗位有 review 这项职责"),
    ("yuan_from = 5000", "", "[[major]] 第 1 项", "any_of、yuan_from、people_from 至少要写一项"),
    ("yuan_from = 5000", 'any_of = ["伤"]', "[[major]] 第 1 项", "键 any_of：“伤” 太短"),
    (
        'separate = [["desk", "head"]]',
        'separate = [["desk", "chief"]]',
        "[work]",
        "键 separate.第1项：没有名为 “chief” 的岗位",
    ),
    (
        'separate = [["desk", "head"]]',
        'separate = [["desk", "desk"]]',
        "[work]",
        "键 separate.第1项：至少要写两个不同的岗位",
    ),
    ('major_to = ["head"]', 'major_to = ["mayor"]', "[work]", "键 major_to：没有名为 “mayor” 的岗位"),
    ("[decision]", '[calls]\nto = ["mayor"]\n\n[decision]', "[calls]", "键 to：没有名为 “mayor” 的岗位"),
    (
        'to = ["handler"]',
        'to = ["unit"]',
        "[work]",
        "键 ladder.第1项.to：没有名为 “unit” 的岗位；现有：desk, reviewer, head, handler",
    ),
    ("hours = -24", "hours = 24", "[work]", "键 ladder.第2项.hours：要按时间先后写：应晚于上一级的 24 小时"),
    ('opinion_by = "reviewer"', 'opinion_by = "lawyer"', "[decision]", "键 opinion_by：没有名为 “lawyer” 的岗位"),
    (
        'opinion_by = "reviewer"',
        'opinion_by = "desk"',
        "[decision]",
        "键 opinion_by：岗位 “desk” 的 duties 里没有 opinion",
    ),
    (
        'opinion_by = "reviewer"\napproved_by = "head"',
        'opinion_by = "reviewer"\napproved_by = "desk"',
        "[decision]",
        "键 approved_by：岗位 “desk” 的 duties 里没有 approval",
    ),
    ("{ up_to_yuan = 100, ", "{ ", "[decision]", "键 authority.第1项.up_to_yuan：最后一项不写 up_to_yuan"),
    (
        '{ approved_by = "head" }]',
        '{ up_to_yuan = 200, approved_by = "head" }]',
        "[decision]",
        "键 authority.第2项.up_to_yuan：最后一项不写 up_to_yuan",
    ),
    (
        "authority = [",
        'authority = [{ up_to_yuan = 500, approved_by = "head" }, ',
        "[decision]",
        "键 authority：up_to_yuan 要从小到大",
    ),
    (
        'up_to_yuan = 100, approved_by = "head"',
        'up_to_yuan = 100, approved_by = "reviewer"',
        "[decision]",
        "键 authority.第1项.approved_by：岗位 “reviewer” 的 duties 里没有 approval",
    ),
    ('meeting = { zh = "办公会", en = "Meeting" }', "", "[decision]", "键 meeting：写了 meeting_for，就要写 meeting"),
    ('meeting_for = "major"', "", "[decision]", "键 tells_authority：由会议确定是否报告主管部门，先要写 meeting_for"),
    ('key = "apology"', 'key = "refund"', "[decision]", "键 measures.第2项.key：键 “refund” 用了不止一次"),
    ('zh = "道歉"', 'zh = "退款"', "[decision]", "键 measures.第2项.label：名称 “退款” 用了不止一次"),
    ("remind_after_hours = 24", "remind_after_hours = 168", "[drafts]", "提醒（168 小时）要早于过期（7 天）"),
]


@pytest.mark.parametrize(("old", "new", "where", "said"), MISFITS, ids=[f"{row[2]}-{row[3]}" for row in MISFITS])
def test_parts_that_do_not_fit_together_are_named(old: str, new: str, where: str, said: str) -> None:
    (line,) = refusal(changed((old, new)))
    assert line.startswith(f"own.toml：{where}")
    assert said in line


SECOND_LOOK = """
[[clocks]]
key = "second_look"
label = { zh = "复核", en = "Second look" }
starts_from = "review"
limit = 5
unit = "working_day"
ends_on = "reviewed"

[receipt]
"""
REVIEWED = ("\n[receipt]\n", SECOND_LOOK)
NO_REVIEW = ("allowed = true", "allowed = false")
NO_APPROVAL = (
    'approved_by = "head"\nauthority = [{ up_to_yuan = 100, approved_by = "head" }, { approved_by = "head" }]',
    "",
)
GENERAL_ONLY = tuple((f"limit = {limit}\n", f'limit = {limit}\nlevel = "general"\n') for limit in (1, 7))
SECOND_DESK = '[[posts]]\nkey = "desk"\nlabel = { zh = "前台", en = "Front desk" }\nduties = ["audit"]\n\n[[major]]'
TOGETHER = [
    (
        (('key = "acceptance"', 'key = "receipt"'), ('starts_from = "acceptance"', 'starts_from = "receipt"')),
        "[[clocks]] 第 1 项 “receipt”",
        "键 key：“receipt” 是程序自己要用的",
    ),
    ((("[[major]]", SECOND_DESK),), "[[posts]] 第 4 项 “desk”", "键 key：键 “desk” 用了不止一次"),
    (
        (('key = "reviewer"', 'key = "handler"'), ('opinion_by = "reviewer"', 'opinion_by = "handler"')),
        "[[posts]] 第 2 项 “handler”",
        "键 key：“handler” 是程序自己要用的",
    ),
    ((('key = "other"', 'key = "rest"'), ('key = "service"', 'key = "other"')), "[[categories]] 第 1 项 “other”", "要放在最后一项"),
    (GENERAL_ONLY, "[[clocks]]", "重大投诉没有时限"),
    ((REVIEWED, *GENERAL_ONLY), "[[clocks]]", "重大投诉没有时限"),
    (
        (('promise = "result"', 'promise = "acceptance"\nthen = "result"'), ("limit = 7\n", 'limit = 7\nlevel = "major"\n')),
        "[receipt]",
        "键 then：“result” 只对重大投诉计时",
    ),
    ((REVIEWED, NO_REVIEW), "[[clocks]] 第 3 项 “second_look”", "键 starts_from：从复核起算，[review] 就要写 allowed = true"),
    ((REVIEWED, ('"reviewed"', '"closed"')), "[[clocks]] 第 3 项 “second_look”", "键 ends_on：从复核起算的，要写 ends_on"),
    ((NO_APPROVAL,), "[decision]", "键 meeting_for：开会决定的，也要写 approved_by：会后由谁批准"),
    (
        (
            ('approved_by = "head"\nauthority', "authority"),
            ('meeting_for = "major"', ""),
            ("tells_authority = true", ""),
        ),
        "[decision]",
        "键 authority：写了核决权限，也要写 approved_by",
    ),
    (
        (('ends_on = "accepted"', 'ends_on = "marked"'), ("investigation = true", "acceptance = false\ninvestigation = true"),
         ('promise = "result"', 'promise = "result"\nthen = "result"')),
        "[receipt]",
        "键 then：[work] acceptance = false，没有受理这一步，受理以后的承诺永远轮不到",
    ),
    (
        (("limit = 7\n", 'limit = 7\nends_on = "investigated"\n'), ("investigation = true", "investigation = false")),
        "[[clocks]] 第 2 项 “result”",
        "键 ends_on：[work] investigation = false，没有查清这一步",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("mistake", "where", "said"), TOGETHER, ids=[row[2] for row in TOGETHER])
def test_parts_that_do_not_fit_together_are_named_where_several_make_the_mistake(
    mistake: tuple[tuple[str, str], ...], where: str, said: str
) -> None:
    (line,) = refusal(changed(*mistake))
    assert line.startswith(f"own.toml：{where}")
    assert said in line


def test_a_clock_may_wait_for_a_review_where_the_pack_has_one() -> None:
    assert read_pack("own.toml", changed(REVIEWED).encode()).clock("second_look").starts_from == "review"


def _pattern(sentence: str) -> re.Pattern[str]:
    """What a line looks like that says this sentence, whatever fills its braces."""
    return re.compile(".*".join(re.escape(words) for words, *_ in string.Formatter().parse(sentence)) + ".*$")


def test_every_rule_is_broken_by_a_mistake_of_these_tables() -> None:
    ours = [((old, new),) for old, new, _, _ in MISFITS] + [mistake for mistake, _, _ in TOGETHER] + [CIRCLE]
    lines = [line for mistake in ours for line in refusal(changed(*mistake))]
    silent = [rule for rule, said in sentences()["cross"].items() if not any(map(_pattern(said).search, lines))]
    assert silent == []


def test_forty_mistakes_and_more_are_told_apart() -> None:
    told = {(where, said) for _, _, where, said in (*SHAPES, *MISFITS)} | {(where, said) for _, where, said in TOGETHER}
    assert len(told) >= 40


def test_a_clock_of_one_level_may_not_start_from_one_of_the_other() -> None:
    (line,) = refusal(
        changed(
            ("limit = 1\n", 'limit = 1\nlevel = "general"\n'),
            ("limit = 7\n", 'limit = 7\nlevel = "major"\n'),
            ('promise = "result"', 'promise = "acceptance"'),
        )
    )
    assert "第 2 项 “result”，键 starts_from：“acceptance” 只对一般投诉计时" in line


def test_a_stage_of_one_level_may_follow_one_of_every_level() -> None:
    text = changed(("limit = 7\n", 'limit = 7\nlevel = "major"\n'), ('promise = "result"', 'promise = "acceptance"'))
    pack = read_pack("own.toml", text.encode())
    assert [clock.runs_for("general") for clock in pack.clocks] == [True, False]


CIRCLE = (('starts_from = "receipt"', 'starts_from = "result"'),)


def test_clocks_that_wait_for_each_other_are_each_named() -> None:
    lines = refusal(changed(*CIRCLE))
    assert [line.rpartition("：")[2] for line in lines] == [
        "acceptance ← result ← acceptance",
        "result ← acceptance ← result",
    ]


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    mistakes = (
        ('version = "1"\n', ""),
        ("limit = 7", "limit = 0"),
        ("{seq:4}", ""),
        ('key = "floor"', 'key = "phone"'),
    )
    assert len(refusal(changed(*mistakes))) == 4


def test_a_broken_row_does_not_count_as_a_missing_one() -> None:
    lines = refusal(changed(("limit = 1\n", ""), ("limit = 7\n", "")))
    assert [re.search(r"第 \d 项", line) is not None for line in lines] == [True, True]


def test_what_is_not_toml_is_refused_with_the_line() -> None:
    (line,) = refusal(GOOD + "\n[[oops\n")
    assert re.match(r"own\.toml：.*line \d+", line)


def test_a_deeply_nested_file_is_refused() -> None:
    (line,) = refusal("x = " + "[" * 100_000)
    assert line.startswith("own.toml：")


def test_a_file_in_another_encoding_is_refused() -> None:
    with pytest.raises(PolicyError, match="UTF-8"):
        read_pack("own.toml", GOOD.encode("gb18030"))


def test_a_byte_order_mark_is_forgiven() -> None:
    assert read_pack("own.toml", GOOD.encode("utf-8-sig")).id == "own-hall"


def test_an_own_pack_is_loaded_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert load(str(path)) == read_file(str(path))
    assert load(str(path)).id == "own-hall"


def test_an_own_file_without_an_ending_is_found_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").write_text(GOOD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load("mine").id == "own-hall"


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(PolicyError, match=", ".join(packs())):
        load("nowhere")


def test_the_packaged_sentences_are_not_a_pack() -> None:
    assert "errors" not in packs()


@pytest.mark.parametrize("name", ["missing.toml", ".", "bad\0name", ""])
def test_a_file_that_cannot_be_opened_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(PolicyError):
        load(f"{tmp_path}/{name}" if name else name)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    path.write_bytes(b"#" * (LARGEST_BYTES + 1))
    with pytest.raises(PolicyError, match=str(LARGEST_BYTES // 1024)):
        load(str(path))


def test_the_checks_read_only_sections_that_exist() -> None:
    assert frozenset().union(*(check.reads for check in CHECKS)) <= set(Policy.model_fields)


def test_every_sentence_about_mistakes_can_be_filled_in() -> None:
    for table in sentences().values():
        for said in table.values():
            names = {name for _, name, _, _ in string.Formatter().parse(said) if name is not None}
            assert said.format(**dict.fromkeys(names, "x"))


LINES = GOOD.splitlines(keepends=True)


@given(st.lists(st.integers(0, len(LINES) - 1), max_size=6), st.text(max_size=20))
def test_a_mangled_pack_is_read_or_refused_with_its_name(dropped: list[int], noise: str) -> None:
    text = "".join(line for number, line in enumerate(LINES) if number not in dropped) + noise
    said: list[str] = []
    try:
        read_pack("own.toml", text.encode("utf-8", "surrogatepass"))
    except PolicyError as refused:
        said = str(refused).splitlines()
    assert [line for line in said if not line.startswith("own.toml：")] == []
