"""People with WeChat: they file, read, answer, vanish, block the account, and come back."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from core.cases.registration import Registration, open_case
from core.messages import Address
from core.store import cases, keys, sessions
from core.store.cases import StoredCase
from core.store.unit_of_work import UnitOfWork
from tests.conversations.play import FOLDER, read
from tests.hammer.citizens import DIALOGUE
from tests.year.town import Town

DIALOGUES = {"service-hall": "", "service-center": "promise_after_acceptance"}
"""Packs whose conversation is not in the file that is called like them; "" is the one of the hammer."""

THINGS = (
    "窗口排队两个小时没人管",
    "东西买回来第三天就坏了，店里不给换",
    "电话里说好的价钱，办的时候又加收一百二十元",
    "工作人员说话很冲，材料退了三次",
    "上周约的时间没人来，也没有人打电话",
    "交了钱一个月没有下文",
    "扶梯坏了半个月，老人上不去",
)
ANSWERS = ("好的，谢谢", "查进度", "什么时候有结果", "知道了", "收到")


@dataclass(eq=False)
class Citizen:
    """``answers`` is how often they write back, ``opens`` how often they follow a link."""

    openid: str
    answers: float
    opens: float
    numbers: list[str] = field(default_factory=list)
    session_id: int = 0
    gone: bool = False


def arrives(openid: str, chance: random.Random) -> Citizen:
    """A third of them never writes again."""
    quiet = chance.random() < 0.33
    return Citizen(openid, 0.0 if quiet else chance.uniform(0.1, 0.6), chance.uniform(0.0, 0.3))


@cache
def dialogue(pack: str) -> tuple[str, ...]:
    """All that somebody says until they have their number, as the transcript of this pack has it."""
    name = DIALOGUES.get(pack, f"pack_{pack.replace('-', '_')}")
    if not name:
        return DIALOGUE[:-1]
    said: list[str] = []
    for step, lines in read(FOLDER / f"{name}.txt").steps:
        if step.kind == "said":
            said.append(step.words)
        if any("XXXX-XXXX" in line for line in lines):
            return tuple(said)
    raise AssertionError(f"nobody files in {name}")


async def tells(town: Town, who: Citizen) -> StoredCase | None:
    """The whole conversation over the platform; the case, where one came of it."""
    for words in dialogue(town.office.policy.id):
        await town.phones.say(who.openid, words)
        town.move(town.moment + timedelta(seconds=town.chance.uniform(5, 60)))
    return await town.service.store.aread(lambda uow: _newest(uow, who))


async def files(town: Town, who: Citizen, draft: str) -> StoredCase:
    """Says good day, and is registered without the questions."""
    await town.phones.say(who.openid, "你好")
    facts = f"{town.chance.choice(THINGS)}，要求尽快处理"
    category = town.chance.choice(town.office.policy.categories).key

    def work(uow: UnitOfWork) -> StoredCase:
        stored = sessions.load(uow, Address("wechat", who.openid), town.moment)
        contents = {"facts": facts, "answers": {}}
        told = Registration(draft, stored.id, "wechat", keys.new_key(uow), category, contents, "13900000042")
        return open_case(uow, town.office, told, town.moment)[0]

    return await town.service.store.awrite(work)


def _newest(uow: UnitOfWork, who: Citizen) -> StoredCase | None:
    stored = sessions.find(uow, Address("wechat", who.openid))
    own = cases.of_session(uow, stored.id) if stored else []
    return max(own, key=lambda case: case.id, default=None)
