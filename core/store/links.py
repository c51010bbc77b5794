"""A link that opens one notice's case for a while: signed, so that nobody can make one, and gone by itself."""

from __future__ import annotations

import base64
import hmac
from datetime import UTC, datetime, timedelta

from core.store import keys
from core.store.unit_of_work import UnitOfWork

LIFE = timedelta(days=3)

_SIGNED_BYTES = 15
_PURPOSE = "notice.link"


def token(uow: UnitOfWork, notification_id: int, now: datetime) -> str:
    """What stands behind the address of the status page: letters and digits, good until it ends."""
    words = f"{notification_id}.{int((now + LIFE).timestamp())}"
    return f"{words}.{_signature(uow, words)}"


def opened(uow: UnitOfWork, typed: str, now: datetime) -> int | None:
    """The notification that this token opens; None for one that is forged, torn or over."""
    words, _, signature = typed.rpartition(".")
    if not hmac.compare_digest(_signature(uow, words).encode(), signature.encode("utf-8", "replace")):
        return None
    notification_id, _, until = words.partition(".")
    return int(notification_id) if now < datetime.fromtimestamp(int(until), UTC) else None


def _signature(uow: UnitOfWork, words: str) -> str:
    return base64.b32encode(keys.blind(uow, _PURPOSE, words)[:_SIGNED_BYTES]).decode("ascii").lower()
