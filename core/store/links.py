"""A link that opens one notice's case for a while: signed, so that nobody can make one, and gone by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.store import keys
from core.store.unit_of_work import UnitOfWork

LIFE = timedelta(days=3)

_PURPOSE = "notice.link"


def token(uow: UnitOfWork, notification_id: int, now: datetime) -> str:
    """What stands behind the address of the status page: letters and digits, good until it ends."""
    words = f"{notification_id}.{int((now + LIFE).timestamp())}"
    return f"{words}.{keys.signature(uow, _PURPOSE, words)}"


def opened(uow: UnitOfWork, typed: str, now: datetime) -> int | None:
    """The notification that this token opens; None for one that is forged, torn or over."""
    words, _, signature = typed.rpartition(".")
    if not keys.is_signed(uow, _PURPOSE, words, signature):
        return None
    notification_id, _, until = words.partition(".")
    return int(notification_id) if now < datetime.fromtimestamp(int(until), UTC) else None
