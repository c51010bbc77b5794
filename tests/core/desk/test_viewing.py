"""A link to evidence opens for whom it was made, for ten minutes, as long as they may look; whoever opened which file is on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from core.desk.viewing import OPENED
from core.people import binding, staffing
from core.store import cases, evidence, links, sessions, staff
from core.store.links import VIEWING_LIFE, Viewing
from core.store.unit_of_work import Store
from tests.core.cases.desk import WEI
from tests.core.desk.chats import CHAT, OTHER
from tests.core.desk.exhibits import CANARIES, PAPER, PHOTO, Exhibits, sends

BY_WEI = f"staff:{WEI}"


@pytest.fixture
def office(store: Store, now: datetime) -> Exhibits:
    return Exhibits(store, now)


def test_it_opens_the_list_and_each_file_as_it_was_stored(office: Exhibits) -> None:
    paper = sends(office, office.number, PAPER, "file")
    token = office.token()
    listing = office.listing(token)
    assert listing is not None
    assert (listing.number, listing.erased) == (office.number, False)
    assert [(each.position, each.kind, each.size, each.state) for each in listing.files] == [
        (1, "photo", len(PHOTO), "stored"), (2, "file", len(PAPER), "stored"),
    ]  # fmt: skip
    for position, mime, name, content in (
        (1, "image/jpeg", "001.jpg", PHOTO),
        (paper, "application/pdf", "002.pdf", PAPER),
    ):
        sealed = office.file(token, position)
        assert not isinstance(sealed, str)
        assert sealed is not None
        assert (sealed.mime, sealed.name) == (mime, f"{office.number}-{name}")
        assert office.store.files.read(sealed.path, sealed.key) == content


def test_a_list_holds_nothing_that_the_sender_said_of_a_file(office: Exhibits) -> None:
    shown = repr(office.listing(office.token()))
    assert [canary for canary in CANARIES if canary in shown] == []


def test_who_opened_what_is_on_record_and_every_time(office: Exhibits) -> None:
    token = office.token()
    office.listing(token)
    office.file(token)
    office.file(token)
    assert office.opened() == [(BY_WEI, ""), (BY_WEI, f"#{office.photo}"), (BY_WEI, f"#{office.photo}")]
    assert all(not line.public for line in office.entries(office.number) if line.kind == OPENED)


def test_opening_uses_nothing_up_and_makes_no_button_old(office: Exhibits) -> None:
    accept, token = office.button(office.number, "受理"), office.token()
    for _ in range(3):
        assert office.listing(token)
        assert office.file(token)
    assert "已登记“受理”" in office.press(accept)


def test_it_ends_after_ten_minutes(office: Exhibits) -> None:
    token = office.token()
    office.now += VIEWING_LIFE - timedelta(seconds=1)
    assert office.listing(token)
    office.now += timedelta(seconds=1)
    assert (office.listing(token), office.file(token)) == (None, None)
    assert timedelta(minutes=10) == VIEWING_LIFE


def test_it_cannot_be_forged(office: Exhibits) -> None:
    token = office.token()
    words, _, signature = token.rpartition(".")
    member, chat, case, until = words.split(".")
    before = office.kinds(office.number)
    for typed in (
        f"{member}.{chat}.{int(case) + 1}.{until}.{signature}",
        f"{int(member) + 1}.{chat}.{case}.{until}.{signature}",
        f"{member}.{chat}.{case}.{int(until) + 1}.{signature}",
        f"{words}.{signature[:-1]}",
        f"{words}.",
        words,
        token + "a",
        token.upper(),
        "",
        ".",
        "金丝雀",
    ):
        assert (office.listing(typed), office.file(typed)) == (None, None), typed
    assert office.kinds(office.number) == before


def test_a_link_of_another_kind_opens_nothing_and_this_one_nothing_else(office: Exhibits) -> None:
    notice = office.store.read(lambda uow: links.token(uow, 1, office.now))
    assert (office.listing(notice), office.file(notice)) == (None, None)
    token = office.token()
    assert office.store.read(lambda uow: links.opened(uow, token, office.now)) is None
    assert office.store.read(lambda uow: links.opened(uow, notice, office.now)) == 1


def _recused(office: Exhibits) -> None:
    office.recuse(WEI)


def _unbound(office: Exhibits) -> None:
    office.store.write(lambda uow: binding.unbind_all(uow, WEI, "operator", office.now))


def _unbound_by_themselves(office: Exhibits) -> None:
    office.say("解除绑定")


def _left(office: Exhibits) -> None:
    office.store.write(lambda uow: staffing.leave(uow, office.office, WEI, "operator", office.now))


def _left_and_still_bound(office: Exhibits) -> None:
    _left(office)
    member = office.store.read(lambda uow: staff.by_account(uow, WEI))
    assert member is not None
    office.store.write(lambda uow: sessions.bind(uow, sessions.load(uow, CHAT, office.now).id, member.id))


def _somebody_elses(office: Exhibits) -> None:
    office.hire("li", *(post.key for post in office.policy.posts))
    office.bind("li", CHAT)


def _erased_themselves(office: Exhibits) -> None:
    office.store.write(lambda uow: sessions.erase(uow, sessions.load(uow, CHAT, office.now).id, office.now))


def _without_a_post(office: Exhibits) -> None:
    member = office.store.read(lambda uow: staff.by_account(uow, WEI))
    assert member is not None
    office.store.write(lambda uow: staff.change(uow, member, posts=()))


SINCE = (
    _recused, _unbound, _unbound_by_themselves, _left, _left_and_still_bound, _somebody_elses, _erased_themselves, _without_a_post,
)  # fmt: skip


@pytest.mark.parametrize("happens", SINCE, ids=lambda each: each.__name__.strip("_"))
def test_whoever_may_not_look_any_more_sees_nothing_and_that_they_tried_is_on_record(
    office: Exhibits, happens: Callable[[Exhibits], None]
) -> None:
    token = office.token()
    assert office.listing(token)
    happens(office)
    refused = len(office.refusals())
    assert (office.listing(token), office.file(token)) == (None, None)
    assert [(line.actor, line.note, line.public) for line in office.refusals()[refused:]] == [
        (BY_WEI, OPENED, False)
    ] * 2
    assert office.opened() == [(BY_WEI, "")]


def test_whose_post_only_audits_has_no_link_and_whoever_came_to_it_since_sees_nothing(
    store: Store, now: datetime
) -> None:
    office = Exhibits(store, now, "report-center")
    token = office.token()
    office.hire("auditor", "inspector")
    office.bind("auditor", OTHER)
    assert "没有查到" in office.say(f"证据 {office.number}", OTHER)
    office.store.write(lambda uow: staffing.appoint(uow, office.office, WEI, ("inspector",), "operator", office.now))
    assert office.listing(token) is None


def test_whoever_is_away_may_look_as_they_may_at_the_case(office: Exhibits) -> None:
    token = office.token()
    office.away(WEI)
    assert office.listing(token)


def test_another_chat_of_the_same_person_has_links_of_its_own(office: Exhibits) -> None:
    office.bind(chat=OTHER)
    here, there = office.token(), office.token(OTHER)
    assert here != there
    office.say("解除绑定", OTHER)
    assert office.listing(there) is None
    assert office.listing(here)


def test_a_file_that_was_not_fetched_says_so_and_nobody_has_seen_it(office: Exhibits) -> None:
    waits, failed = sends(office, office.number), sends(office, office.number, refused="gone")
    token = office.token()
    assert (office.file(token, waits), office.file(token, failed)) == ("waiting", "failed")
    assert office.opened() == [(BY_WEI, "")] * 2


def test_a_file_that_was_removed_and_one_that_never_was_look_the_same(office: Exhibits) -> None:
    token, case = office.token(), office.case(office.number)
    [kept] = office.store.read(lambda uow: evidence.list_for_case(uow, case.id))
    office.store.write(lambda uow: evidence.remove(uow, kept.id))
    assert (office.file(token), office.file(token, 99), office.file(token, 0)) == ("erased",) * 3


def test_files_of_another_case_are_not_reached(office: Exhibits) -> None:
    other = office.open("another draft")[0].number
    for _ in range(3):
        sends(office, other, PAPER)
    token = office.token()
    assert office.file(token, 2) == "erased"


def test_of_an_erased_case_nothing_is_left_and_the_refused_are_still_refused(office: Exhibits) -> None:
    token, case = office.token(), office.case(office.number)
    office.store.write(lambda uow: cases.erase(uow, case.id))
    listing = office.listing(token)
    assert listing is not None
    assert (listing.files, listing.erased) == ((), True)
    assert office.file(token) == "erased"
    _recused(office)
    assert (office.listing(token), office.file(token)) == (None, None)
    _unbound(office)
    assert office.listing(token) is None
    assert [line.note for line in office.refusals()] == [""] * 3


def test_no_link_is_kept(office: Exhibits) -> None:
    """It says whose it is and until when, and is signed: there is no row that could be read, used up or forgotten."""
    token = office.token()
    member = office.store.read(lambda uow: staff.by_account(uow, WEI))
    chat = office.store.read(lambda uow: sessions.find(uow, CHAT))
    assert member is not None
    assert chat is not None
    viewing = Viewing(member.id, chat.id, office.case(office.number).id)
    assert office.store.read(lambda uow: links.viewing(uow, token, office.now)) == viewing
    assert office.store.read(lambda uow: links.viewing_token(uow, viewing, office.now)) == token
