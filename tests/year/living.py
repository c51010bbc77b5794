"""A year of one institution as a heap of events: what happens at a moment decides what may happen later."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from core.cases import work
from core.cases.clocks import ZONE
from core.cases.vocabulary import OPEN
from core.store.cases import StoredCase
from tests.year import citizens
from tests.year.citizens import ANSWERS, THINGS, Citizen
from tests.year.clerks import Clerks
from tests.year.hearing import REPLY, TEMPLATE, Heard
from tests.year.town import Town

BEGINS = datetime(2026, 1, 1, tzinfo=ZONE)
SEASONS = (8, 6, 12, 10, 10, 11, 13, 14, 11, 8, 10, 10)
"""How many come in each month, beside the others."""
BY_DIALOGUE, BY_STAFF = 0.1, 0.2
"""Of the cases one tenth is filed in a whole conversation, the next tenth put down by staff."""
BY_PHONE = ("phone", "visit", "letter")
LOOKED_AROUND = (0, 3, 6, *range(8, 22))
"""Hours at which every job runs; in between those whose rows are due."""
LINK = "/status/n/"

Event = Callable[[], Awaitable[None]]


class Year:
    """``town`` is the institution in it, ``clerks`` and ``people`` whom it is about."""

    def __init__(self, pack: str, folder: Path, cases: int, days: int, seed: int, begins: datetime = BEGINS) -> None:
        self.chance = random.Random(f"{pack} {seed}")
        self.begins, self.ends, self.days = begins, begins + timedelta(days=days), days
        self.town = Town(pack, folder, begins, self.chance)
        self.many = cases
        self.people: dict[str, Citizen] = {}
        self.told = 0
        self.stray_dialogues = 0
        self._heap: list[tuple[datetime, int, Event]] = []
        self._order = itertools.count()
        self._heard = 0
        self._called: set[int] = set()

    async def live(self) -> None:
        """Until the last day is over. The town is open when this begins, and is left open."""
        self.clerks = Clerks(self.town)
        self._plan()
        while self._heap and self._heap[0][0] <= self.ends:
            moment, _, event = heapq.heappop(self._heap)
            await self.town.until(moment)
            await event()
            await self.town.tick()
            self._listen()
        await self.town.until(self.ends)
        await self.town.round()

    def at(self, moment: datetime, event: Event) -> None:
        heapq.heappush(self._heap, (moment, next(self._order), event))

    def after(self, event: Event, **span: float) -> None:
        self.at(self.town.moment + timedelta(**span), event)

    def at_work(self, event: Event, **span: float) -> None:
        """Not before staff are there."""
        self.at(self.clerks.at_work(self.town.moment + timedelta(**span)), event)

    # ── what is known from the beginning ────────────────────────────────────────────────────────────────────────────

    def _plan(self) -> None:
        for index in range(self.many):
            self.at(self._some_moment(), partial(self._somebody_complains, index))
        for day in range(self.days):
            midnight = self.begins + timedelta(days=day)
            for hour in LOOKED_AROUND:
                self.at(midnight + timedelta(hours=hour), self.town.round)
            for hour in (10, 15):
                self.at(midnight + timedelta(hours=hour, minutes=20), self._staff_look_at_calls)
            for sending in (False, True):
                self.at(midnight + timedelta(hours=self.chance.uniform(0, 24)), partial(self._restart, sending))

    def _some_moment(self) -> datetime:
        """More in summer than at the feast of spring, more on weekdays, mostly by day."""
        while True:
            day = self.begins + timedelta(days=self.chance.randrange(self.days))
            weight = SEASONS[day.month - 1] * (1.0 if day.weekday() < 5 else 0.35)
            if self.chance.uniform(0, max(SEASONS)) < weight:
                hour = self.chance.triangular(7, 23, 11) if self.chance.random() < 0.93 else self.chance.uniform(0, 24)
                return day + timedelta(hours=hour)

    async def _restart(self, sending: bool) -> None:
        """Now, between two ticks; or as soon as something is being sent."""
        if sending:
            self.town.to_cut = self.chance.choice((1, 1, 2))
        else:
            await self.town.kill()

    # ── citizens ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _somebody_complains(self, index: int) -> None:
        dice = self.chance.random()
        if BY_DIALOGUE <= dice < BY_STAFF:
            self._begin(await self._put_down(), None)
            return
        who = citizens.arrives(f"o-{index}", self.chance)
        self.people[who.openid] = who
        case = await (
            citizens.tells(self.town, who) if dice < BY_DIALOGUE else citizens.files(self.town, who, f"draft {index}")
        )
        if case is None:
            self.stray_dialogues += 1
            return
        self.told += dice < BY_DIALOGUE
        who.session_id = case.session_id or 0
        who.numbers.append(case.number)
        self._begin(case, who)

    async def _put_down(self) -> StoredCase:
        """By telephone, at the counter or by letter: there is no chat to tell them by."""
        town, policy = self.town, self.town.office.policy
        front = next(post.key for post in policy.posts if "reception" in post.duties)
        answers = {}
        for field in policy.fields:
            if field.kind == "choice":
                answers[field.key] = field.options[0].key
            elif field.required:
                answers[field.key] = "13900000042" if field.kind == "phone" else self.chance.choice(THINGS)
        channel = self.chance.choice(BY_PHONE)
        registering = partial(work.register, office=town.office, account=front, channel=channel, answers=answers)
        return (await town.service.store.awrite(lambda uow: registering(uow, now=town.moment)))[0]

    def _begin(self, case: StoredCase, who: Citizen | None) -> None:
        self.clerks.open_numbers.append(case.number)
        pace = self.clerks.pace()
        self.at_work(partial(self._work, case.number, who, pace), days=pace * self.chance.uniform(0.3, 1.2))
        self.at_work(partial(self._mark, case.number), days=self.clerks.marks_after())
        if who is not None and self.chance.random() < 0.03:
            asks = partial(self._ask, case.number, "withdraw", "我不投诉了", who)
            self.after(asks, days=pace * self.chance.uniform(1, 4))

    def _listen(self) -> None:
        """Whoever got something may do something about it; the platform says what became of its forms."""
        heard = self.town.phones.heard
        for each in heard[self._heard :]:
            who = self.people.get(each.openid)
            if who is not None and each.way != REPLY:
                self._hears(who, each)
        self._heard = len(heard)

    def _hears(self, who: Citizen, each: Heard) -> None:
        if each.way == TEMPLATE:
            minutes = self.chance.expovariate(1 / 2) if self.chance.random() < 0.95 else self.chance.uniform(60, 600)
            self.after(partial(self._reported, who, each.words), minutes=1 + minutes)
        dice = self.chance.random()
        if dice < who.answers:
            self.after(partial(self._answer, who), hours=self.chance.expovariate(1 / 9))
        elif dice < who.answers + who.opens and each.way == TEMPLATE:
            self.after(partial(self._open, each), hours=self.chance.expovariate(1 / 5))
        elif dice > 0.97:
            self.after(partial(self._block, who), hours=self.chance.uniform(0, 30))

    async def _answer(self, who: Citizen) -> None:
        if not who.gone:
            await self.town.phones.say(who.openid, self.chance.choice(ANSWERS))

    async def _open(self, each: Heard) -> None:
        """They follow the link in the form."""
        sent = next(body for path, body in self.town.phones.api.calls if body.get("client_msg_id") == each.words)
        await self.town.phones.browse(self.town.url + LINK + sent["url"].rpartition("/")[2])

    async def _block(self, who: Citizen) -> None:
        """Some unfollow, some only refuse what we send; half of them come back one day."""
        if who.gone:
            return
        who.gone = True
        if self.chance.random() < 0.5:
            await self.town.phones.unfollow(who.openid)
        else:
            self.town.phones.blocked.add(who.openid)
        if self.chance.random() < 0.5:
            self.after(partial(self._return, who), days=self.chance.uniform(0.5, 25))

    async def _return(self, who: Citizen) -> None:
        who.gone = False
        self.town.phones.blocked.discard(who.openid)
        await self.town.phones.follow(who.openid)

    async def _reported(self, who: Citizen, client_msg_id: str) -> None:
        """The platform's word on a form, which a process that ends may lose."""
        phones = self.town.phones
        sent = next(each for each in phones.api.templates if each.client_msg_id == client_msg_id)
        if sent.finished or self.chance.random() < 0.02:
            return
        sent.finished = True
        refuses = who.openid in phones.blocked
        failed = "failed:user block" if refuses else "failed: system failed" if self.chance.random() < 0.01 else ""
        await phones.event(who.openid, "TEMPLATESENDJOBFINISH", MsgID=str(sent.message_id), Status=failed or "success")
        await self.town.quiet()

    async def _ask(self, number: str, action: str, words: str, who: Citizen) -> None:
        if self.clerks.case(number).status in (*OPEN, "closed") and not who.gone:
            await self.clerks.asks(number, action, words, who.session_id)

    # ── staff ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _work(self, number: str, who: Citizen | None, pace: float) -> None:
        """The next step, or what comes between; then the same again, until the case is over."""
        clerks = self.clerks
        case = clerks.case(number)
        if case.status not in OPEN:
            self._over(number)
            return
        if paused := clerks.work_of(number).paused:
            await self._while_it_stands(case, who, paused)
        else:
            await clerks.comes_between(case)
            case = clerks.case(number)
            if case.status in OPEN and not clerks.work_of(number).paused:
                await clerks.goes_on(case)
        await self._mark(number)
        after = clerks.case(number)
        if after.status == "closed":
            self._answered(after, who, pace)
        self.at_work(partial(self._work, number, who, pace), days=max(0.02, pace * self.chance.uniform(0.5, 1.5)))

    async def _while_it_stands(self, case: StoredCase, who: Citizen | None, paused: str) -> None:
        """Asked for more, some answer and some never do; in the end staff go on with what they have."""
        if paused == "supplement" and who is not None and not who.gone and self.chance.random() < 0.5:
            await self.clerks.asks(case.number, "supplement", "补充：当时有照片，可以来看", who.session_id)
        elif self.chance.random() < 0.4:
            await self.clerks.may(case, "resume")

    async def _mark(self, number: str) -> None:
        case = self.clerks.case(number)
        if case.status in (*OPEN, "closed"):
            await self.clerks.marks(case)

    def _answered(self, case: StoredCase, who: Citizen | None, pace: float) -> None:
        self._over(case.number)
        self.at_work(partial(self._fulfil, case.number), days=self.chance.uniform(0.5, 6))
        dice = self.chance.random()
        if who is None:
            return
        if dice < 0.1:
            self._object(case, who, pace, "ask_review" if self.town.office.policy.review.allowed else "reopen")
        elif dice < 0.14:
            self._object(case, who, pace, "reopen")
        elif dice < 0.4:
            self.after(partial(self._ask, case.number, "rate", "4 还可以", who), days=self.chance.uniform(0.1, 5))

    def _object(self, case: StoredCase, who: Citizen, pace: float, action: str) -> None:
        days = self.chance.uniform(0.2, 12)
        self.after(partial(self._ask, case.number, action, "我不同意这个结果", who), days=days)
        self.at_work(partial(self._work, case.number, who, pace), days=days + pace * self.chance.uniform(0.5, 1.5))

    def _over(self, number: str) -> None:
        if number in self.clerks.open_numbers:
            self.clerks.open_numbers.remove(number)

    async def _fulfil(self, number: str) -> None:
        await self.clerks.fulfils(self.clerks.case(number))

    async def _staff_look_at_calls(self) -> None:
        """Whoever is asked to call does so within a day of work."""
        moment = self.town.moment
        if self.clerks.at_work(moment) != moment:
            return
        for notice, number in self.clerks.calls():
            if notice not in self._called:
                self._called.add(notice)
                self.at_work(partial(self.clerks.tells, notice, number), hours=self.chance.uniform(0.1, 18))
