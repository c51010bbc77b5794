"""The files that ``tousu ledger``, ``form``, ``letter``, ``proof`` and ``archive`` write. Reads beside a running service."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from app.case_records import reader, seen_by
from app.resources import at_the_desk
from app.texts_cli import say
from core.cases.access import OPERATOR
from core.cases.clocks import ZONE
from core.cases.office import Office, rules, rules_of
from core.errors import Refused
from core.files.account import Account, account_of
from core.files.archive import Chain, write_archive
from core.files.form import registration_form
from core.files.ledger import Ledger, write_ledger
from core.files.letter import reply_letter
from core.files.people import People
from core.files.proof import Proof, proof_document, proofs_of
from core.files.redacted import Redacted, redacted_text, redacted_view
from core.files.slip import registration_slip, slip_of
from core.files.statement import redacted_document
from core.files.whole import Place, written_whole
from core.store import chains, keys, notifications, office_timeline, queries, staff

if TYPE_CHECKING:
    from app.settings import Settings
    from core.messages import Line
    from core.policies.policy import Policy
    from core.store.cases import StoredCase
    from core.store.evidence import StoredEvidence
    from core.store.keyring import DataKey
    from core.store.queries import CaseDetail, LedgerLine
    from core.store.unit_of_work import Store, UnitOfWork

FIRST_YEAR = 2000
PAGE = 500
"""Cases read at once for the ledger."""

REASONS = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
}

Record = dict[str, Any]
Found = TypeVar("Found")
Render = Callable[[Account, datetime], bytes]
Check = Callable[[Account], None]


def make_ledger(
    settings: Settings,
    year: int,
    file: Path,
    now: datetime,
    *,
    with_names: bool,
    force: bool,
    by: str = "",
    volume: bool = False,
) -> Record:
    """Write the ledger of a year by the institution's calendar, or the catalogue of that year's ``volume``.

    ``by`` is the account it is for: cases that they must not know of are not in it. That it was written is kept.
    """
    with at_the_desk(settings) as (store, office):
        who = store.read(partial(reader, office=office, account=by)) if by else None
        people = People.of(store.read(partial(staff.everybody, gone=True)))
        ledger = Ledger(office.policy.institution.name.zh, year, now, with_names, people, volume)
        with written(file, force=force) as place:
            lines = _lines_of(store, year, who.id if who else None, since_ever=volume)
            count = write_ledger(place, ledger, lines, partial(_rules, store, office))
        about = f"{'volume' if volume else 'ledger'} {year} {'names' if with_names else 'masked'} {count}"
        actor = f"staff:{who.account}" if who else OPERATOR
        store.write(lambda uow: office_timeline.add(uow, now, "exported", actor, about))
    return {"file": str(file), "year": year, "cases": count, "with_names": with_names, "volume": volume}


def make_form(settings: Settings, number: str, file: Path, now: datetime, *, force: bool, by: str = "") -> Record:
    """Write the registration form of a case."""
    check_place(file, force=force)
    return _document(_read(settings, number, by, now), registration_form, file, now, force=force)


def make_letter(settings: Settings, number: str, file: Path, now: datetime, *, force: bool, by: str = "") -> Record:
    """Write the reply letter of a closed case."""
    check_place(file, force=force)
    account = _read(settings, number, by, now, ready=_check_answered)
    return _document(account, reply_letter, file, now, force=force)


def make_proof(settings: Settings, number: str, file: Path, now: datetime, *, force: bool, by: str = "") -> Record:
    """Write how a case's complainant was told of everything."""
    check_place(file, force=force)

    def exported(uow: UnitOfWork, office: Office) -> tuple[Account, tuple[Proof, ...]] | None:
        found = _exported(uow, office, number, by, now)
        return (found[1], _proofs(uow, found[0])) if found else None

    with at_the_desk(settings) as (store, office):
        account, proofs = _there(store.write(partial(exported, office=office)))
    with written(file, force=force) as place:
        place.file.write(proof_document(account, proofs, now))
    return {"file": str(file), "number": account.number, "notices": len(proofs)}


def make_archive(settings: Settings, number: str, file: Path, now: datetime, *, force: bool, by: str = "") -> Record:
    """Write everything about a case into one zip; what is in it, as a record."""
    check_place(file, force=force)
    with at_the_desk(settings) as (store, office):
        detail, account = _there(store.write(partial(_exported, office=office, number=number, by=by, now=now)))
        lines, opened = store.read(partial(_said_and_sealed, detail=detail))
        chain = Chain(*store.read(partial(chains.kept, chain=detail.case.id)))
        proofs = store.read(partial(_proofs, detail=detail))

        def content_of(kept: StoredEvidence) -> bytes:
            return store.files.read(kept.path, opened[kept.key_id])

        with written(file, force=force) as place:
            archived = write_archive(place.file, account, lines, content_of, now, chain, proofs)
    return {
        "file": str(file),
        "number": account.number,
        "members": archived.members,
        "evidence": len(account.files),
        "missing": list(archived.missing),
        "altered": list(archived.altered),
        "manifest_sha256": archived.sum,
    }


