"""Groups become targets of alerts by a code, move, and end; what waited for one that ended is not lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.cases.telling_staff import staff_alert
from core.delivery import Delivery
from core.desk import departed, targets
from core.errors import DeliveryError, FetchRefused, Gone, Moved, Refused, Undeliverable
from core.ladder import Limits
from core.messages import Address, Attachment, FetchedFile, OutboundMessage
from core.people.binding import CODE_HOLDS, FAILURES, FAILURES_WITHIN
from core.store import sessions
from core.store import targets as kept
from core.store.unit_of_work import Store
from tests.core.desk.town import GROUP, OTHER_GROUP, STAFF_CHAT, TOPIC, Town

NEW = Address("telegram", "-1009")


@pytest.fixture
def town(store: Store, now: datetime) -> Town:
    return Town(store, now)


def alarm(town: Town, key: str = "k") -> bool:
    """Something to tell that is no case's, and urgent."""
    return town.store.write(lambda uow: staff_alert(uow, town.office, "human", key, town.now, channel="web", about=""))


class Platform:
    """Sends what it is given, or raises what was said of a chat."""

    name, limits = "telegram", Limits()

    def __init__(self) -> None:
        self.faults: dict[str, DeliveryError] = {}
        self.sent: list[tuple[str, str]] = []

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        if to.peer in self.faults:
            raise self.faults[to.peer]
        self.sent.append((to.peer, message.text))
        return ""

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        raise FetchRefused


class Staff(Platform):
    name = "staff"


async def deliver(town: Town, platform: Platform, staff: Staff | None = None) -> None:
    channels = {"telegram": platform, "staff": staff or Staff()}

    def hear(uow: object, session_id: int, error: Gone | Moved) -> bool:
        return departed(town.office, lambda: town.now, uow, session_id, error)  # type: ignore[arg-type]

    await Delivery(town.store, channels, lambda: town.now, departed=hear).deliver_due()


def test_who_sends_the_code_in_a_group_makes_it_a_target(town: Town) -> None:
    assert "接收提醒" in town.receives()
    assert town.live() == ["hall"]
    assert [line[:2] for line in town.office_lines(2)] == [("target_added", "service"), ("target_invited", "operator")]


@pytest.mark.parametrize("words", ["接收提醒 {}", "{}", "接收提醒：{}", "接收提醒{}"])
def test_a_code_is_known_with_or_without_words_before_it(town: Town, words: str) -> None:
    assert "“hall”" in town.happens("said", by="5", text=words.format(town.code())).text


def test_whoever_of_staff_brought_the_code_is_written_down(town: Town) -> None:
    zhao = town.clerk("zhao", "7")
    town.happens("said", by=zhao, text=town.code())
    assert town.office_lines(1) == [("target_added", "staff:zhao", "hall telegram")]


def test_a_code_that_comes_twice_is_used_once_and_answered_alike(town: Town) -> None:
    code = town.code()
    first, again = (town.happens("said", by="5", text=code, key="same") for _ in range(2))
    assert first == again
    assert "“hall”" in first.text


def test_a_code_holds_once_for_a_while_and_only_the_last_one(town: Town) -> None:
    former, code = town.code(), town.code()
    assert "码不对" in town.happens("said", by="5", text=former).text
    assert "“hall”" in town.happens("said", by="5", text=code).text
    assert "码不对" in town.happens("said", OTHER_GROUP, by="5", text=code).text
    late = town.code("later")
    town.now += CODE_HOLDS + timedelta(seconds=1)
    assert "码不对" in town.happens("said", OTHER_GROUP, by="5", text=late).text
    assert town.live() == ["hall"]


def test_a_group_that_guesses_is_not_heard_for_a_while(town: Town) -> None:
    for _ in range(FAILURES):
        town.happens("said", by="5", text="0000-0000")
    assert "码不对" in town.receives()
    assert "“hall”" in town.receives(OTHER_GROUP), "another group is"
    town.now += FAILURES_WITHIN
    assert "“east”" in town.receives(GROUP, "east")


def test_without_a_target_alerts_go_where_they_always_went(town: Town) -> None:
    assert alarm(town)
    assert list(town.texts()) == [STAFF_CHAT]


def test_every_target_is_told_and_nobody_else_each_once(town: Town) -> None:
    town.receives()
    town.receives(TOPIC, "topic")
    assert alarm(town)
    assert not alarm(town), "the same one again"
    told = town.texts()
    assert {peer: len(lines) for peer, lines in told.items()} == {GROUP.peer: 1, "-1003:7": 1}


def test_a_target_that_is_taken_away_hears_no_more_and_loses_nothing(town: Town) -> None:
    town.receives()
    alarm(town)
    town.store.write(lambda uow: targets.remove(uow, town.office, "hall", "operator", town.now))
    assert {peer: len(lines) for peer, lines in town.texts().items()} == {STAFF_CHAT: 1}
    with pytest.raises(Refused):
        town.store.write(lambda uow: targets.remove(uow, town.office, "hall", "operator", town.now))
    assert town.office_lines(1) == [("target_ended", "operator", "hall by_order")]


def test_a_code_that_was_not_used_goes_with_its_target(town: Town) -> None:
    code = town.code()
    town.store.write(lambda uow: targets.remove(uow, town.office, "hall", "operator", town.now))
    assert "码不对" in town.happens("said", by="5", text=code).text


