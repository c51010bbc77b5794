"""告知: what no chat brought to the complainant, told by staff by telephone, letter or face to face."""

from __future__ import annotations

from core.cases.about_notice import MARK, note
from core.cases.acts.doing import Doing
from core.errors import Refused
from core.store import notifications


def tell(doing: Doing) -> None:
    """Who told it, when, and how it went, on the record of the notice; once."""
    assert doing.member is not None
    place = doing.fields["notice"].strip().removeprefix(MARK)
    found = notifications.by_id(doing.uow, int(place)) if place.isdecimal() and len(place) < 19 else None
    if found is None or found.case_id != doing.case.id:
        raise Refused("act.no_such_notice", notice=place)
    if not notifications.told(doing.uow, found.id, doing.member.account, doing.now):
        raise Refused("act.told_already", notice=place)
    doing.note = note(found.id, doing.note)
