"""“证据” in staff's own chat: a line a file, never its name or content, and a link for whoever may look at the case."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest

from bots.telegram.config import CALLBACK_BYTES
from bots.wechat.config import LIMITS
from core import desk
from core.dialog.service import House
from core.messages import Address, Choice
from core.store import cases
from core.store.unit_of_work import Store
from tests.core.cases.desk import WEI
from tests.core.desk.chats import CHAT, OTHER
from tests.core.desk.exhibits import CANARIES, LINK, PAGE, PAPER, Exhibits, sends
from tests.core.desk.town import GROUP, Town


@pytest.fixture
def office(store: Store, now: datetime) -> Exhibits:
    return Exhibits(store, now)


def test_each_file_is_one_line_by_number_kind_size_and_moment_and_one_link_opens_them(office: Exhibits) -> None:
    sends(office, office.number, PAPER + b"x" * 3_000_000, "file")
    sends(office, office.number, kind="voice")
    sends(office, office.number, kind="video", refused="too_large")
    head, address, rules, *rows = office.say(f"证据 {office.number}").split("\n")
    assert head == f"{office.number} 的证据 4 件。打开看："
    assert LINK.fullmatch(address)
    assert "10 分钟" in rules
    assert rows == [
        "1. 照片，1 KB，2026-11-23 09:30 收到，已取回",
        "2. 文件，2.9 MB，2026-11-23 09:30 收到，已取回",
        "3. 录音，2026-11-23 09:30 收到，还没取回来",
        "4. 视频，2026-11-23 09:30 收到，没能取回来",
    ]


def test_nothing_that_the_sender_called_it_or_put_in_it_is_in_any_message(office: Exhibits) -> None:
    said = [*office.hear(f"证据 {office.number}"), *office.hear(f"看 {office.number}")]
    shown = "\n".join((bubble.text + "".join(choice.key for choice in bubble.choices)) for bubble in said)
    shown += "\n".join(office.told())
    assert office.number in shown
    assert [canary for canary in CANARIES if canary in shown] == []


def test_the_kind_is_by_content_whatever_the_sender_sent_it_as(office: Exhibits) -> None:
    sends(office, office.number, PAPER, "photo")
    assert "2. 文件，" in office.say(f"证据 {office.number}")


def test_without_a_number_it_is_the_case_that_was_looked_at(office: Exhibits) -> None:
    assert "是哪一件" in office.say("证据")
    office.say(f"看 {office.number}")
    assert f"{office.number} 的证据 1 件" in office.say("证据")
    other = office.open("another draft")[0].number
    assert office.say(f"看证据 {other}") == f"{other} 没有证据。"
    assert office.say("证据") == f"{other} 没有证据。", "it is in hand from then on"


def test_who_looked_is_on_record_as_for_the_case_itself(office: Exhibits) -> None:
    office.say(f"证据 {office.number}")
    last = office.entries(office.number)[-1]
    assert (last.kind, last.actor, last.note, last.public) == ("read", f"staff:{WEI}", "", False)


def test_who_must_not_know_of_the_case_reads_what_a_missing_number_answers(office: Exhibits) -> None:
    office.hire("li", *(post.key for post in office.policy.posts))
    office.bind("li", OTHER)
    office.recuse("li")
    assert office.say(f"证据 {office.number}", OTHER) == office.say("证据 2026-00099", OTHER)
    assert PAGE not in office.say(f"看 {office.number}", OTHER)
    assert [(line.actor, line.note) for line in office.refusals()] == [("staff:li", "read")] * 2


def test_of_an_erased_case_it_says_that_all_is_gone(office: Exhibits) -> None:
    case = office.case(office.number)
    office.store.write(lambda uow: cases.erase(uow, case.id))
    assert office.say(f"证据 {office.number}") == f"{office.number} 的证据到期删除了。"
    office.recuse(WEI)
    assert "没有查到" in office.say(f"证据 {office.number}")
    assert "没有查到" in office.say(f"受理 {office.number}")
    assert [(line.actor, line.note) for line in office.refusals()] == [(f"staff:{WEI}", "")] * 2


def test_without_an_address_it_says_how_else_the_files_can_be_seen(office: Exhibits) -> None:
    office.office.evidence_page = ""
    answer = office.say(f"证据 {office.number}")
    assert "http" not in answer
    assert f"tousu archive {office.number} --out {office.number}.zip --as {WEI}" in answer
    assert "\n1. 照片，" in answer


def test_where_the_channel_cuts_a_long_list_the_link_stays(office: Exhibits) -> None:
    office.house = House(
        office.office, office.house.limits | {"wechat": LIMITS}, desk=partial(desk.hear, office.office)
    )
    chat = Address("wechat", "wei's other chat")
    office.bind(chat=chat)
    for _ in range(40):
        sends(office, office.number)
    [shown] = office.hear(f"证据 {office.number}", chat)
    assert shown.text.endswith("…")
    assert office.listing(LINK.findall(shown.text)[0]) is not None


# ── the button ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_with_evidence_has_a_button_that_says_the_same(office: Exhibits) -> None:
    key = office.button(office.number, "证据")
    assert PAGE in office.press(key)
    office.work(office.number, "note", words="meanwhile")
    assert PAGE in office.press(key), "to look is no step: what happened since is no reason not to"


def test_a_case_without_evidence_has_none(office: Exhibits) -> None:
    [shown] = office.hear(f"看 {office.open('another draft')[0].number}")
    assert "证据" not in [choice.label for choice in shown.choices]


def test_a_button_that_was_made_for_somebody_else_shows_nothing(office: Exhibits) -> None:
    key = office.button(office.number, "证据")
    office.hire("li", *(post.key for post in office.policy.posts))
    office.bind("li", CHAT)
    assert "这个按钮是给别人的" in office.press(key)
    last = office.entries(office.number)[-1]
    assert (last.kind, last.actor) == ("refused", "staff:li")
    assert last.note.startswith("evidence: ")


def test_there_is_none_on_a_card_in_a_group_and_the_word_is_not_answered_there(store: Store, now: datetime) -> None:
    town = Town(store, now)
    town.office.evidence_page = PAGE
    town.clerk("zhao", "7")
    town.receives(GROUP, "hall", "zhao")
    town.posted()
    number = town.open()[0].number
    sends(town, number, PAPER)
    [card] = town.posted()[GROUP.peer]
    assert "证据" not in [choice.label for choice in card.choices]
    before = town.kinds(number)
    for what in ("said", "pressed"):
        answer = town.happens(what, by="7", text=f"证据 {number} @1")  # type: ignore[arg-type]
        assert answer.text == town.office.texts.render("zh", "group.in_private")
    assert town.kinds(number) == before


def test_a_citizen_who_says_it_is_a_citizen(office: Exhibits) -> None:
    assert PAGE not in office.say(f"证据 {office.number}", Address("telegram", "anybody"))


def test_a_button_fits_every_channel_that_has_buttons(office: Exhibits) -> None:
    [choice] = [each for each in office.hear(f"看 {office.number}")[0].choices if each.label == "证据"]
    assert choice == Choice(choice.key, "证据")
    assert len(choice.key.encode()) <= CALLBACK_BYTES
