"""What a template wants is told from its text, and filled within the limits of each kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.wechat.forms import Field, fields_of, filled, forms_of
from core.errors import RungClosed, TryLater
from core.ladder import Facts
from tests.simulators.wechat_forms import fault_of

FACTS = Facts(
    number="DT2611-00018",
    phrase="已答复",
    subject="服务态度与收费 😠\n（窗口）",
    by="2026 年 12 月 1 日（周二）（该年放假安排公布前为暂定）",
    sender="清河市政务服务大厅投诉中心",
    at=datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
)


def value(content: str, facts: Facts = FACTS) -> str:
    [filled_in] = filled(fields_of(content), facts).values()
    return filled_in["value"]


def test_the_fields_stand_in_the_text_with_what_is_written_before_them() -> None:
    content = "投诉编号:{{character_string1.DATA}}\n当前进度：{{phrase12.DATA}}\n{{thing3.DATA}}"
    assert fields_of(content) == (
        Field("character_string1", "character_string", "投诉编号"),
        Field("phrase12", "phrase", "当前进度"),
        Field("thing3", "thing", ""),
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("投诉编号:{{character_string1.DATA}}", "DT2611-00018"),
        ("工单号码:{{thing1.DATA}}", "DT2611-00018"),
        ("办理状态:{{phrase1.DATA}}", "已答复"),
        ("处理结果:{{thing1.DATA}}", "已答复"),
        ("当前进度:{{const1.DATA}}", "已答复"),
        ("办理期限:{{time1.DATA}}", "2026年12月1日"),
        ("预计完成:{{date1.DATA}}", "2026年12月1日"),
        ("答复截止:{{thing1.DATA}}", "2026年12月1日（周二）（该年放假…"),
        ("更新时间:{{time1.DATA}}", "2026年11月23日 09:30"),
        ("日期:{{date1.DATA}}", "2026年11月23日 09:30"),
        ("投诉类型:{{thing1.DATA}}", "服务态度与收费（窗口）"),
        ("受理单位:{{thing1.DATA}}", "清河市政务服务大厅投诉中心"),
        ("经办:{{name1.DATA}}", "清河市政务服务大厅投"),
        ("备注:{{thing1.DATA}}", "服务态度与收费（窗口）"),
        ("说明:{{character_string1.DATA}}", "DT2611-00018"),
        ("进度:{{character_string1.DATA}}", "DT2611-00018"),
        ("{{keyword2.DATA}}", "服务态度与收费（窗口）"),
    ],
)
def test_a_field_says_what_its_label_means_or_its_kind(content: str, expected: str) -> None:
    assert value(content) == expected


@pytest.mark.parametrize("kind", ["amount", "phone_number", "car_number", "letter", "symbol", "number"])
def test_a_field_for_which_there_is_nothing_closes_the_way(kind: str) -> None:
    with pytest.raises(RungClosed) as error:
        value(f"金额:{{{{{kind}1.DATA}}}}")
    assert error.value.code == f"form_{kind}"


def test_a_number_of_digits_goes_into_a_field_for_digits() -> None:
    assert value("编号:{{number1.DATA}}", replace(FACTS, number="202611000018")) == "202611000018"


@given(
    *[st.text(max_size=60) for _ in range(3)],
    st.sampled_from(["编号", "状态", "期限", "时间", "类型", "单位", ""]),
    st.sampled_from(["thing", "character_string", "phrase", "time", "date", "name", "number"]),
)
def test_whatever_a_notice_says_the_platform_takes_the_form_or_it_is_not_sent(
    subject: str, sender: str, phrase: str, label: str, kind: str
) -> None:
    content = f"{label}:{{{{{kind}1.DATA}}}}"
    try:
        data = filled(fields_of(content), replace(FACTS, subject=subject, sender=sender, phrase=phrase))
    except RungClosed:
        return
    assert fault_of(content, data) == ""


@pytest.mark.parametrize("answer", [{}, {"template_list": "none"}, {"login": "required"}])
def test_what_is_no_list_of_templates_is_asked_for_again(answer: dict[str, object]) -> None:
    with pytest.raises(TryLater):
        forms_of(answer)


def test_what_is_no_template_in_the_list_is_left_out() -> None:
    listed = [{"template_id": "T", "content": "编号:{{thing1.DATA}}"}, {"title": "nameless"}, "nothing"]
    assert forms_of({"template_list": listed}) == {"T": (Field("thing1", "thing", "编号"),)}
