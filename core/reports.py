"""What a platform says afterwards: whether a message arrived, and what a person granted or took back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from core.ladder import ANY
from core.messages import Address
from core.records import record
from core.store import grants, notifications, outbox, platform_ids, sessions
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Report:
    """One word of the platform about what we sent ``address``, or about what that person allows.

    ``reference`` is the platform's id of the message, or of the form that is allowed. ``code`` is why it did not arrive.
    """

    address: Address
    kind: Literal["arrived", "failed", "granted", "withdrawn"]
    reference: str
    code: str = ""


def take_in(uow: UnitOfWork, reports: Sequence[Report], now: datetime) -> tuple[Report, ...]:
    """Write down what came; the same once more changes nothing. Returns those of messages that we do not know yet: a
    platform may report before what we sent is settled.
    """
    return tuple(report for report in reports if not _take_in(uow, report, now))


def _take_in(uow: UnitOfWork, report: Report, now: datetime) -> bool:
    if report.kind in ("arrived", "failed"):
        return _finish(uow, report, now)
    person = sessions.find(uow, report.address)
    if person is not None and report.kind == "granted":
        grants.add(uow, person.id, ANY, now)
    elif person is not None:
        grants.withdraw(uow, person.id, ANY, now)
    return True


def _finish(uow: UnitOfWork, report: Report, now: datetime) -> bool:
    """What did not arrive goes by the next way. What is not ``sent`` any more was reported before."""
    sent = platform_ids.find(uow, report.address, report.reference)
    if sent is None:
        return False
    if report.kind == "arrived":
        notifications.delivered(uow, sent.id, now)
    elif sent.state == "sent" and outbox.reopen(uow, sent.id, now, report.code, (*sent.passed, sent.rung)):
        notifications.tried(uow, sent.id, now, sent.rung, report.code, report.reference)
    return True
