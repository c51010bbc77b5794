"""What the person says stands: the place as they name it, the hours they tell, the number they give at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conversations.direct import Player
from tests.conversations.play import Step

STORY = "昨天窗口的人态度很差，叫了不理"


@pytest.fixture
def player(request: pytest.FixtureRequest, store_url: str, data_dir: Path) -> Iterator[Player]:
    playing = Player(store_url, data_dir, getattr(request, "param", "service-hall"))
    yield playing
    playing.close()


def say(player: Player, *words: str) -> str:
    """One after the other; the reply to the last."""
    for each in words:
        heard = player.take(Step("said", each))
    return "\n".join(heard)


def reviewed(player: Player, *, phone: tuple[str, ...] = ("13900000005",)) -> str:
    return say(player, STORY, "社保窗口", "跳过", "同意", "李小禾", *phone, "好了")


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_place_that_says_more_than_a_known_name_stands_as_it_is_said(player: Player) -> None:
    assert "已记下 地点：二楼社保窗口" in say(player, STORY, "二楼社保窗口")


def test_a_place_told_by_the_way_keeps_its_floor_and_its_hours(player: Player) -> None:
    heard = say(player, "昨天下午三点到五点在二楼医保窗口，工作人员骂人")
    assert "地点：二楼医保窗口；时间：昨天下午三点到五点（11月22日）" in heard


@pytest.mark.parametrize("words", [("改2", "大厅二楼西侧3号社保窗口"), ("地点改成大厅二楼西侧3号社保窗口",)])
def test_a_place_is_made_more_precise_at_the_end(player: Player, words: tuple[str, ...]) -> None:
    reviewed(player)
    heard = say(player, *words)
    assert "已改 地点：社保窗口 → 大厅二楼西侧3号社保窗口" in heard
    assert "（2）地点：大厅二楼西侧3号社保窗口" in heard


def test_another_word_for_a_known_place_stands_when_it_is_said_again(player: Player) -> None:
    assert "已记下 地点：咨询台" in say(player, STORY, "导办台")
    assert "已改 地点：咨询台 → 导办台" in say(player, "地点改成导办台")


def test_a_place_that_stays_the_same_is_not_called_changed(player: Player) -> None:
    assert "已记下 地点：社保窗口" in say(player, STORY, "社报窗口", "1")
    assert "已改" not in say(player, "地点改成社保窗口")


# ── times ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_hours_of_a_day_are_kept_with_their_end(player: Player) -> None:
    reviewed(player)
    heard = say(player, "时间改成昨天上午九点到十一点")
    assert "已改 时间：昨天（11月22日） → 昨天上午九点到十一点（11月22日）" in heard


def test_a_time_where_the_place_is_asked_is_called_one_and_the_second_time_taken(player: Player) -> None:
    reviewed(player)
    heard = say(player, "改2", "昨天上午九点")
    assert "这看着像是时间，这里问的是地点。" in heard
    assert "这事发生在大厅的哪个窗口" in heard
    assert "已改 地点：社保窗口 → 昨天上午九点" in say(player, "昨天上午九点")


# ── the phone at the end ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("number", ["13900001234", "139 0000 1234", "139-0000-1234"])
@pytest.mark.parametrize("phone", [("13900000005",), ("abc", "abc")])
def test_a_number_by_itself_corrects_the_phone_and_is_no_part_of_the_facts(
    player: Player, phone: tuple[str, ...], number: str
) -> None:
    reviewed(player, phone=phone)
    heard = say(player, number)
    assert f"已改 联系电话：{'abc' if 'abc' in phone else '139****0005'} → 139 0000 1234" in heard
    assert f"（1）事情经过：{STORY}\n" in heard
    assert "（5）联系电话：139****1234" in heard


@pytest.mark.parametrize("player", ["report-center"], indirect=True)
def test_a_number_in_an_anonymous_complaint_is_kept_nowhere(player: Player) -> None:
    say(player, "匿名", "城西加油站用地沟油炸油条", "1", "上个月开始", "城西加油站", "好了")
    heard = say(player, "139 0000 1234")
    assert "您选了匿名，电话就不记了。" in heard
    assert "（1）举报内容：城西加油站用地沟油炸油条\n" in heard
    assert "1234" not in heard
