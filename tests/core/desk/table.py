"""Who may say what in a chat, and when, written out by hand from the packs and the rules: nothing here asks the code.

A cell with ``x`` is allowed. What one word stands for is in ``SAID``; what each pack has in ``STEPS``, ``NAMED`` and the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

SAID = {
    "受": "accept", "不": "decline", "补": "request_supplement", "转": "assign", "移": "refer", "级": "set_level",
    "告": "report_progress", "备": "note", "申": "ask_extension", "延": "extend", "恢": "resume", "任": "add_task",
    "完": "finish_task", "查": "conclude", "拟": "propose", "同": "approve", "退": "send_back", "答": "close", "看": "show",
    "证": "evidence",
}  # fmt: skip

POSTS = """
                             受 不 补 转 移 级 告 备 申 延 恢 任 完 查 拟 同 退 答 看 证
receives                     x  x  x  x  x  x  x  x  x  .  x  x  x  .  .  .  .  x  x  x
receives+leads               x  x  x  x  x  x  x  x  x  x  x  x  x  .  .  .  .  x  x  x
receives+investigates        x  x  x  x  x  x  x  x  x  .  x  x  x  x  .  .  .  x  x  x
receives+handles             x  x  x  x  x  x  x  x  x  .  x  x  x  .  x  .  .  x  x  x
receives+works               x  x  x  x  x  x  x  x  x  .  x  x  x  x  x  .  .  x  x  x
receives+leads+approves      x  x  x  x  x  x  x  x  x  x  x  x  x  .  .  x  x  x  x  x
receives+handles+decides     x  x  x  x  x  x  x  x  x  x  x  x  x  .  x  x  x  x  x  x
leads                        x  x  x  x  x  x  x  x  x  x  x  x  x  .  .  .  .  .  x  x
leads+approves               x  x  x  x  x  x  x  x  x  x  x  x  x  .  .  x  x  .  x  x
leads+approves+works         x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x
approves                     .  .  .  .  .  .  .  x  .  x  .  x  x  .  .  x  x  .  x  x
approves+works               .  .  x  .  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x
works                        .  .  x  .  x  x  x  x  x  .  x  x  x  x  x  .  .  x  x  x
investigates                 .  .  x  .  .  .  x  x  x  .  x  x  x  x  .  .  .  .  x  x
handles                      .  .  x  .  x  x  x  x  x  .  x  x  x  .  x  .  .  x  x  x
opines                       .  .  .  .  .  .  .  x  .  .  .  x  x  .  .  .  .  .  x  x
archives                     .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  x  x
audits                       .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
"""
"""What somebody in a post of each kind may say at all."""

PACKS: Mapping[str, Mapping[str, str]] = {
    "bus-company": {"officer": "receives", "department": "works", "director": "receives+leads", "leader": "leads"},
    "company": {
        "department": "receives+investigates", "customer_service": "receives+works", "head": "leads", "leader": "leads",
    },
    "complaint-department": {
        "officer": "receives+works", "department": "works", "head": "receives+leads", "leader": "leads",
    },
    "customer-service-center": {
        "agent": "receives", "owner": "works", "head": "receives+leads", "leader": "leads",
    },
    "general-handling": {
        "reception": "receives", "department": "works", "reviewer": "works", "head": "receives+leads", "leader": "leads",
    },
    "government-efficiency": {
        "duty_officer": "receives", "section": "works", "director": "receives+leads", "bureau_leader": "leads",
    },
    "government-service": {"window": "receives", "officer": "works", "head": "leads", "superior": "leads"},
    "internal-rules": {
        "reception": "receives", "investigator": "works", "legal": "opines", "reviewer": "works",
        "head": "receives+leads+approves", "director": "leads+approves",
    },
    "law-firm": {
        "front_desk": "receives", "officer": "receives+handles", "managing_partner": "leads+approves+works",
        "director": "leads+approves+works", "partner": "approves+works", "clerk": "archives",
    },
    "manufacturer": {
        "sales": "receives+handles", "quality": "investigates", "gm_office": "receives+handles+decides",
        "production": "works", "general_manager": "leads+approves",
    },
    "report-center": {
        "intake": "receives", "investigator": "works", "director": "receives+leads+approves",
        "deputy": "leads+approves", "inspector": "audits",
    },
    "service-app": {"agent": "receives+works", "department": "works", "head": "receives+leads", "leader": "leads"},
    "service-center": {"officer": "receives+works", "head": "leads", "director": "leads"},
    "service-complaint-office": {
        "officer": "receives+works", "head": "receives+leads", "department": "approves", "leader": "leads+approves",
    },
    "service-hall": {"officer": "receives+works", "head": "leads", "director": "leads"},
    "service-work": {
        "reception": "receives", "investigation": "investigates", "handling": "handles", "leader": "leads",
    },
    "statutory-procedure": {
        "receiver": "receives", "investigator": "investigates", "decider": "handles",
        "head": "receives+leads+approves", "deputy_head": "leads",
    },
}  # fmt: skip
"""Every post of every pack, and of which kind it is."""

STEPS: Mapping[str, str] = {
    "bus-company": "",
    "company": "acceptance investigation",
    "complaint-department": "",
    "customer-service-center": "investigation",
    "general-handling": "acceptance investigation review",
    "government-efficiency": "acceptance investigation",
    "government-service": "acceptance investigation",
    "internal-rules": "acceptance investigation approval review",
    "law-firm": "acceptance investigation approval",
    "manufacturer": "acceptance investigation approval",
    "report-center": "acceptance investigation approval",
    "service-app": "investigation",
    "service-center": "acceptance investigation",
    "service-complaint-office": "investigation approval",
    "service-hall": "investigation",
    "service-work": "investigation",
    "statutory-procedure": "acceptance investigation approval",
}

STAGES = """
                  受 不 补 转 移 级 告 备 申 延 恢 任 完 查 拟 同 退 答 看 证
