"""The words of a case: its statuses, what can be done to it, by whom, and what comes of it. Pure."""

from __future__ import annotations

from typing import Literal

from core.policies.policy import Policy

Status = Literal[
    "registered", "accepted", "investigating", "investigated", "proposed", "decided", "closed", "reviewing",
    "declined", "referred", "withdrawn", "merged", "archived",
]  # fmt: skip

Action = Literal[
    "accept", "decline", "refer", "set_level", "set_category", "assign",
    "record", "add_task", "finish_task", "request_supplement", "suspend", "resume", "conclude",
    "opine", "propose", "meet", "approve", "send_back", "close", "report_progress", "ask_extension", "extend", "mark",
    "supervise", "note", "recuse", "lift_recusal", "merge", "represent", "fulfil",
    "assign_review", "uphold", "change", "redo", "archive", "tell",
    "withdraw", "supplement", "urge", "reopen", "rate", "ask_review",
]  # fmt: skip
Side = Literal["complainant", "staff"]

Feature = Literal["acceptance", "investigation", "approval", "review"]

Outcome = Literal["substantiated", "partly", "unsubstantiated", "undetermined", "answered"]
OUTCOMES: tuple[Outcome, ...] = ("substantiated", "partly", "unsubstantiated", "undetermined", "answered")
"""属实, 部分属实, 不属实, 无法查实, 已解释或采纳: for what is no question of true or false."""

RECORD_KINDS = ("interview", "visit", "document", "verification", "appraisal", "hearing", "other")
"""What a record of the investigation is of: 谈话, 实地查看, 调取资料, 核对证据, 鉴定, 听证, 其他."""

STAFF_CHANNELS = ("visit", "phone", "letter", "fax", "email", "referral")
"""How a complaint comes that staff register on somebody's behalf."""

RECEIPT_LATER = frozenset({"letter", "fax", "email", "referral"})
"""Who complains this way is told the number afterwards, not on the spot."""

FINAL: frozenset[Status] = frozenset({"archived"})
OPEN: frozenset[Status] = frozenset(
    {"registered", "accepted", "investigating", "investigated", "proposed", "decided", "reviewing"}
)


def features(policy: Policy) -> frozenset[Feature]:
    """Which stages this pack has."""
    has: dict[Feature, bool] = {
        "acceptance": policy.work.acceptance,
        "investigation": policy.work.investigation,
        "approval": policy.decision.approved_by is not None,
        "review": policy.review.allowed,
    }
    return frozenset(name for name, there in has.items() if there)
