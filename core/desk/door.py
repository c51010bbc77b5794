"""The way in to the desk: on a channel that is for staff alone everybody gets an answer, and nobody a dialogue."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from core.cases import numbers
from core.cases.office import Office
from core.desk.service import hear
from core.desk.visit import Replies
from core.messages import InboundMessage, OutboundMessage
from core.people import binding
from core.store.sessions import StoredSession
from core.store.unit_of_work import UnitOfWork

WORDS = ("text", "choice")


def at_the_door(
    office: Office,
    staff_only: Collection[str],
    uow: UnitOfWork,
    chat: StoredSession,
    message: InboundMessage,
    now: datetime,
) -> Replies | None:
    """As ``hear``; on the channels that are ``staff_only`` what is no order is answered here, too.

    Whoever is not bound reads how to be: a colleague who complains does so where every citizen does.
    """
    answer = hear(office, uow, chat, message, now)
    if answer is not None or chat.channel not in staff_only:
        return answer
    number = numbers.render(office.policy.number, now, 7)
    text = office.texts.render(
        "zh", _key(uow, chat, message), number=number, institution=office.policy.institution.name.zh
    )
    return (OutboundMessage(text),)


def _key(uow: UnitOfWork, chat: StoredSession, message: InboundMessage) -> str:
    if binding.owner(uow, chat) is None:
        return "desk.staff_only"
    return "desk.no_order" if message.kind in WORDS else "desk.words_only"
