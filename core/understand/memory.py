"""What is worked out once for each policy. A pack is too large to hash for every message, so it is known by identity."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from core.policies.policy import Policy

T = TypeVar("T")
_MOST = 64


def once_per_policy(build: Callable[[Policy], T]) -> Callable[[Policy], T]:
    """Remember what ``build`` makes of a policy while that very object lives here."""
    built: dict[int, tuple[Policy, T]] = {}

    @wraps(build)
    def remembered(policy: Policy) -> T:
        entry = built.get(id(policy))
        # Holding the policy keeps its id from being given to another object.
        if entry is None or entry[0] is not policy:
            if len(built) >= _MOST:
                built.clear()
            entry = built[id(policy)] = (policy, build(policy))
        return entry[1]

    return remembered
