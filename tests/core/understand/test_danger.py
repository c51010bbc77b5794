"""Danger to life is heard, and figures of speech are not mistaken for it."""

from __future__ import annotations

import re

import pytest

from core.understand.danger import find_danger
from core.understand.lexicon import HAN, words
from core.understand.normal import plain
from core.understand.reading import Danger
from core.understand.signs import signs_of

# A character that is there at all, alone or in each of the words that a form chooses from.
WORD = rf"[{HAN}](?![?*{{])[^()|]*"
FOUND_BY_ITS_FIRST = re.compile(rf"(?:{WORD}|\(\?:{WORD}(?:\|{WORD})*\)(?![?*+{{]))(?:[^()|]|\(.*\))*")

DANGER = {
    "煤气味很重": "gas", "楼道里有股很浓的燃气味": "gas", "天然气泄漏了": "gas", "家里一氧化碳报警": "gas", "I smell gas in the hall": "gas",
    "着火了": "fire", "三楼起火了快来": "fire", "车厢里冒烟了": "fire", "配电房爆炸了": "fire", "the bus is on fire": "fire",
    "不想活了": "suicide", "我不想活了，真的": "suicide", "再不解决我就跳楼": "suicide", "活不下去了": "suicide",
    "I want to kill myself": "suicide", "去年我自杀过一次": "suicide", "I don't want to live": "suicide",
    "他正在打我": "violence", "保安打人了": "violence", "有人拿刀砍人": "violence", "他们不让我走": "violence", "司机动手打我": "violence",
    "he is hitting me": "violence", "救命啊": "violence",
    "被困电梯": "medical", "老人晕倒了": "medical", "孩子食物中毒了": "medical", "我爸呼吸困难": "medical", "she is not breathing": "medical",
    "I'm trapped in the elevator": "medical", "有人触电了": "medical",
    "有人落水了": "drowning", "小孩掉进河里了": "drowning", "a boy is drowning": "drowning",
    "公交车撞到人了": "traffic", "出车祸了": "traffic", "车门夹到人了": "traffic", "刹车失灵了": "traffic", "司机酒驾": "traffic",
    "孩子不见了": "child", "我女儿走丢了": "child", "老师用针扎孩子": "child", "my son is missing": "child", "孩子被锁在车里": "child",
    "去年失火，现在又着火了": "fire",
}  # fmt: skip

HARMLESS = [
    "气死我了", "热死了", "火气很大", "火车站附近", "累死了", "急死人了", "他发火了", "吃火锅的地方不干净", "上火了", "打我电话", "请打我手机13912345678",
    "去年失火", "三年前家里着火", "没有着火", "没着火", "不是自杀", "消防通道被堵", "灭火器过期了", "没有煤气味", "煤气费太贵", "燃气公司态度差",
    "打折卡不能用", "打车软件乱收费", "他杀熟", "跳楼价骗人", "我晕车", "电脑中毒了", "怕引起火灾", "存在火灾隐患", "万一着火怎么办",
    "you were fired", "the driver should be fired", "there was no fire", "消费者协会", "火大", "气得要死", "这路况堵死了", "死机了",
    "食堂的菜里有虫", "I was bored to death",
]  # fmt: skip


def danger_in(text: str) -> Danger | None:
    said = plain(text)
    return find_danger(said, signs_of(said))


@pytest.mark.parametrize(("text", "danger"), DANGER.items())
def test_danger_is_heard(text: str, danger: str) -> None:
    assert danger_in(text) == danger


@pytest.mark.parametrize("text", HARMLESS)
def test_a_figure_of_speech_or_a_past_fact_is_no_danger(text: str) -> None:
    assert danger_in(text) is None


LETTER = (
    "小区的电梯坏了很久，物业说没有钱修，居委会也不管，热线打了很多次都没有回音，老人上下楼很困难，大家都很着急。" * 2
)


@pytest.mark.parametrize(
    "told", ["多次发生火灾隐患整改不力，还打伤过人", "三次有人被困电梯", "烟囱滚滚浓烟", "老板派人殴打工人"]
)
def test_a_letter_about_what_happened_is_no_alarm(told: str) -> None:
    assert danger_in(LETTER + told) is None


@pytest.mark.parametrize(
    ("told", "danger"), [("现在楼道里着火了", "fire"), ("有人正在打我", "violence"), ("我真的不想活了", "suicide")]
)
def test_a_letter_about_this_moment_is_one(told: str, danger: str) -> None:
    assert danger_in(LETTER + told) == danger


@pytest.mark.parametrize(
    "text",
    ["侵吞了公款", "多次拨打人工服务", "工厂排放有毒气体", "压得我们喘不过气", "平静的生活被打破", "打击坑蒙拐骗"],
)
def test_a_danger_word_inside_another_is_no_danger(text: str) -> None:
    assert danger_in(text) is None


def test_of_several_dangers_the_gravest_is_told() -> None:
    assert danger_in("着火了，我也不想活了") == "suicide"


def test_a_word_of_danger_can_be_found_by_its_first_character() -> None:
    """The others are looked for where there are letters."""
    every = [form for forms in words("danger")["words"].values() for form in forms]
    assert [form for form in every if not form.isascii() and not FOUND_BY_ITS_FIRST.fullmatch(form)] == []