def _document(account: Account, render: Render, file: Path, now: datetime, *, force: bool) -> Record:
    with written(file, force=force) as place:
        place.file.write(render(account, now))
    return {"file": str(file), "number": account.number}


def make_redacted(settings: Settings, number: str, account: str, file: Path | None, now: datetime) -> str:
    """What the respondent's side may read of a case: as text and, where a ``file`` is named, as a document."""
    if file is not None:
        check_place(file)
    with at_the_desk(settings) as (store, office):

        def work(uow: UnitOfWork) -> Redacted | None:
            detail = seen_by(uow, office, number, account, now, "redacted")
            return redacted_view(detail, rules_of(uow, office, detail.case)) if detail else None

        view = _there(store.write(work))
    if file is not None:
        with written(file, force=False) as place:
            place.file.write(redacted_document(view, now))
    return redacted_text(view)


def write_slip(settings: Settings, office: Office, case: StoredCase, code: str, file: Path, now: datetime) -> None:
    """Write what a complainant takes home: number, code and, as a QR code, where to look the number up."""
    slip = slip_of(case, code, office.policy, f"{settings.base_url}/status")
    with written(file, force=False) as place:
        place.file.write(registration_slip(slip, now))


def _check_answered(account: Account) -> None:
    if not account.answer:
        raise Refused(say("files", "not_closed", number=account.number, status=account.status))


def _read(settings: Settings, number: str, by: str, now: datetime, ready: Check | None = None) -> Account:
    """``ready`` raises Refused where the case is not that far; then nothing left the house, and nothing is written down."""

    def exported(uow: UnitOfWork, office: Office) -> Account | None:
        found = _exported(uow, office, number, by, now)
        if found is not None and ready is not None:
            ready(found[1])
        return found[1] if found else None

    with at_the_desk(settings) as (store, office):
        return _there(store.write(partial(exported, office=office)))


def _there(found: Found | None) -> Found:
    """Refused only here, outside the unit of work: that somebody tried to read what they must not know of is kept."""
    if found is None:
        raise Refused(say("case", "missing"))
    return found


def _exported(
    uow: UnitOfWork, office: Office, number: str, by: str, now: datetime
) -> tuple[CaseDetail, Account] | None:
    """The case, with all that was told; an erased one has nothing left to write down. That it leaves the house is kept."""
    detail = seen_by(uow, office, number, by, now, "exported")
    if detail is None:
        return None
    if not detail.contents:
        raise Refused(say("files", "erased", number=detail.case.number))
    rules, people = rules_of(uow, office, detail.case), staff.everybody(uow, gone=True)
    return detail, account_of(detail, rules, office.policy, people)


def _proofs(uow: UnitOfWork, detail: CaseDetail) -> tuple[Proof, ...]:
    kept, people = notifications.of_case(uow, detail.case.id), People.of(staff.everybody(uow, gone=True))
    return proofs_of(kept, people, detail.entries)


def _rules(store: Store, office: Office, policy_id: str, version: str) -> Policy:
    return store.read(lambda uow: rules(uow, office, policy_id, version))


def _said_and_sealed(uow: UnitOfWork, detail: CaseDetail) -> tuple[list[Line], dict[int, DataKey]]:
    """The conversation, and the keys of the evidence: files are read outside the transaction."""
    opened = {file.key_id: keys.open_key(uow, file.key_id) for file in detail.evidence}
    return queries.conversation(uow, detail.case), opened


def _lines_of(store: Store, year: int, viewer: int | None, *, since_ever: bool) -> Iterator[LedgerLine]:
    """What was registered in the year, or, for its volume, until its end."""
    first = FIRST_YEAR if since_ever else year
    since, until = datetime(first, 1, 1, tzinfo=ZONE), datetime(year + 1, 1, 1, tzinfo=ZONE)
    after = 0
    while page := store.read(partial(queries.ledger, since=since, until=until, after=after, limit=PAGE, viewer=viewer)):
        yield from page
        after = page[-1].id


def check_place(file: Path, *, force: bool = False) -> None:
    """Whether a file may be written there; asked before anything is done for it that cannot be taken back. Raises Refused."""
    if file.exists() and not force:
        raise Refused(say("files", "exists", file=file))
    if not file.parent.is_dir():
        raise Refused(say("files", "no_folder", folder=file.parent))


@contextmanager
def written(file: Path, *, force: bool) -> Iterator[Place]:
    """A place to write. What the disk cannot do is said in one line."""
    check_place(file, force=force)
    try:
        with written_whole(file) as place:
            yield place
    except OSError as error:
        reason = REASONS.get(error.errno or 0)
        words = say("files_disk", reason) if reason else error.strerror or type(error).__name__
        raise Refused(say("files", "disk", file=file, reason=words)) from error
