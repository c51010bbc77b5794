"""Nothing that tells who somebody is can be read any more, however it was written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.files.masking import MARK, Secrets, masked, shadow

PHONE = "13900001234"
NAME = "王小明"
OF_WANG = Secrets(names=(NAME,), phones=(PHONE, "139 0000 1234"), addresses=("青禾市翠园小区3栋502室",))

GAPS = st.sampled_from(["", " ", "-", "—", "·", "\u200b", "\n", "　", "、", ") ("])
FULL_WIDTH = str.maketrans({digit: chr(ord(digit) + 0xFEE0) for digit in "0123456789"})
CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")
SPELLED = str.maketrans("0123456789", "零幺二三四五六七八九")
WORDS = st.text(st.characters(exclude_characters="■"), max_size=40)
ANSWERS = st.text(st.characters(exclude_characters="■"), min_size=1, max_size=12).filter(
    lambda text: any(map(str.isalnum, shadow(text)))
)


@pytest.mark.parametrize(
    "said",
    [
        PHONE,
        "139 0000 1234",
        "139-0000-1234",
        "１３９００００１２３４",
        "一三九〇〇〇〇一二三四",
        "幺三九零零零零幺二三四",
        "+86 139.0000.1234",
        "（139）0000 1234",
        "13900\n001234",
        "１３９　００００　１２３４",
        "尾号1234",
        "后四位是１２３４",
    ],
)
def test_a_phone_is_gone_in_every_way_of_writing_it(said: str) -> None:
    text = masked(f"请打{said}找我", OF_WANG)
    assert MARK in text
    assert "1234" not in shadow(text)


@pytest.mark.parametrize(
    "said",
    [
        "王小明",
        "王 小 明",
        "王·小明",
        "小明",
        "王先生",
        "王女士",
        "王某",
        "王某某",
        "小王",
        "老王",
        "王小明先生",
        "王　先生",
    ],
)
def test_a_name_is_gone_in_every_form_of_it(said: str) -> None:
    assert masked(f"我是{said}的家人", OF_WANG) == f"我是{MARK}的家人"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("王女士", "王小姐"),
        ("王女士", "老王"),
        ("王明", "小明"),
        ("欧阳娜", "欧阳女士"),
        ("欧阳娜娜", "娜娜"),
        ("阿依古丽·买买提", "阿依古丽"),
        ("Xu Xiaoheng", "Mr Xu"),
        ("Xu Xiaoheng", "xiaoheng"),
        ("Ｘｕ Xiaoheng", "XU XIAOHENG"),
        ("李", "李"),
    ],
)
def test_who_gives_half_a_name_is_not_told_by_the_other_half(name: str, said: str) -> None:
    text = masked(f"这是{said}。", Secrets(names=(name,)))
    assert MARK in text
    assert said.removeprefix("Mr ") not in text


@pytest.mark.parametrize("said", ["vip-ab12", "ＶＩＰ ＡＢ１２", "V.I.P. a b 1 2", "VIP–AB一二", "ⅤIP AB12"])
def test_any_answer_is_gone_in_every_way_of_writing_it(said: str) -> None:
    assert masked(f"会员{said}的事", Secrets(answers=("VIP-AB12",))) == f"会员{MARK}的事"


def test_a_part_of_another_word_is_no_name() -> None:
    assert masked("The exit of Xuzhou station", Secrets(names=("Xu Ex",))) == "The exit of Xuzhou station"


@pytest.mark.parametrize("said", ["翠园小区3栋502室", "翠园小区 3 栋 502", "3栋502室漏水", "翠园小区三栋五〇二室"])
def test_a_part_of_an_address_is_gone_too(said: str) -> None:
    assert "502" not in shadow(masked(f"我家{said}，没人管", OF_WANG))


@pytest.mark.parametrize(
    "said",
    [
        "13700009999",
        "0571-8888 1234",
        "110101199003071233",
        "11010119900307123X",
        "6222 0200 0000 0000 123",
        "someone.else@example.com",
        "京A·12345",
        "京 a12345",
        "京Ａ１２３４５",
        "微信号：wang_xm-99",
        "QQ 123456",
        "weixin: abcdef",
        "订单号 202611230001",
        "家庭住址：新苗街22号",
    ],
)
def test_what_looks_personal_is_gone_whosever_it_is(said: str) -> None:
    text = masked(f"他的{said}。", Secrets())
    assert MARK in text
    assert shadow(said)[-5:] not in shadow(text)


@pytest.mark.parametrize(
    "said",
    [
        "2026年11月23日9点半，在2号窗口等了120分钟",
        "2026-11-23 09:30 和 2026.11.24 10:00 都没人",
        "多收了12500元，发票只开 1,200 元",
        "32路公交车，3次没停",
        "请假一二三天，二零二六年十一月",
    ],
)
def test_what_the_other_side_must_know_stays(said: str) -> None:
    assert masked(said, OF_WANG) == said


def test_whoever_names_themselves_in_the_story_is_not_named_by_it() -> None:
    text = masked("我叫李雷，昨天李先生我本人来办事，窗口的人说李雷没带材料。", Secrets())
    assert "李雷" not in text
    assert "李先生" not in text
    assert "窗口" in text


@pytest.mark.parametrize("said", ["我住在翠园3栋502", "我家住翠园3栋502", "住址是翠园3栋502", "I live at Cuiyuan 502"])
def test_where_somebody_says_they_live_is_gone(said: str) -> None:
    text = masked(f"{said}，电梯坏了三天。", Secrets())
    assert "502" not in text
    assert "翠园" not in text
    assert text.endswith("，电梯坏了三天。")


def test_the_mark_tells_neither_length_nor_number() -> None:
    assert masked(f"{NAME}{PHONE}", OF_WANG) == MARK
    assert masked("王小明，王小明", OF_WANG) == f"{MARK}，{MARK}"


@settings(deadline=None)
@given(WORDS, ANSWERS, WORDS)
@example("", "ß", "")
@example("x", "e\u0301", "y")
@example("", "１", "壹")
def test_no_answer_can_be_read_in_any_text(before: str, answer: str, behind: str) -> None:
    text = masked(before + answer + behind, Secrets(answers=(answer,)))
    assert answer not in text
    assert shadow(answer) not in shadow(text)
    assert unicodedata.normalize("NFKC", answer) not in text or not unicodedata.normalize("NFKC", answer).strip()


@settings(deadline=None)
@given(st.integers(10**10, 10**12 - 1).map(str), st.data())
def test_no_number_can_be_read_in_any_grouping(number: str, data: st.DataObject) -> None:
    said = "".join(digit + data.draw(GAPS) for digit in number)
    way = data.draw(st.sampled_from([{}, FULL_WIDTH, CHINESE, SPELLED]))
    text = masked(f"号码{said.translate(way)}是我的", Secrets(phones=(number,)))
    assert number[4:] not in shadow(text)
    assert number not in shadow(text.replace(MARK, ""))


@settings(deadline=None)
@given(WORDS)
def test_what_has_no_secret_in_it_is_only_ever_marked(text: str) -> None:
    """Whatever is left is what stood there, in its order."""
    rest = masked(text, OF_WANG).split(MARK)
    at = 0
    for piece in rest:
        assert text.find(piece, at) >= 0
        at = text.find(piece, at) + len(piece)
