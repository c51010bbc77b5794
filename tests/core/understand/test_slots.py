"""Facts in sentences: taken apart, in their normal form, and nothing taken for what it is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.understand import Reading

Say = Callable[[str], Reading]

MOBILE = [
    "13912345678", "139 1234 5678", "139-1234-5678", "１３９１２３４５６７８", "+86 139 1234 5678", "+8613912345678", "8613912345678",
    "0086 13912345678", "86-139-1234-5678", "(+86)139 1234 5678", "139.1234.5678", "1 3 9 1 2 3 4 5 6 7 8", "139 12345678", "一三九一二三四五六七八",
    "１３９－１２３４－５６７８", "幺三九一二三四五六七八",
]  # fmt: skip
OTHER_PHONES = {
    "0731-82345678": "073182345678", "(0731)82345678": "073182345678", "0731 8234 5678": "073182345678", "010-62345678": "01062345678",
    "0731-82345678转801": "073182345678801", "400-820-8820": "4008208820", "400 8208 820": "4008208820", "800-820-1234": "8008201234",
    "+852 9123 4567": "85291234567",
}  # fmt: skip


def values(reading: Reading, kind: str) -> list[str]:
    return [slot.value for slot in reading.slots if slot.kind == kind]


@pytest.mark.parametrize("written", MOBILE)
def test_a_mobile_number_is_read_in_every_written_form(say: Say, written: str) -> None:
    reading = say(f"我的电话是{written}，谢谢")
    assert values(reading, "phone") == ["13912345678"]
    assert [slot.shown for slot in reading.slots if slot.kind == "phone"] == ["139 1234 5678"]


@pytest.mark.parametrize(("written", "digits"), OTHER_PHONES.items())
def test_other_phones_are_read(say: Say, written: str, digits: str) -> None:
    assert values(say(f"电话：{written}"), "phone") == [digits]


@pytest.mark.parametrize(
    "text",
    ["身份证430103199001011234", "QQ号13912345678", "订单号13912345678", "QQ:1391234567", "卡号6222021391234567890", "12345678901", "1391234567",
     "139123456789", "编号13912345678X", "2026-11-23", "13912345678901"],
)  # fmt: skip
def test_another_number_is_no_phone(say: Say, text: str) -> None:
    assert values(say(text), "phone") == []


def test_an_identity_number_is_echoed_only_by_its_ends(say: Say) -> None:
    slot = say("身份证号11010519491231002x").slot("id_number")
    assert slot is not None
    assert (slot.value, slot.shown) == ("11010519491231002X", "1101**********002X")


def test_an_identity_number_with_a_wrong_check_digit_is_none(say: Say) -> None:
    assert values(say("身份证号110105194912310021"), "id_number") == []


def test_an_identity_number_of_an_unknown_county_is_none(say: Say) -> None:
    assert values(say("我的身份证110051198001010027"), "id_number") == []


FACTS = [
    ("我叫李明", "name", "李明"), ("姓名：欧阳娜娜", "name", "欧阳娜娜"), ("本人王小明，住在三楼", "name", "王小明"), ("联系人张三", "name", "张三"),
    ("你好，我是李明", "name", "李明"), ("我是王女士", "name", "王女士"), ("我叫李明电话13912345678", "name", "李明"), ("My name is John Smith", "name", "John Smith"),
    ("投诉李医生态度差", "respondent", "李医生"), ("张师傅骂人", "respondent", "张师傅"), ("我要投诉长沙市第一医院", "respondent", "长沙市第一医院"),
    ("投诉三食堂", "respondent", "三食堂"), ("投诉32路司机", "respondent", "32路司机"), ("在学府小区物业公司交的钱", "respondent", "学府小区物业公司"),
    ("被投诉人：幸福超市", "respondent", "幸福超市"), ("投诉二号窗口", "respondent", "二号窗口"),
    ("昨天在三食堂吃饭", "place", "三食堂"), ("地点：五一广场", "place", "五一广场"), ("车到五一广场站没停", "place", "五一广场站"),
    ("在人民路32号3栋502室漏水", "address", "人民路32号3栋502室"), ("我家住岳麓区麓山南路32号", "address", "岳麓区麓山南路32号"),
    ("地址是人民路32号", "address", "人民路32号"),
    ("多收了300元", "money", "300"), ("花了三百块", "money", "300"), ("损失1.2万元", "money", "12000"), ("￥50", "money", "50"), ("收了两百五十块钱", "money", "250"),
    ("要价3万块", "money", "30000"), ("1,200元", "money", "1200"), ("扣了三块五", "money", "3.5"), ("I paid 300 yuan", "money", "300"),
    ("32路没停站", "line", "32路"), ("快线5号晚点", "line", "快线5号"), ("地铁2号线太挤", "line", "地铁2号线"), ("三十二路公交车", "line", "32路"),
    ("b12路", "line", "B12路"), ("bus 32 was late", "line", "32路"),
    ("湘A·12345闯红灯", "vehicle", "湘A12345"), ("车牌湘AD12345", "vehicle", "湘AD12345"), ("湘A12345", "vehicle", "湘A12345"), ("车号 1234", "vehicle", "1234"),
    ("车辆编号：5-678", "vehicle", "5-678"),
    ("订单号：A20261123001", "order_no", "A20261123001"), ("单号PO-88", "order_no", "PO-88"), ("料号：ab-102", "part_no", "AB-102"),
    ("少了50件", "quantity", "50件"), ("坏了三箱", "quantity", "3箱"), ("200 pcs were broken", "quantity", "200pcs"),
    ("邮箱li.ming@example.com", "email", "li.ming@example.com"),
    ("太差了。我要求退款并道歉。", "claim", "我要求退款并道歉"), ("希望尽快处理", "claim", "希望尽快处理"), ("诉求是退票", "claim", "诉求是退票"),
    ("请你们退还押金300元", "claim", "请你们退还押金300元"), ("要求更换电梯尊敬的主任", "claim", "要求更换电梯"), ("It broke. I want a refund", "claim", "I want a refund"),
    ("早上八点半", "time", "08:30"), ("15:30左右", "time", "15:30"), ("下午3点", "time", "15:00"), ("昨天中午", "time", "中午"), ("晚上12点", "time", "00:00"),
    ("八点一刻", "time", "08:15"), ("中午12点", "time", "12:00"), ("下午两点", "time", "14:00"), ("at 3:30 pm", "time", "15:30"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "value"), FACTS)
def test_a_fact_is_found_in_its_sentence(say: Say, text: str, kind: str, value: str) -> None:
    assert value in values(say(text), kind)


NOT_FACTS = [
    ("我是业主", "name"), ("我是高中生", "name"), ("我是来投诉的", "name"), ("我叫不出名字", "name"), ("我是李明的妈妈", "name"),
    ("一起去的", "money"), ("我们一块去的", "money"), ("元旦放假", "money"), ("五一路堵车", "line"), ("我走在路上", "place"), ("有点生气", "time"),
    ("一点都不好", "time"), ("三点建议", "time"), ("到时候再说", "time"), ("这件事", "quantity"), ("坏了几十箱", "quantity"), ("有数百件", "quantity"), ("花了几百元", "money"), ("上千块钱", "money"), ("三个月", "quantity"), ("两个人", "quantity"),
    ("我去医院看病", "respondent"), ("希望小学的老师", "claim"), ("订单还没到", "order_no"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), NOT_FACTS)
def test_a_likeness_is_no_fact(say: Say, text: str, kind: str) -> None:
    assert values(say(text), kind) == []


LETTER = (
    "尊敬的胡书记：您好！我们小区{place}的电梯已经坏了很久，一个月里三次困住老人，物业说没有钱修，居委会也不管，市政府的热线打了很多次都没有回音，"
    "周末和春节期间尤其严重，五一那天最糟，{rest}请领导重视。"
)


@pytest.mark.parametrize("kind", ["respondent", "place", "date", "time", "quantity", "phone", "claim"])
def test_a_long_story_fills_nothing_by_the_way(say: Say, kind: str) -> None:
    assert values(say(LETTER.format(place="", rest="司机电话13900000000，")), kind) == []


@pytest.mark.parametrize(
    ("place", "rest", "kind", "value"),
    [
        ("位于人民路32号3栋", "", "address", "人民路32号3栋"), ("在学府花园", "", "place", "学府花园"), ("", "我要投诉幸福物业公司，", "respondent", "幸福物业公司"),
        ("", "11月12日又停了一次，", "date", "2026-11-12"), ("", "我的电话13900000000，", "phone", "13900000000"), ("", "我叫李小禾，", "name", "李小禾"),
        ("", "我要求尽快更换新的电梯，", "claim", "我要求尽快更换新的电梯，请领导重视"),
    ],
)  # fmt: skip
def test_what_a_long_story_tells_outright_is_found(say: Say, place: str, rest: str, kind: str, value: str) -> None:
    assert values(say(LETTER.format(place=place, rest=rest)), kind) == [value]


@pytest.mark.parametrize("text", ["尊敬的胡书记，电梯坏了", "何市长您好，电梯坏了", "李局长：电梯坏了"])
def test_who_is_written_to_is_not_complained_of(say: Say, text: str) -> None:
    assert values(say(text), "respondent") == []


@pytest.mark.parametrize("text", ["投诉电话打不通", "投诉至环保局没人理", "投诉多次了"])
def test_the_word_for_complaining_alone_names_nobody(say: Say, text: str) -> None:
    assert values(say(text), "respondent") in ([], ["环保局"])


def test_facts_keep_the_punctuation_they_were_told_with(say: Say) -> None:
    assert values(say("太差了。我要求退款，并道歉！"), "claim") == ["我要求退款，并道歉"]


def test_one_message_is_taken_apart(say: Say) -> None:
    reading = say("昨天中午我在三食堂吃饭，菜里有虫，我叫李明，电话139 1234 5678，要求退款300元并道歉。")
    found = {slot.kind: slot.shown for slot in reading.slots}
    assert found["date"] == "昨天中午（11月22日）"
    assert (found["place"], found["name"], found["phone"]) == ("三食堂", "李明", "139 1234 5678")
    assert (found["money"], found["claim"]) == ("300元", "要求退款300元并道歉")


@pytest.mark.parametrize(
    "span",
    [
        "上午九点到十一点", "下午一点到两点半", "9:00-10:30", "下午3点~5点", "8-10点", "下午三到五点", "早上到晚上", "上午九点到中午", "晚上十点一直到凌晨两点",
    ],
)  # fmt: skip
def test_a_time_keeps_the_end_it_was_told_with(say: Say, span: str) -> None:
    shown = {slot.kind: slot.shown for slot in say(f"昨天{span}，没有人").slots}
    assert (shown["date"], shown["time"]) == (f"昨天{span}（11月22日）", span)


def test_an_end_is_an_hour_whatever_follows(say: Say) -> None:
    assert values(say("昨天上午九点到十一点没人办"), "time") == ["上午九点到十一点"]


def test_in_english_a_time_keeps_its_end_too(say: Say) -> None:
    assert values(say("nobody came from 3 pm to 5:30 pm"), "time") == ["3 pm to 5:30 pm"]


def test_said_is_as_written_but_for_full_width_letters(say: Say) -> None:
    slot = say("电话：１３９ １２３４ ５６７８").slot("phone")
    assert slot is not None
    assert slot.said == "139 1234 5678"
