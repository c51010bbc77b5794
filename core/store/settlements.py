"""What became of messages that were claimed: sent, later, by another rung, held, or dead; of notices every try is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import BindParameter, bindparam, null, update

from core.records import record
from core.store import notifications, sessions
from core.store.outbox import LATE, Claimed
from core.store.statements import Statement
from core.store.tables import outbox
from core.store.tables.columns import any_of
from core.store.tables.messages import DEAD, HELD, PENDING, SENT
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Sent:
    """A message that the platform took, by which rung; ``arrived`` where no word of that is to come.

    ``on_page`` where it waits in the history, which its person's page reads on from where it was.
    """

    claimed: Claimed
    platform_id: str
    at: datetime
    rung: str = ""
    arrived: bool = True
    on_page: bool = False

    @property
    def takes_a_line(self) -> bool:
        """A late reply stands in the history already, with the message it answers."""
        return self.on_page and not self.claimed.dedupe_key.startswith(LATE)


_columns = outbox.c
_now: BindParameter[datetime] = bindparam("now")

_settled = (
    update(outbox)
    .where(_columns.id == bindparam("key"), _columns.leased_until.is_not(None))
    .values(state=bindparam("became"), last_code=bindparam("code"), leased_until=null())
)
_settle = Statement(_settled)
# What one rung sent. That it is leased is asked in words that no index of states knows: a database that forgets how few
# the ids are would read all that waits.
_settle_sent = Statement(
    update(outbox)
    .where(any_of(_columns.id, "ids"), _columns.leased_until.is_not(None))
    .values(state=SENT, last_code="", leased_until=null(), sent_at=_now, rung=bindparam("by_rung"))
    .returning(_columns.id)
)
_place = Statement(update(outbox).where(_columns.id == bindparam("key")).values(line=bindparam("at_line")))
_name = Statement(update(outbox).where(_columns.id == bindparam("key")).values(platform_id=bindparam("platform")))
_settle_passed = Statement(_settled.values(due_at=bindparam("due"), passed=bindparam("closed")))
_settle_later = Statement(_settled.values(due_at=bindparam("due")))


def settle_all_sent(uow: UnitOfWork, sent: Sequence[Sent]) -> None:
    """Many at once, at the moment of the last one. What is settled already keeps its place and name; that it was sent again
    is written down."""
    settled = set[int]()
    for rung, some in groupby(sorted(sent, key=_by_rung), key=_by_rung):
        ids = [each.claimed.id for each in some]
        settled.update(uow.run(_settle_sent, {"ids": ids, "by_rung": rung, "now": sent[-1].at}).scalars())
    for each in sent:
        if each.platform_id and each.claimed.id in settled:
            uow.run(_name, {"key": each.claimed.id, "platform": each.platform_id})
        if each.takes_a_line and each.claimed.id in settled:
            line = sessions.next_line(uow, each.claimed.session_id)
            uow.run(_place, {"key": each.claimed.id, "at_line": line})
        if each.claimed.notice:
            _write_down(uow, each.claimed, each.at, each.rung, "", each.platform_id)
            if each.arrived:
                notifications.delivered(uow, each.claimed.id, each.at)


def _by_rung(each: Sent) -> str:
    return each.rung


def settle_later(
    uow: UnitOfWork, claimed: Claimed, due_at: datetime, code: str, now: datetime, rung: str = "", answer: str = ""
) -> None:
    """It could not be sent now; later ones of the same person wait behind it."""
    uow.run(_settle_later, {"key": claimed.id, "became": PENDING, "code": code, "due": due_at})
    _write_down(uow, claimed, now, rung, code, answer)


def settle_passed(uow: UnitOfWork, claimed: Claimed, rung: str, code: str, now: datetime, answer: str = "") -> None:
    """This rung is closed to it; the next one is tried at once."""
    closed = " ".join((*claimed.passed, rung))
    uow.run(_settle_passed, {"key": claimed.id, "became": PENDING, "code": code, "due": now, "closed": closed})
    _write_down(uow, claimed, now, rung, code, answer)


def settle_held(uow: UnitOfWork, claimed: Claimed, code: str, now: datetime, rung: str = "", answer: str = "") -> None:
    """The platform does not let us write to this person until they do; the message waits for that."""
    uow.run(_settle, {"key": claimed.id, "became": HELD, "code": code})
    _write_down(uow, claimed, now, rung, code, answer)


def settle_dead(uow: UnitOfWork, claimed: Claimed, code: str, now: datetime, rung: str = "", answer: str = "") -> None:
    uow.run(_settle, {"key": claimed.id, "became": DEAD, "code": code})
    _write_down(uow, claimed, now, rung, code, answer)


def _write_down(uow: UnitOfWork, claimed: Claimed, now: datetime, rung: str, code: str, answer: str) -> None:
    """Of notices every try is kept."""
    if claimed.notice:
        notifications.tried(uow, claimed.id, now, rung, code, answer)
