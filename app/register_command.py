"""``tousu case register``: a complaint that came by visit, phone, letter, fax, e-mail or a third party, put down by staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.act_command import given_fields, in_words
from app.documents import check_place, write_slip
from app.resources import at_the_desk
from app.texts_cli import say
from core.cases import work
from core.cases.clocks import ZONE
from core.cases.office import Office
from core.errors import Refused
from core.store.cases import StoredCase
from core.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from app.settings import Settings


def register(
    settings: Settings,
    account: str,
    channel: str,
    fields: Iterable[str],
    now: datetime,
    *,
    category: str,
    anonymous: bool,
    relation: str,
    slip: Path | None,
) -> dict[str, Any]:
    """Register it and, where asked, write the slip for the complainant. Raises Refused, and has registered nothing then."""
    answers = given_fields(fields)
    if slip is not None:
        check_place(slip, force=False)
    with at_the_desk(settings) as (store, office):

        def put_down(uow: UnitOfWork) -> tuple[StoredCase, str]:
            return work.register(
                uow, office, account, channel, answers, now, category=category, anonymous=anonymous, relation=relation
            )

        try:
            case, code = store.write(put_down)
        except Refused as refused:
            raise Refused(in_words(office, refused)) from None
        record = _record(office, case, code)
        if slip is not None:
            record |= _slip(settings, office, case, code, slip, now)
    return record


def lines(record: Mapping[str, Any]) -> list[str]:
    shown = [say("register", "done", **record)]
    return [*shown, *(say("register", key, **record) for key in ("slip", "no_slip") if key in record)]


def _slip(settings: Settings, office: Office, case: StoredCase, code: str, slip: Path, now: datetime) -> dict[str, str]:
    """The case is there by now, and its code is shown only this once: a disk that does not take the slip must not hide it."""
    try:
        write_slip(settings, office, case, code, slip, now)
    except Refused as refused:
        return {"no_slip": str(refused)}
    return {"slip": str(slip)}


def _record(office: Office, case: StoredCase, code: str) -> dict[str, Any]:
    return {
        "number": case.number,
        "query_code": code,
        "category": office.policy.category(case.category).label.zh,
        "level": case.level,
        "registered_at": case.registered_at.astimezone(ZONE).isoformat(timespec="seconds"),
        "promised_on": case.promised_on.isoformat(),
        "promise_provisional": case.promise_provisional,
    }