registered        a  x  x  A  x  x  x  x  e  q  .  x  x  .  .  .  .  d  x  x
accepted          .  .  x  x  x  x  x  x  e  q  .  x  x  .  w  .  .  w  x  x
stopped           .  .  .  x  x  x  x  x  .  .  x  x  x  i  w  .  .  w  x  x
investigating     .  .  x  x  x  x  x  x  e  q  .  x  x  x  .  .  .  .  x  x
investigated      .  .  .  x  x  x  x  x  e  q  .  x  x  .  x  .  .  p  x  x
proposed          .  .  .  .  .  x  x  x  e  q  .  x  x  .  .  x  x  .  x  x
decided           .  .  .  x  .  x  x  x  e  q  .  x  x  .  .  .  .  x  x  x
closed            .  .  .  .  .  .  x  x  .  .  .  .  .  .  .  .  .  .  x  x
reviewing         .  .  .  .  .  .  x  x  e  q  .  x  x  .  .  .  .  .  x  x
declined          .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  x  x
referred          .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  x  x
withdrawn         .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  x  x
merged            .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  x  x
archived          .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  x  x
"""
"""Where each action has its place: ``a`` in packs that accept, ``A`` in those that do not, ``i`` in those that investigate,
``p`` in those where nobody approves, ``w`` where nobody investigates or approves, ``d`` where nobody accepts, either;
``e`` while a clock runs that can be extended, ``q`` where that was asked for. In every open case there is one task to be done.
``stopped`` is a case that is worked on and waits for what its complainant was asked for."""

NAMED: Mapping[str, Mapping[str, str]] = {
    "internal-rules": {"approve": "head", "send_back": "head", "extend": "head"},
    "law-firm": {"approve": "managing_partner", "send_back": "managing_partner"},
    "manufacturer": {"approve": "gm_office", "send_back": "gm_office"},
    "report-center": {"approve": "director", "send_back": "director"},
    "service-center": {"extend": "head"},
    "service-complaint-office": {"approve": "leader", "send_back": "leader"},
    "statutory-procedure": {"approve": "head", "send_back": "head"},
}
"""What one post alone may do, where the pack says so."""

EXTENDABLE: Mapping[str, str] = {
    "internal-rules": "accepted investigating",
    "service-center": "accepted investigating investigated decided",
}
"""The stages in which a clock runs that can be extended."""

DEPUTIES: Mapping[str, Mapping[str, str]] = {
    "bus-company": {"leader": "director"},
    "company": {"leader": "head"},
    "complaint-department": {"leader": "head"},
    "customer-service-center": {"leader": "head"},
    "general-handling": {"leader": "head"},
    "government-efficiency": {"bureau_leader": "director"},
    "government-service": {"superior": "head"},
    "internal-rules": {"director": "head"},
    "law-firm": {"director": "managing_partner", "partner": "managing_partner"},
    "manufacturer": {"general_manager": "gm_office"},
    "report-center": {"deputy": "director"},
    "service-app": {"leader": "head"},
    "service-center": {"director": "head"},
    "service-complaint-office": {"leader": "head", "department": "leader"},
    "service-hall": {"director": "head"},
    "service-work": {},
    "statutory-procedure": {"deputy_head": "head"},
}
"""For whom somebody in a post stands in while nobody who holds it is there."""

APART: tuple[tuple[str, tuple[str, str], str, str], ...] = (
    ("internal-rules", ("reception", "investigator"), "reception", "reception"),
    ("internal-rules", ("reception", "investigator"), "investigator", "investigator"),
    ("internal-rules", ("investigator", "reviewer"), "investigator", "investigator"),
    ("internal-rules", ("director", "legal"), "investigator", "legal"),
    ("internal-rules", ("head", "legal"), "reception", "legal"),
    ("general-handling", ("department", "reviewer"), "department", "department"),
    ("manufacturer", ("sales", "gm_office"), "sales", "sales"),
    ("law-firm", ("officer", "director"), "officer", "officer"),
    ("report-center", ("intake", "director"), "intake", "intake"),
    ("service-work", ("reception", "handling"), "handling", "handling"),
)
"""Two posts of one person, the post in which they took part in the case before, and the one of the two that is left to them."""

BUTTONS = frozenset({"accept", "approve", "resume", "evidence"})
"""What needs no words has a button where it would be done."""

LOOKS = frozenset({"show", "evidence"})
"""What changes nothing, and is done by whoever is away as well."""


def rows(grid: str) -> dict[str, dict[str, str]]:
    """A grid by its rows, each by the action."""
    head, *lines = [line.split() for line in grid.strip().splitlines()]
    return {name: dict(zip((SAID[word] for word in head), marks, strict=True)) for name, *marks in lines}


BY_KIND, BY_STAGE = rows(POSTS), rows(STAGES)


def may_say(pack: str, posts: Collection[str], action: str) -> bool:
    """Whether one of these posts may do it, wherever it has a place."""
    only = NAMED.get(pack, {}).get(action)
    return any(BY_KIND[PACKS[pack][post]][action] == "x" for post in posts if only in (None, post))


def has_place(pack: str, stage: str, action: str) -> bool:
    has = STEPS[pack].split()
    extendable = stage in EXTENDABLE.get(pack, "").split()
    return {
        "x": True,
        ".": False,
        "a": "acceptance" in has,
        "A": "acceptance" not in has,
        "i": "investigation" in has,
        "p": "approval" not in has,
        "w": not {"investigation", "approval"} & set(has),
        "d": not {"acceptance", "investigation", "approval"} & set(has),
        "e": extendable,
        "q": extendable,
    }[BY_STAGE[stage][action]]


def standing_in(pack: str, posts: Collection[str]) -> tuple[str, ...]:
    """Those posts, and those whose deputies they are."""
    return (*posts, *(DEPUTIES[pack][post] for post in posts if post in DEPUTIES[pack]))
