"""Links that open something for a while: signed, so that nobody can make one, and gone by themselves; no row is kept of any."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.records import record
from core.store import keys
from core.store.unit_of_work import UnitOfWork

LIFE = timedelta(days=3)
"""Of a link that opens one notice's case, for the complainant."""

VIEWING_LIFE = timedelta(minutes=10)
"""Of a link that opens the evidence of one case, for one member of staff."""

_NOTICE, _VIEWING = "notice.link", "evidence.link"


@record(frozen=True, slots=True)
class Viewing:
    """Who asked to look at the evidence of which case, and from which chat of theirs."""

    member_id: int
    chat_id: int
    case_id: int


def token(uow: UnitOfWork, notification_id: int, now: datetime) -> str:
    """What stands behind the address of the status page: letters and digits, good until it ends."""
    return _signed(uow, _NOTICE, (notification_id,), now + LIFE)


def opened(uow: UnitOfWork, typed: str, now: datetime) -> int | None:
    """The notification that this token opens; None for one that is forged, torn or over."""
    found = _read(uow, _NOTICE, typed, now)
    return found[0] if found else None


def viewing_token(uow: UnitOfWork, viewing: Viewing, now: datetime) -> str:
    """What stands behind the address of the page of evidence."""
    return _signed(uow, _VIEWING, (viewing.member_id, viewing.chat_id, viewing.case_id), now + VIEWING_LIFE)


def viewing(uow: UnitOfWork, typed: str, now: datetime) -> Viewing | None:
    """Whose look at what this token is for; None for one that is forged, torn or over. Whether they still may is not in it."""
    found = _read(uow, _VIEWING, typed, now)
    return Viewing(*found) if found else None


def _signed(uow: UnitOfWork, purpose: str, ids: tuple[int, ...], until: datetime) -> str:
    words = ".".join(map(str, (*ids, int(until.timestamp()))))
    return f"{words}.{keys.signature(uow, purpose, words)}"


def _read(uow: UnitOfWork, purpose: str, typed: str, now: datetime) -> tuple[int, ...] | None:
    """The ids in a token. What one purpose signed is forged for every other."""
    words, _, signature = typed.rpartition(".")
    if not keys.is_signed(uow, purpose, words, signature):
        return None
    *ids, until = map(int, words.split("."))
    return tuple(ids) if now < datetime.fromtimestamp(until, UTC) else None
