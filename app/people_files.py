"""``tousu people export``: the records of everybody as a workbook, or of one member as a document to sign."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.act_command import in_words
from app.documents import check_place, written
from app.resources import at_the_desk
from app.texts_cli import say
from core.cases.office import Office
from core.errors import Refused
from core.files.dossier import Roll, dossier_document, write_dossiers
from core.files.people import People
from core.files.whole import Place
from core.people import keeping
from core.store import dossiers, office_timeline, staff

if TYPE_CHECKING:
    from app.settings import Settings
    from core.store.dossiers import Dossier
    from core.store.unit_of_work import Store, UnitOfWork

Record = dict[str, Any]
Read = Callable[["UnitOfWork"], tuple[Roll, "list[Dossier]"]]


def export(
    settings: Settings,
    by: str,
    account: str,
    xlsx: Path | None,
    docx: Path | None,
    now: datetime,
    *,
    force: bool,
) -> Record:
    """Write the files that are named; that the records left the house is kept. Raises Refused."""
    wanted = [file for file in (xlsx, docx) if file is not None]
    if not wanted:
        raise Refused(say("people", "no_file"))
    for file in wanted:
        check_place(file, force=force)
    with at_the_desk(settings) as (store, office):
        if xlsx is not None:
            roll, everybody = _read(store, office, by, now, partial(_of_everybody, office=office, by=by, now=now))
            with written(xlsx, force=force) as place:
                write_dossiers(place, roll, everybody)
        if docx is not None:
            one = partial(_of_one, office=office, by=by, account=account, now=now)
            roll, [dossier] = _read(store, office, by, now, one)
            with written(docx, force=force) as place:
                _write_document(place, roll, dossier)
    return {"files": [str(file) for file in wanted]}


def _write_document(place: Place, roll: Roll, dossier: Dossier) -> None:
    place.file.write(dossier_document(roll, dossier))


def _read(store: Store, office: Office, by: str, now: datetime, read: Read) -> tuple[Roll, list[Dossier]]:
    """Raises Refused in words."""
    try:
        return keeping.attempt(store, office, by.strip(), "people export", now, read)
    except Refused as refused:
        raise Refused(in_words(office, refused)) from None


def _of_everybody(uow: UnitOfWork, office: Office, by: str, now: datetime) -> tuple[Roll, list[Dossier]]:
    """Also of those who left."""
    keeping.keeper(uow, office, by, office.personnel.rights.see)
    found = dossiers.of_everybody(uow, gone=True)
    office_timeline.add(uow, now, "people_exported", f"staff:{by.strip()}", f"xlsx {len(found)}")
    return _roll(uow, office, now), found


def _of_one(uow: UnitOfWork, office: Office, by: str, account: str, now: datetime) -> tuple[Roll, list[Dossier]]:
    member = keeping.whom_to_see(uow, office, by, account)
    office_timeline.add(uow, now, "people_exported", f"staff:{by.strip()}", f"docx {member.account}")
    return _roll(uow, office, now), [dossiers.of_member(uow, member)]


def _roll(uow: UnitOfWork, office: Office, now: datetime) -> Roll:
    return Roll(office.policy, office.personnel, People.of(staff.everybody(uow, gone=True)), now)
