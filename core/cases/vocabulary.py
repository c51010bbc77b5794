"""The words of a case: its statuses, what can be done to it, and by whom. Pure."""

from __future__ import annotations

from typing import Literal

Status = Literal["registered", "accepted", "closed", "declined", "referred", "withdrawn"]
Action = Literal[
    "accept",
    "decline",
    "refer",
    "report_progress",
    "extend",
    "close",
    "withdraw",
    "supplement",
    "urge",
    "reopen",
    "rate",
]
Side = Literal["complainant", "staff"]

FINAL: frozenset[Status] = frozenset({"declined", "referred", "withdrawn"})
OPEN: frozenset[Status] = frozenset({"registered", "accepted"})
