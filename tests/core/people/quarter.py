"""A quarter of an institution that nobody planned: cases taken, handed over, stopped, returned, answered, rated, reviewed and begun
anew by several people, one of whom leaves and some of whom are complained of."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from core.cases.clocks import ZONE
from core.errors import Refused
from core.messages import Address
from core.people import staffing
from core.store.cases import StoredCase
from core.store.unit_of_work import Store
from tests.core.people.office import People

BEGAN = datetime(2026, 6, 20, 9, tzinfo=ZONE)
"""Some days before the third quarter: what it finds is there already."""

CREW = {
    "rita": ("reception", "丽塔"),
    "ann": ("investigator", "安安"),
    "bob": ("investigator", "博文"),
    "cid": ("investigator", "李大明"),
    "lex": ("legal", "雷克"),
    "rev": ("reviewer", "任薇"),
    "roy": ("reviewer", "罗毅"),
    "head": ("head", "陈立新"),
    "head2": ("head", "石坚"),
    "boss": ("director", "高明远"),
}
HANDLERS = ("ann", "bob", "cid")
REVIEWERS = ("rev", "roy")
FACTS = ("电梯坏了",) * 6 + ("李大明态度很差", "陈立新不理人", "高明远推诿")
"""One in three is about somebody who works there."""

ENDED = datetime(2026, 10, 9, 9, tzinfo=ZONE)
MOST_CASES = 45


class Quarter(People):
    """Under the template's rules, which have every stage, approval and review."""

    def __init__(self, store: Store, chance: random.Random) -> None:
        super(People, self).__init__(store, BEGAN, "internal-rules", crew=False)
        self.chance = chance
        for account, (post, name) in CREW.items():
            self.hire(account, post, name=name, unit=f"{account}组")
        self.someone = self.arrives(Address("chat", "someone"))
        self.numbers: list[str] = []
        self.left = False
        self.tried: list[tuple[str, str, str]] = []

    def live(self) -> None:
        """From before the quarter to behind its end."""
        while self.now < ENDED:
            self.later(minutes=self.chance.choice((3, 20, 55, 170, 700, 1100)))
            if len(self.numbers) < MOST_CASES and self.chance.random() < 0.22:
                self._somebody_complains()
            elif self.numbers:
                self._something_happens(self.case(self.chance.choice(self.numbers[-14:])))
            if not self.left and len(self.numbers) > MOST_CASES // 2:
                self._bob_leaves()

    def _somebody_complains(self) -> None:
        case, _ = self.open(f"draft {len(self.numbers)}", self.chance.choice(FACTS), who=self.someone)
        self.numbers.append(case.number)

    def _bob_leaves(self) -> None:
        self.left = True
        self.store.write(lambda uow: staffing.leave(uow, self.office, "bob", "operator", self.now))

    def _something_happens(self, case: StoredCase) -> None:
        for action, by, fields in getattr(self, f"_{case.status}", lambda _: ())(case):
            self._try(case, action, by, fields)

    def _try(self, case: StoredCase, action: str, by: str, fields: dict[str, str]) -> None:
        """What is refused is a part of life, and of the timeline."""
        work: Callable[[], object] = (
            (lambda: self.do(case.number, action, fields.get("words", ""), self.someone))
            if by == "someone"
            else (lambda: self.work(case.number, action, by, **fields))
        )
        try:
            work()
            self.tried.append((case.number, action, by))
        except Refused as refused:
            self.tried.append((case.number, f"{action}: {refused}", by))
        self.later(seconds=self.chance.choice((0, 30, 600)))

    # ── what may happen to a case, by its status ────────────────────────────────────────────────────────────────────

    def _registered(self, case: StoredCase) -> list[tuple[str, str, dict[str, str]]]:
        by = self._pick("rita", "rita", "head2")
        if self.chance.random() < 0.1:
            return [("decline", by, {"words": "不归我们管"})]
        return [("accept", by, {}), *self._assigned(case)[: self.chance.randrange(2)]]

    def _accepted(self, case: StoredCase) -> list[tuple[str, str, dict[str, str]]]:
        return self._assigned(case)

    def _assigned(self, case: StoredCase) -> list[tuple[str, str, dict[str, str]]]:
        if self.chance.random() < 0.12:
            return [("assign", "rita", {"unit": "安保组"})]
        return [("assign", self._pick("rita", "head", "head2"), {"handler": self._pick(*HANDLERS)})]

    def _investigating(self, case: StoredCase) -> list[tuple[str, str, dict[str, str]]]:
        dice, by = self.chance.random(), self._handler(case)
        if dice < 0.15:
            return self._assigned(case)
        if dice < 0.3:
            return [("request_supplement", by, {"words": "请补充"})]
        if dice < 0.42:
            return [("supplement", "someone", {"words": self._pick("车牌 A1", "当时李大明也在", "还有照片")})]
        if dice < 0.47:
            return [("recuse", by, {"words": "有亲属关系"})]
        if dice < 0.51:
            return [("withdraw", "someone", {"words": "不投诉了"})]
        return [("conclude", by, {"words": "查清了"})]

    def _investigated(self, case: StoredCase) -> list[tuple[str, str, dict[str, str]]]:
        by = self._pick(self._handler(case), self._handler(case), *HANDLERS)
        proposal = ("propose", by, {"outcome": "substantiated", "words": "拟道歉"})
        moved = self._assigned(case) if self.chance.random() < 0.15 else []
        return [("opine", "lex", {"words": "同意"}), *moved, proposal]

    def _proposed(self, case: StoredCase) -> list[tuple[str, str, dict[str, str]]]:
        by = self._pick("head", "head2", "boss")
        if self.chance.random() < 0.35:
            return [("send_back", by, {"words": "再查"})]
        return [("meet", by, {"words": "讨论了"}), ("approve", by, {})]

    def _decided(self, case: StoredCase) -> list[tuple[str, str, dict[str, str]]]:
        if self.chance.random() < 0.15:
            return self._assigned(case)
        return [("close", self._pick(self._handler(case), "rita"), {"words": "经查……"})]

    def _closed(self, case: StoredCase) -> list[tuple[str, str, dict[str, str]]]:
        dice = self.chance.random()
        if dice < 0.5:
            return [("rate", "someone", {"words": f"{self.chance.randint(1, 5)} 分"})]
        if dice < 0.65:
            return [("reopen", "someone", {"words": "没解决"})]
        if dice < 0.9:
            return [("ask_review", "someone", {"words": "不服"})]
        return [("note", "rita", {"words": "看过"})]

    def _reviewing(self, case: StoredCase) -> list[tuple[str, str, dict[str, str]]]:
        by = self._pick(*REVIEWERS)
        given = [("assign_review", "head2", {"handler": by})] if self.chance.random() < 0.6 else []
        ending = self._pick("uphold", "change", "redo")
        more = {"outcome": "partly"} if ending == "change" else {}
        return [*given, (ending, by, {"words": "复核过"} | more)]

    def _handler(self, case: StoredCase) -> str:
        """Whoever has it, mostly; now and then a colleague."""
        held = self.work_of(case.number).handler_id
        accounts = {self.member(account).id: account for account in HANDLERS}
        return accounts.get(held or 0, self._pick(*HANDLERS))

    def _pick(self, *words: str) -> str:
        return self.chance.choice(words)
