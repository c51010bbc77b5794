"""Buttons that are pressed twice, late, by somebody else, by two at once, or made up: done once, or not at all and in words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Barrier

import pytest

from core import desk
from core.cases import work
from core.messages import Address, InboundMessage
from core.people import binding, staffing
from core.store import cases
from core.store.inbox import Replies
from core.store.keyring import Keyring
from core.store.sessions import StoredSession
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.cases.desk import WEI
from tests.core.desk.chats import CHAT, OTHER, Office

DONE, CHANGED, NONE, WHICH = "已登记", "有了变化", "没有查到", "是哪一件"
NOT_SO, NOT_YOURS = "不是", "给别人的"
ZHAO = "zhao"
A_MOMENT = 0.3
"""In which a look has come as far as it can."""


def accepting(store: Store, now: datetime) -> tuple[Office, str]:
    office = Office(store, now, "law-firm")
    return office, office.open()[0].number


def resuming(store: Store, now: datetime) -> tuple[Office, str]:
    office, number = accepting(store, now)
    office.work(number, "accept")
    office.work(number, "request_supplement", words="which lift?")
    return office, number


def approving(store: Store, now: datetime) -> tuple[Office, str]:
    office = Office(store, now, "service-complaint-office")
    number = office.open()[0].number
    office.hire("ma", "officer")
    office.work(number, "assign", "ma", handler="ma")
    office.work(number, "conclude", "ma", words="so it was")
    office.work(number, "propose", "ma", outcome="partly", words="we are sorry")
    return office, number


SCENES = {"受理": (accepting, "accepted"), "恢复办理": (resuming, "resumed"), "同意": (approving, "decided")}
"""For each button there is: how a case comes to have it, and the line that pressing it leaves."""

POWERLESS = {"law-firm": "clerk", "service-complaint-office": "officer"}
"""A post that may press none of them."""


class Scene:
    """A case with a button below it, in the chat of somebody who may press it; and one more case that is none of its business."""

    def __init__(self, store: Store, now: datetime, verb: str) -> None:
        begin, self.entry = SCENES[verb]
        self.office, self.number = begin(store, now)
        self.other = self.office.open("another")[0].number
        self.verb = verb
        self.office.bind()
        self.key = self.office.button(self.number, verb)
        self.seen = int(self.key.partition("@")[2].partition(".")[0])

    def times(self) -> int:
        return self.office.kinds(self.number).count(self.entry)

    def press_in_vain(self, key: str, chat: Address = CHAT) -> str:
        """What is answered; neither case is any different for it."""
        before = self.office.all_of(self.number), self.office.all_of(self.other)
        answer = self.office.press(key, chat)
        assert (self.office.all_of(self.number), self.office.all_of(self.other)) == before, key
        assert DONE not in answer
        return answer

    def refusals(self, account: str = WEI) -> int:
        lines = self.office.entries(self.number)
        return sum((line.kind, line.actor) == ("refused", f"staff:{account}") for line in lines)


@pytest.fixture(params=SCENES)
def scene(store: Store, now: datetime, request: pytest.FixtureRequest) -> Scene:
    return Scene(store, now, request.param)


def test_a_press_that_is_delivered_again_is_done_once_and_answered_alike(scene: Scene) -> None:
    first, again = (scene.office.press(scene.key, delivery="the same") for _ in range(2))
    assert DONE in first
    assert again == first
    assert scene.times() == 1
    assert scene.refusals() == 0


def test_a_second_press_hears_what_the_first_one_did(scene: Scene) -> None:
    assert DONE in scene.office.press(scene.key)
    answer = scene.press_in_vain(scene.key)
    assert CHANGED in answer
    assert WEI in answer
    assert (scene.times(), scene.refusals()) == (1, 1)


def test_what_happened_since_is_told_and_nothing_done(scene: Scene) -> None:
    scene.office.hire(ZHAO, scene.office.policy.posts[0].key)
    scene.office.work(scene.number, "note", ZHAO, words="the secret of a colleague")
    answer = scene.press_in_vain(scene.key)
    assert CHANGED in answer
    assert ZHAO in answer
    assert "secret" not in answer
    assert scene.refusals() == 1


MADE_UP = [
    ("{verb} {number} @{future}", NOT_SO),
    ("{verb} {number} @999999999", NOT_SO),
    ("{verb} {number} @0", CHANGED),
    ("{verb} {number} @{seen}.999999999", NOT_YOURS),
    ("{verb} {ghost} @{seen}", NONE),
    ("{verb} {number} @", WHICH),
    ("{verb} {number} @-1", WHICH),
    ("{verb} {number} @1e3", WHICH),
    ("{verb} {number} @1234567890", WHICH),
    ("{verb} {number} @{seen}.", WHICH),
    ("{verb} {number} @{seen} @{seen}", WHICH),
    ("{verb} {number} @{seen} 不同意", WHICH),
    ("{verb} {number}' OR 1=1 --", WHICH),
    ("{verb} @{seen}", ""),
    ("{verb}了 {number} @{seen}", ""),
    ("{number} @{seen}", ""),
    ("@{seen}", ""),
    ("\u200b", ""),
    ("{verb} " + "9" * 5000, ""),
]
"""What no button says, and what is answered to it; "" is whatever a citizen is answered."""


def test_what_no_button_says_does_nothing(scene: Scene) -> None:
    ghost = f"{scene.number[:-3]}999"
    for made_up, answer in MADE_UP:
        future = scene.office.seen(scene.number) + 1
        key = made_up.format(verb=scene.verb, number=scene.number, seen=scene.seen, future=future, ghost=ghost)
        assert answer in scene.press_in_vain(key), key


def test_a_place_in_another_cases_timeline_is_none_in_this(scene: Scene) -> None:
    for _ in range(scene.seen + 1):
        scene.office.work(scene.other, "note", words="so it is")
    of_the_other = scene.office.seen(scene.other)
    assert NOT_SO in scene.press_in_vain(f"{scene.verb} {scene.number} @{of_the_other}")
    assert CHANGED in scene.press_in_vain(f"{scene.verb} {scene.other} @{scene.seen}")


def test_in_a_chat_that_is_nobodys_any_more_a_button_is_a_citizens_words(scene: Scene) -> None:
    scene.office.store.write(lambda uow: binding.unbind_all(uow, WEI, "operator", scene.office.now))
    scene.press_in_vain(scene.key)
    assert scene.refusals() == 0


def test_a_chat_that_became_somebody_elses_has_buttons_of_nobodys(scene: Scene) -> None:
    office = scene.office
    office.hire(ZHAO, *(post.key for post in office.policy.posts))
    office.bind(ZHAO, CHAT)
    assert NOT_YOURS in scene.press_in_vain(scene.key)
    assert scene.refusals(ZHAO) == 1
    assert DONE in office.press(office.button(scene.number, scene.verb)), "their own is theirs"


def test_a_button_sent_on_to_a_colleague_is_not_theirs(scene: Scene) -> None:
    scene.office.hire(ZHAO, *(post.key for post in scene.office.policy.posts))
    scene.office.bind(ZHAO, OTHER)
    assert NOT_YOURS in scene.press_in_vain(scene.key, OTHER)
    assert DONE in scene.office.press(scene.key), "it still is for whom it was made"


def test_who_lost_the_post_is_refused(scene: Scene) -> None:
    post = POWERLESS[scene.office.policy.id]
    scene.office.store.write(
        lambda uow: staffing.appoint(uow, scene.office.office, WEI, [post], "operator", scene.office.now)
    )
    assert "您的岗位不能这样做" in scene.press_in_vain(scene.key)
    assert scene.refusals() == 1


def test_who_is_away_or_left_presses_nothing(scene: Scene) -> None:
    scene.office.away(WEI)
    assert "不在岗" in scene.press_in_vain(scene.key)
    assert scene.refusals() == 1
    scene.office.store.write(lambda uow: staffing.leave(uow, scene.office.office, WEI, "operator", scene.office.now))
    scene.press_in_vain(scene.key)
    assert scene.refusals() == 1


def test_who_must_not_know_of_it_any_more_reads_what_no_case_answers(scene: Scene) -> None:
    scene.office.work(scene.number, "recuse", words="a relative")
    assert scene.press_in_vain(scene.key) == scene.press_in_vain(
        scene.key.replace(scene.number, f"{scene.number[:-3]}999")
    )
    assert scene.refusals() == 1


@pytest.fixture
def beside(store: Store, store_url: str, data_dir: Path, keyring: Keyring) -> Iterator[Store]:
    opened = Store.open(store_url, data_dir, keyring, beside=True)
    yield opened
    opened.close()


@pytest.mark.parametrize("verb", SCENES)
def test_of_two_who_press_at_once_one_does_it_and_the_other_hears_so(
    store: Store, beside: Store, now: datetime, verb: str
) -> None:
    """Each through a door of their own to the database, as two processes would."""
    scene = Scene(store, now, verb)
    scene.office.hire(ZHAO, *(post.key for post in scene.office.policy.posts))
    scene.office.bind(ZHAO, OTHER)
    key = scene.office.button(scene.number, verb, OTHER)
    answers = at_once(
        lambda: scene.office.press(scene.key, CHAT, store=store),
        lambda: scene.office.press(key, OTHER, store=beside),
    )
    assert sorted((DONE in answer, CHANGED in answer) for answer in answers) == [(False, True), (True, False)], answers
    assert (scene.times(), scene.refusals() + scene.refusals(ZHAO)) == (1, 1)


def test_of_two_who_decide_otherwise_at_once_one_is_told_what_the_other_did(
    store: Store, beside: Store, now: datetime
) -> None:
    scene = Scene(store, now, "同意")
    scene.office.hire(ZHAO, *(post.key for post in scene.office.policy.posts))
    scene.office.bind(ZHAO, OTHER)
    answers = at_once(
        lambda: scene.office.press(scene.key, CHAT, store=store),
        lambda: scene.office.press(f"退回 {scene.number} 请补充", OTHER, store=beside),
    )
    assert [DONE in answer for answer in answers].count(True) == 1, answers
    [late] = [answer for answer in answers if DONE not in answer]
    assert CHANGED in late or "不能这样做" in late
    assert len({"decided", "sent_back"} & set(scene.office.kinds(scene.number))) == 1


def test_who_looks_and_who_acts_do_not_wait_for_each_other_for_ever(store: Store, beside: Store, now: datetime) -> None:
    """To look tries what the buttons would do, so it takes hold of things in the order in which acting does: the case first.
    A database that had to send one of the two back would have had the work done a second time."""
    scene, tried = Scene(store, now, "受理"), list[str]()
    office, zhao = scene.office, scene.office.hire(ZHAO, scene.office.policy.posts[0].key)

    def hear(uow: UnitOfWork, chat: StoredSession, message: InboundMessage, at: datetime) -> Replies | None:
        tried.append("looked")
        return desk.hear(office.office, uow, chat, message, at)

    office.house = replace(office.house, desk=hear)
    with ThreadPoolExecutor(1) as threads:

        def look_meanwhile(uow: UnitOfWork) -> Future[str]:
            tried.append("acted")
            cases.by_number(uow, scene.number, for_update=True)
            looked = threads.submit(office.press, f"看 {scene.number}", CHAT, store=beside)
            time.sleep(A_MOMENT)
            work.act_as_staff(uow, office.office, zhao, scene.number, "note", {"words": "so it is"}, now)
            return looked

        shown = store.write(look_meanwhile).result()
    assert scene.number in shown
    assert tried == ["acted", "looked"]


def at_once(*presses: Callable[[], str]) -> list[str]:
    ready = Barrier(len(presses))

    def one(press: Callable[[], str]) -> str:
        ready.wait()
        return press()

    with ThreadPoolExecutor(len(presses)) as threads:
        return list(threads.map(one, presses))