def test_a_name_that_is_used_again_moves_to_the_chat_that_sends_the_new_code(town: Town) -> None:
    town.receives()
    alarm(town)
    town.receives(OTHER_GROUP)
    assert town.live() == ["hall"]
    assert list(town.texts()) == [OTHER_GROUP.peer]


def test_a_chat_is_one_target_at_a_time(town: Town) -> None:
    town.receives()
    town.receives(GROUP, "east")
    assert town.live() == ["east"]


@pytest.mark.parametrize("name", ["", "x" * 41, "a\nb", "<b>"])
def test_a_name_is_a_name(town: Town, name: str) -> None:
    with pytest.raises(Refused):
        town.code(name)


def test_a_bot_that_is_removed_ends_its_targets_and_says_so_elsewhere_once(town: Town) -> None:
    town.receives()
    town.receives(OTHER_GROUP, "east")
    alarm(town)
    for _ in range(2):
        town.happens("removed")
    assert town.live() == ["east"]
    [waited, ended] = town.texts()[OTHER_GROUP.peer]
    assert "找工作人员" in waited, "it had that one already, and does not get it twice"
    assert "“hall”不再收提醒（机器人不在群里了）" in ended
    alarm(town, "next")
    assert list(town.texts()) == [OTHER_GROUP.peer]


def test_removed_from_the_last_group_is_told_where_alerts_went_before(town: Town) -> None:
    town.receives()
    alarm(town)
    town.happens("removed")
    assert len(town.texts()[STAFF_CHAT]) == 2


def test_a_bot_that_is_removed_from_a_group_ends_all_of_its_topics(town: Town) -> None:
    town.receives(TOPIC, "seven")
    town.receives(Address("telegram", TOPIC.peer, "8"), "eight")
    town.happens("removed", Address("telegram", TOPIC.peer))
    assert town.live() == []


def test_a_group_that_moves_stays_a_target_with_all_that_waits_for_it(town: Town) -> None:
    town.receives()
    alarm(town)
    for _ in range(2):
        town.happens("moved", text=NEW.peer)
    alarm(town, "next")
    assert {peer: len(lines) for peer, lines in town.texts().items()} == {NEW.peer: 2}
    assert [line[0] for line in town.office_lines(1)] == ["target_moved"]


def test_a_group_that_moves_to_where_another_target_is_becomes_that_one(town: Town) -> None:
    town.receives()
    alarm(town)
    town.receives(NEW, "east")
    town.happens("moved", text=NEW.peer)
    assert town.live() == ["east"]
    alarm(town, "next")
    assert {peer: len(lines) for peer, lines in town.texts().items()} == {NEW.peer: 2}


def test_of_a_group_that_moves_it_may_be_said_first_that_the_bot_is_gone(town: Town) -> None:
    town.receives()
    town.happens("removed")
    town.happens("moved", text=NEW.peer)
    town.texts()
    alarm(town)
    assert list(town.texts()) == [NEW.peer]


async def test_what_cannot_be_sent_to_a_group_any_more_goes_to_the_others(town: Town) -> None:
    town.receives()
    alarm(town)
    platform = Platform()
    platform.faults[GROUP.peer] = Gone("kicked", "403")
    town.receives(OTHER_GROUP, "east")
    await deliver(town, platform)
    assert [peer for peer, _ in platform.sent] == [OTHER_GROUP.peer] * 2
    assert "找工作人员" in platform.sent[0][1], "what was said before the other group was there"
    assert "“hall”不再收提醒（发不进去了）" in platform.sent[1][1]
    assert town.live() == ["east"]
    assert town.store.read(lambda uow: kept.by_name(uow, "hall").ended_why) == "403"  # type: ignore[union-attr]


async def test_a_message_that_the_platform_does_not_take_ends_nothing(town: Town) -> None:
    town.receives()
    alarm(town)
    platform = Platform()
    platform.faults[GROUP.peer] = Undeliverable("not taken", "400")
    await deliver(town, platform)
    assert town.live() == ["hall"]


async def test_a_group_that_the_platform_says_has_moved_is_followed(town: Town) -> None:
    town.receives()
    alarm(town)
    platform = Platform()
    platform.faults[GROUP.peer] = Moved("moved", "migrated", 0.0, peer=NEW.peer)
    await deliver(town, platform)
    assert [peer for peer, _ in platform.sent] == [NEW.peer]
    chat = town.store.read(lambda uow: sessions.find(uow, NEW))
    assert chat is not None
    assert town.store.read(lambda uow: kept.of_session(uow, chat.id)) is not None


async def test_what_was_on_its_way_when_the_group_moved_goes_there_too(town: Town) -> None:
    town.receives()
    town.happens("moved", text=NEW.peer)
    town.put(GROUP, "late", "alert:late")
    platform = Platform()
    platform.faults[GROUP.peer] = Moved("moved", "migrated", 0.0, peer=NEW.peer)
    await deliver(town, platform)
    assert platform.sent == [(NEW.peer, "late")]


async def test_a_private_chat_that_is_gone_is_no_target(town: Town) -> None:
    town.put(Address("telegram", "31"), "hello", "k")
    platform = Platform()
    platform.faults["31"] = Gone("gone", "403")
    await deliver(town, platform)
    assert platform.sent == []
