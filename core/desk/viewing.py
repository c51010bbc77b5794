"""What a link to evidence opens: the list of one case's files, and each of them, for the member of staff whom it was made for.

Whether they still may is asked anew each time; a link knows nothing of a recusal that came since.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from core.cases import access
from core.cases.office import Office
from core.desk.evidence import State, kind_of, state_of
from core.files.endings import ENDINGS
from core.files.legible import file_name
from core.messages import AttachmentKind
from core.people import binding
from core.records import record
from core.store import cases, keys, links, sessions, staff
from core.store.evidence import StoredEvidence
from core.store.keyring import DataKey
from core.store.links import Viewing
from core.store.queries import CaseDetail
from core.store.unit_of_work import UnitOfWork

OPENED = "evidence_opened"
"""The line that somebody opened the list, or, with its number behind it, one of the files."""

UNKNOWN = "application/octet-stream"


@record(frozen=True, slots=True)
class Listed:
    """A file as it is listed: nothing that its sender said of it."""

    position: int
    kind: AttachmentKind
    size: int
    came_at: datetime
    state: State


@record(frozen=True, slots=True)
class Listing:
    """The evidence of a case, in order; ``erased`` once nothing is left because the time of the case is over."""

    number: str
    files: tuple[Listed, ...]
    erased: bool


@record(frozen=True, slots=True)
class Sealed:
    """A file that may be read from the disk now, outside of any transaction. ``mime`` is by content, ``name`` by us."""

    name: str
    mime: str
    path: str
    key: DataKey


NotThere = Literal["waiting", "failed", "erased"]
"""Why there is no content: still to be fetched, never to be had, or gone (nor was it ever there)."""


def listing(uow: UnitOfWork, office: Office, token: str, now: datetime) -> Listing | None:
    """What the link opens; None for a link that is forged or over, or whose member may not look any more."""
    detail = _looked(uow, office, token, now)
    if detail is None:
        return None
    files = tuple(
        Listed(each.position, kind_of(each), each.size, each.made_at, state_of(each)) for each in detail.evidence
    )
    return Listing(detail.case.number, files, erased=not detail.contents)


def file(uow: UnitOfWork, office: Office, token: str, position: int, now: datetime) -> Sealed | NotThere | None:
    """One of the files, by its number in the list; None as for the list."""
    detail = _looked(uow, office, token, now, position)
    if detail is None:
        return None
    found = _at(detail, position)
    if found is None:
        return "erased"
    state = state_of(found)
    return _sealed(uow, detail.case.number, found) if state == "stored" else state


def _looked(
    uow: UnitOfWork, office: Office, token: str, now: datetime, position: int | None = None
) -> CaseDetail | None:
    """The case, on record with the file that is looked at; what is refused is on record, too."""
    viewing = links.viewing(uow, token, now)
    if viewing is None:
        return None
    case = cases.by_id(uow, viewing.case_id)
    member = binding.owner(uow, sessions.get(uow, viewing.chat_id))
    if member is None or member.id != viewing.member_id:
        access.note_refusal(uow, case, _by(uow, viewing), OPENED, now)
        return None

    def note(detail: CaseDetail) -> str:
        found = _at(detail, position)
        return f"#{position}" if found is not None and found.state == "stored" else ""

    return access.look(uow, office, member, case.number, now, OPENED, note)


def _by(uow: UnitOfWork, viewing: Viewing) -> str:
    return f"staff:{staff.by_id(uow, viewing.member_id).account}"


def _at(detail: CaseDetail, position: int | None) -> StoredEvidence | None:
    return next((each for each in detail.evidence if each.position == position), None)


def _sealed(uow: UnitOfWork, number: str, found: StoredEvidence) -> Sealed:
    ending = ENDINGS.get(found.mime, "bin")
    mime = found.mime if found.mime in ENDINGS else UNKNOWN
    name = f"{file_name(number)}-{found.position:03d}.{ending}"
    return Sealed(name, mime, found.path, keys.open_key(uow, found.key_id))
