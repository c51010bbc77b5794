"""What became of messages that were claimed: sent, later, by another rung, held, or dead; of notices every try is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import BindParameter, bindparam, null, select, update

from core.records import record
from core.store import notifications, sessions
from core.store.outbox import LATE, Claimed
from core.store.statements import Statement
from core.store.tables import outbox, session
from core.store.tables.columns import any_of
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Sent:
    """A message that the platform took, by which rung; ``arrived`` where no word of that is to come."""

    claimed: Claimed
    platform_id: str
    at: datetime
    rung: str = ""
    arrived: bool = True

    @property
    def is_late(self) -> bool:
        return self.claimed.dedupe_key.startswith(LATE)


_columns = outbox.c
_now: BindParameter[datetime] = bindparam("now")

_settled = (
    update(outbox)
    .where(_columns.id == bindparam("key"), _columns.state == "leased")
    .values(state=bindparam("became"), last_code=bindparam("code"), leased_until=null())
)
_settle = Statement(_settled)


# One after another where each has a place of its own to find, all at once where each is the next line of its person.
_settle_sent = Statement(
    _settled.values(
        sent_at=_now, rung=bindparam("by_rung"), line=bindparam("at_line"), platform_id=bindparam("platform")
    )
)


# What one rung sent, each to a person of its own whose history grew by one line just now. That it is leased is asked in
# words that no index of states knows: a database that forgets how few the ids are would read all that waits.
_settle_next = Statement(
    update(outbox)
    .where(any_of(_columns.id, "ids"), _columns.leased_until.is_not(None))
    .values(
        state="sent",
        last_code="",
        leased_until=null(),
        sent_at=_now,
        rung=bindparam("by_rung"),
        line=select(session.c.lines).where(session.c.id == _columns.session_id).scalar_subquery(),
    )
)
_name = Statement(update(outbox).where(_columns.id == bindparam("key")).values(platform_id=bindparam("platform")))
_settle_passed = Statement(_settled.values(due_at=bindparam("due"), passed=bindparam("closed")))
_settle_later = Statement(_settled.values(due_at=bindparam("due")))


def settle_sent(
    uow: UnitOfWork, claimed: Claimed, platform_id: str, now: datetime, rung: str = "", *, arrived: bool = True
) -> None:
    """It was sent, and has its place in the history from now on. ``arrived`` where no word of that is to come."""
    settle_all_sent(uow, (Sent(claimed, platform_id, now, rung, arrived),))


def settle_all_sent(uow: UnitOfWork, sent: Sequence[Sent]) -> None:
    """Many at once, at the moment of the last one. A late reply stands in the history already, with the message it answers."""
    people = Counter(each.claimed.session_id for each in sent)
    for rung, some in groupby(sorted(sent, key=_by_rung), key=_by_rung):
        alone = [each for each in some if people[each.claimed.session_id] == 1 and not each.is_late]
        if alone:
            _settle_some(uow, alone, rung, sent[-1].at)
    for each in sent:
        if people[each.claimed.session_id] > 1 or each.is_late:
            _settle_one(uow, each)
        elif each.platform_id:
            uow.run(_name, {"key": each.claimed.id, "platform": each.platform_id})
        if each.claimed.notice:
            _write_down(uow, each.claimed, each.at, each.rung, "", each.platform_id)
            if each.arrived:
                notifications.delivered(uow, each.claimed.id, each.at)


def _by_rung(each: Sent) -> str:
    return each.rung


def _settle_some(uow: UnitOfWork, some: Sequence[Sent], rung: str, at: datetime) -> None:
    sessions.grow(uow, [each.claimed.session_id for each in some])
    ids = [each.claimed.id for each in some]
    uow.run(_settle_next, {"ids": ids, "by_rung": rung, "now": at})


def _settle_one(uow: UnitOfWork, each: Sent) -> None:
    line = None if each.is_late else sessions.next_line(uow, each.claimed.session_id)
    row = {"key": each.claimed.id, "became": "sent", "code": "", "now": each.at, "by_rung": each.rung}
    uow.run(_settle_sent, row | {"at_line": line, "platform": each.platform_id})


def settle_later(
    uow: UnitOfWork, claimed: Claimed, due_at: datetime, code: str, now: datetime, rung: str = "", answer: str = ""
) -> None:
    """It could not be sent now; later ones of the same person wait behind it."""
    uow.run(_settle_later, {"key": claimed.id, "became": "pending", "code": code, "due": due_at})
    _write_down(uow, claimed, now, rung, code, answer)


def settle_passed(uow: UnitOfWork, claimed: Claimed, rung: str, code: str, now: datetime, answer: str = "") -> None:
    """This rung is closed to it; the next one is tried at once."""
    closed = " ".join((*claimed.passed, rung))
    uow.run(_settle_passed, {"key": claimed.id, "became": "pending", "code": code, "due": now, "closed": closed})
    _write_down(uow, claimed, now, rung, code, answer)


def settle_held(uow: UnitOfWork, claimed: Claimed, code: str, now: datetime, rung: str = "", answer: str = "") -> None:
    """The platform does not let us write to this person until they do; the message waits for that."""
    uow.run(_settle, {"key": claimed.id, "became": "held", "code": code})
    _write_down(uow, claimed, now, rung, code, answer)


def settle_dead(uow: UnitOfWork, claimed: Claimed, code: str, now: datetime, rung: str = "", answer: str = "") -> None:
    uow.run(_settle, {"key": claimed.id, "became": "dead", "code": code})
    _write_down(uow, claimed, now, rung, code, answer)


def _write_down(uow: UnitOfWork, claimed: Claimed, now: datetime, rung: str, code: str, answer: str) -> None:
    """Of notices every try is kept."""
    if claimed.notice:
        notifications.tried(uow, claimed.id, now, rung, code, answer)
