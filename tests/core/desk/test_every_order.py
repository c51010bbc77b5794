"""Every order × every post × every state of a person × every stage of a case, said in a chat: done or refused as ``table.py`` says.

A refusal is on the timeline, and nothing else of the case changes; whoever must not know of it reads what a number that there is
not answers; and nothing that was told comes out anywhere. ``TOUSU_SOAK=1`` takes every cell, every run a sample in which every
order, post, state and stage is.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import product
from typing import NamedTuple

import pytest

from core.cases.lifecycle import TABLE
from core.desk import orders
from core.policies.load import load, packs
from core.store.unit_of_work import Store
from tests.core.cases.routes import shortest
from tests.core.desk.floor import (
    ALONE,
    AWAY,
    BOUND,
    CANARIES,
    FORMER,
    HEARD,
    NAMED,
    NOBODYS,
    OF_UNIT,
    PAGE,
    UNIT,
    Floor,
    Seen,
)  # fmt: skip
from tests.core.desk.table import APART, BUTTONS, BY_STAGE, LOOKS, PACKS, SAID, STEPS, has_place, may_say, standing_in
from tests.hammer.running import SOAK

WORDS = {
    "accept": "受理 {n}", "decline": "不予受理 {n} 不归我们管", "request_supplement": "补正 {n} 请告诉我们车牌号",
    "assign": "转 {n} {unit}", "refer": "移送 {n} 已转给物业", "set_level": "定级 {n} 重大", "report_progress": "告知进展 {n} 正在核对",
    "note": "备注 {n} 约了周三", "ask_extension": "申请延期 {n} 等鉴定", "extend": "同意延期 {n}", "resume": "恢复办理 {n}",
    "add_task": "任务 {n} 调取录像", "finish_task": "任务完成 {n} {task}", "conclude": "查清 {n} 属实", "propose": "拟办 {n} 属实 拟致歉",
    "approve": "同意 {n}", "send_back": "退回 {n} 请补充", "close": "答复 {n} 属实 已致歉", "show": "看 {n}",
    "evidence": "证据 {n}",
}  # fmt: skip
DECIDED = "答复 {n} 已致歉"
"""Where the outcome is decided it is not said once more."""

ENTRIES = {
    "accept": "accepted", "decline": "declined", "request_supplement": "supplement_asked", "assign": "assigned", "refer": "referred",
    "set_level": "level_set", "report_progress": "progress", "note": "noted", "ask_extension": "extension_asked",
    "extend": "extended", "resume": "resumed", "add_task": "task_added", "finish_task": "task_done", "conclude": "investigated",
    "propose": "proposed decided", "approve": "decided", "send_back": "sent_back", "close": "closed", "show": "read",
    "evidence": "read",
}  # fmt: skip
"""The line that each leaves."""

ACTIONS, STATES = tuple(SAID.values()), (*HEARD, *NOBODYS)
OF_THE_COMMAND_LINE = re.compile("|".join(("[a-z]=", "tousu", "--", *(action for action in ACTIONS if "_" in action))))
EVERYTHING = "internal-rules"
"""The pack that has all that a pack can have."""

BARE = "manufacturer"
"""The one whose numbers are digits alone: before words they are set off."""


class Cell(NamedTuple):
    action: str
    post: str
    state: str
    stage: str


def cells(pack: str, stages: tuple[str, ...]) -> Iterator[Cell]:
    return (Cell(*row) for row in product(ACTIONS, PACKS[pack], STATES, stages))


def sample(pack: str, stages: tuple[str, ...]) -> Iterator[Cell]:
    """Of each order and post: where it has a place and where not, for whoever is there; and one other state in one stage, in turn.

    For one pack, which has all that a pack can have, every stage.
    """
    others = [state for state in STATES if state != BOUND]
    turn = sum(map(ord, pack))
    for index, (action, post) in enumerate(product(ACTIONS, PACKS[pack])):
        here = [stage for stage in stages if has_place(pack, stage, action)]
        gone = [stage for stage in stages if not has_place(pack, stage, action)]
        chosen = [group[(turn + index) % len(group)] for group in (here, gone) if group]
        yield from (Cell(action, post, BOUND, stage) for stage in (stages if pack == EVERYTHING else chosen))
        yield Cell(action, post, others[(turn + index) % len(others)], chosen[0])


def stages_of(pack: str) -> tuple[str, ...]:
    reached = shortest(load(pack))
    return tuple(stage for stage in BY_STAGE if stage == "stopped" or stage in reached)


# ── the table itself ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_table_has_every_order_post_pack_and_stage() -> None:
    about_cases = {*LOOKS, *(row.action for row in TABLE if row.side == "staff")}
    assert {kind.does for kind in orders.kinds()} & about_cases == set(ACTIONS) == set(WORDS) == set(ENTRIES)
    assert {pack: {post.key for post in load(pack).posts} for pack in packs()} == {
        pack: set(posts) for pack, posts in PACKS.items()
    }
    assert set(STEPS) == set(PACKS)
    assert set(BY_STAGE) - {"stopped"} == {row.source for row in TABLE} | {row.target for row in TABLE}


def test_the_sample_has_every_order_post_state_and_stage() -> None:
    taken = [(pack, cell) for pack in PACKS for cell in sample(pack, stages_of(pack))]
    assert {cell.action for _, cell in taken} == set(ACTIONS)
    assert {(pack, cell.post) for pack, cell in taken} == {(pack, post) for pack in PACKS for post in PACKS[pack]}
    assert {(cell.action, cell.state) for _, cell in taken} == set(product(ACTIONS, STATES))
    assert {cell.stage for _, cell in taken} == set(BY_STAGE)


# ── said in a chat ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.timeout(3600 if SOAK else 120)
@pytest.mark.parametrize("pack", PACKS)
def test_every_order_is_done_or_refused_as_the_table_says(
    sqlite_store: Store, now: datetime, caplog: pytest.LogCaptureFixture, pack: str
) -> None:
    caplog.set_level(logging.DEBUG)
    stages = stages_of(pack)
    _all_of(Floor(sqlite_store, now, pack), cells(pack, stages) if SOAK else sample(pack, stages))
    assert not [canary for canary in CANARIES if canary in caplog.text]


@pytest.mark.timeout(3600 if SOAK else 120)
@pytest.mark.parametrize("pack", PACKS if SOAK else [EVERYTHING])
def test_so_it_is_on_postgresql(postgresql_store: Store, now: datetime, pack: str) -> None:
    stages = stages_of(pack)
    some = [cell for index, cell in enumerate(sample(pack, stages)) if index % 7 == 0]
    _all_of(Floor(postgresql_store, now, pack), cells(pack, stages) if SOAK else some)


def test_what_is_the_desks_own_is_for_whoever_is_at_it_and_nobody_else(sqlite_store: Store, now: datetime) -> None:
    floor = Floor(sqlite_store, now, EVERYTHING)
    answers = {"待办": "您手上没有在办的件", "办理帮助": "可以这样说", "解除绑定": "已解除绑定"}
    for (said, answer), post, state in product(answers.items(), PACKS[EVERYTHING], STATES):
        seen = floor.say(said, "investigating", f"{post}.{state}")
        _check_shown(Cell(said, post, state, "investigating"), seen)
        assert (seen.lines, seen.unchanged) == ((), True), (said, post, state)
        if state in HEARD:
            assert seen.said.startswith(answer), (said, post, state)
            assert [line.kind for line in seen.office] == (["staff_unbound"] if said == "解除绑定" else [])
        else:
            assert (seen.said, seen.office) == (floor.say(said, "investigating").said, ()), (said, post, state)


@pytest.mark.parametrize("pack", sorted({row[0] for row in APART}))
def test_who_acted_in_one_post_acts_in_none_that_is_kept_apart_from_it(
    sqlite_store: Store, now: datetime, pack: str
) -> None:
    floor = Floor(sqlite_store, now, pack)
    ours = [(index, row) for index, row in enumerate(APART) if row[0] == pack]
    for (index, (_, posts, took, left)), action in product(ours, ACTIONS):
        stage = next((stage for stage in stages_of(pack) if has_place(pack, stage, action)), "registered")
        cell = Cell(action, f"{posts} after {took}", BOUND, stage)
        may = has_place(pack, stage, action) and may_say(pack, (left,), action)
        _check(floor, cell, f"both{index}", _say(floor, cell, f"both{index}", took=took), may=may)


def _all_of(floor: Floor, some: Iterator[Cell] | list[Cell]) -> None:
    for cell in some:
        account = f"{cell.post}.{cell.state}"
        seen = _say(floor, cell, account)
        if cell.state in NOBODYS:
            _check_unheard(floor, cell, seen)
        elif cell.state in (NAMED, OF_UNIT):
            _check_kept_out(floor, cell, account, seen)
        else:
            _check(floor, cell, account, seen, may=_may(floor.pack, cell))
        _check_shown(cell, seen)


def _may(pack: str, cell: Cell) -> bool:
    posts: tuple[str, ...] = {FORMER: (), ALONE: standing_in(pack, (cell.post,))}.get(cell.state, (cell.post,))
    here = cell.state != AWAY or cell.action in LOOKS
    return here and has_place(pack, cell.stage, cell.action) and may_say(pack, posts, cell.action)


def _say(floor: Floor, cell: Cell, account: str, *, took: str = "", ghost: bool = False) -> Seen:
    alone = cell.state == ALONE
    return floor.say(_words(floor, cell, ghost=ghost), cell.stage, account, alone=alone, took=took)


def _words(floor: Floor, cell: Cell, *, ghost: bool = False) -> str:
    number = floor.at(cell.stage)
    mark = "#" if floor.pack == BARE else ""
    words = DECIDED if (cell.action, cell.stage) == ("close", "decided") else WORDS[cell.action]
    return words.format(n=f"{mark}{floor.ghost if ghost else number}", unit=UNIT, task=floor.tasks.get(cell.stage, 1))


def _check(floor: Floor, cell: Cell, account: str, seen: Seen, *, may: bool) -> None:
    """Allowed, it is one line of theirs and no refusal; refused, one refusal of theirs, and all else as it was."""
    done = [line for kind in ENTRIES[cell.action].split() for line in seen.by(account, kind)]
    refused = seen.by(account, "refused")
    assert (len(done), len(refused)) == ((1, 0) if may else (0, 1)), (cell, seen)
    assert seen.unchanged is (not may or cell.action in LOOKS), (cell, seen)
    assert not seen.office, (cell, seen)
    if not may:
        assert len(seen.lines) == 1
        assert refused[0].note.startswith("read" if cell.action in LOOKS else f"{cell.action}: "), (cell, seen)
        assert not refused[0].public
    elif cell.action == "show":
        _check_buttons(floor, cell, seen)
    elif cell.action == "evidence":
        assert f"{floor.at(cell.stage)} 的证据 1 件" in seen.said, (cell, seen)
        assert PAGE in seen.said, (cell, seen)
    else:
        assert f"已登记“{WORDS[cell.action].split()[0]}”" in seen.said, (cell, seen)


def _check_buttons(floor: Floor, cell: Cell, seen: Seen) -> None:
    """There is a button for what would be done by pressing it, and for nothing else."""
    if cell.post not in PACKS[floor.pack]:
        return
    pressable = {WORDS[action].split()[0] for action in BUTTONS if _may(floor.pack, cell._replace(action=action))}
    assert {choice.label for choice in seen.choices} == pressable, (cell, seen)


def _check_unheard(floor: Floor, cell: Cell, seen: Seen) -> None:
    """They read what anybody reads who says that, and nothing is written down of it."""
    assert seen.said == floor.say(_words(floor, cell), cell.stage).said, (cell, seen)
    assert (seen.lines, seen.office, seen.unchanged) == ((), (), True), (cell, seen)


def _check_kept_out(floor: Floor, cell: Cell, account: str, seen: Seen) -> None:
    """They read what a number answers that there is not. The case keeps that they tried, and in what."""
    number, missing = floor.at(cell.stage), _say(floor, cell, account, ghost=True)
    assert seen.said.replace(number, "N") == missing.said.replace(floor.ghost, "N"), (cell, seen)
    assert (seen.choices, missing.choices) == ((), ())
    assert [(line.kind, line.actor) for line in seen.lines] == [("refused", f"staff:{account}")], (cell, seen)
    assert [(line.kind, line.actor) for line in missing.office] == [("refused", f"staff:{account}")], (cell, missing)
    assert (seen.office, missing.lines, seen.unchanged, missing.unchanged) == ((), (), True, True), (cell, seen)


def _check_shown(cell: Cell, seen: Seen) -> None:
    assert not [canary for canary in CANARIES if canary in seen.shown], (cell, seen)
    if cell.state in HEARD:
        assert not OF_THE_COMMAND_LINE.search(seen.said), (cell, seen)
