"""The words of a case: its statuses, what can be done to it, and by whom. Pure."""

from __future__ import annotations

from typing import Literal

Status = Literal["registered", "accepted", "closed", "withdrawn"]
Action = Literal["accept", "report_progress", "close", "withdraw", "supplement", "urge", "reopen", "rate"]
Side = Literal["complainant", "staff"]

FINAL: frozenset[Status] = frozenset({"withdrawn"})
OPEN: frozenset[Status] = frozenset({"registered", "accepted"})
