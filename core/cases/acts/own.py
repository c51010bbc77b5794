"""What complainants do themselves beside answering: urge and rate."""

from __future__ import annotations

from datetime import timedelta

from core.cases.acts.doing import Doing
from core.cases.telling_staff import staff_alert
from core.errors import Refused

LOW = 2
"""Up to so many stars somebody should ask why."""


def urge(doing: Doing) -> None:
    """催办: counted, not too often, and whoever has the case is told."""
    hours, case = doing.policy.follow_up.urge_every_hours, doing.case
    if case.urged_at is not None and doing.now - case.urged_at < timedelta(hours=hours):
        raise Refused("urge.too_soon", hours=str(hours))
    doing.on_case |= {"urged_count": case.urged_count + 1, "urged_at": doing.now}
    key = f"urged:{case.number}:{case.version}"
    count = str(case.urged_count + 1)
    staff_alert(doing.uow, doing.office, "urged", key, doing.now, number=case.number, count=count)


def rate(doing: Doing) -> None:
    """Stars from 1 to 5, and the reason behind them; nobody is asked for them any more. Of few of them staff hear."""
    stars, _, reason = doing.note.partition(" ")
    doing.on_case |= {"rating": int(stars), "rating_reason": reason, "wake_at": None}
    if int(stars) <= LOW:
        key = f"low_rating:{doing.case.number}:{doing.case.version}"
        staff_alert(doing.uow, doing.office, "low_rating", key, doing.now, number=doing.case.number, stars=stars)
