"""The files that ``tousu ledger``, ``form``, ``letter`` and ``archive`` write. Reads beside a running service."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.case_commands import pack_of
from app.resources import open_store
from app.texts_cli import say
from core.cases import access
from core.cases.clocks import ZONE
from core.errors import Refused
from core.files.account import Account, account_of
from core.files.archive import write_archive
from core.files.form import registration_form
from core.files.ledger import Ledger, write_ledger
from core.files.letter import reply_letter
from core.files.whole import Place, written_whole
from core.policies.load import load
from core.store import keys, queries

if TYPE_CHECKING:
    from app.settings import Settings
    from core.messages import Line
    from core.policies.policy import Policy
    from core.store.evidence import StoredEvidence
    from core.store.keyring import DataKey
    from core.store.queries import CaseDetail, LedgerLine
    from core.store.unit_of_work import Store, UnitOfWork

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
Render = Callable[[Account, datetime], bytes]


def make_ledger(settings: Settings, year: int, file: Path, now: datetime, *, with_names: bool, force: bool) -> Record:
    """Write the ledger of a year by the institution's calendar; what is in it, as a record."""
    in_use = load(settings.policy)
    ledger = Ledger(in_use.institution.name.zh, year, now, with_names)
    with _store(settings) as store, _written(file, force=force) as place:
        own_pack = cache(partial(pack_of, in_use=in_use))
        count = write_ledger(place, ledger, _lines_of(store, year), own_pack)
    return {"file": str(file), "year": year, "cases": count, "with_names": with_names}


def make_form(settings: Settings, number: str, file: Path, now: datetime, *, force: bool) -> Record:
    """Write the registration form of a case."""
    return _document(_read(settings, number), registration_form, file, now, force=force)


def make_letter(settings: Settings, number: str, file: Path, now: datetime, *, force: bool) -> Record:
    """Write the reply letter of a closed case."""
    account = _read(settings, number)
    if account.closed_at is None:
        raise Refused(say("files", "not_closed", number=account.number, status=account.status))
    return _document(account, reply_letter, file, now, force=force)


def make_archive(settings: Settings, number: str, file: Path, now: datetime, *, force: bool) -> Record:
    """Write everything about a case into one zip; what is in it, as a record."""
    in_use = load(settings.policy)
    with _store(settings) as store:
        detail = _found(store, in_use, number)
        account = _account(detail, in_use)
        lines, opened = store.read(partial(_said_and_sealed, detail=detail))

        def content_of(kept: StoredEvidence) -> bytes:
            return store.files.read(kept.path, opened[kept.key_id])

        with _written(file, force=force) as place:
            archived = write_archive(place.file, account, lines, content_of, now)
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
    with _written(file, force=force) as place:
        place.file.write(render(account, now))
    return {"file": str(file), "number": account.number}


def _read(settings: Settings, number: str) -> Account:
    in_use = load(settings.policy)
    with _store(settings) as store:
        return _account(_found(store, in_use, number), in_use)


def _found(store: Store, in_use: Policy, number: str) -> CaseDetail:
    """The case, with all that was told; an erased one has nothing left to write down."""
    detail = store.read(partial(access.for_staff, policy=in_use, typed=number))
    if detail is None:
        raise Refused(say("case", "missing"))
    if not detail.contents:
        raise Refused(say("files", "erased", number=detail.case.number))
    return detail


def _account(detail: CaseDetail, in_use: Policy) -> Account:
    return account_of(detail, pack_of(detail.case.policy_id, in_use), in_use)


def _said_and_sealed(uow: UnitOfWork, detail: CaseDetail) -> tuple[list[Line], dict[int, DataKey]]:
    """The conversation, and the keys of the evidence: files are read outside the transaction."""
    opened = {file.key_id: keys.open_key(uow, file.key_id) for file in detail.evidence}
    return queries.conversation(uow, detail.case), opened


def _lines_of(store: Store, year: int) -> Iterator[LedgerLine]:
    since, until = datetime(year, 1, 1, tzinfo=ZONE), datetime(year + 1, 1, 1, tzinfo=ZONE)
    after = 0
    while page := store.read(partial(queries.ledger, since=since, until=until, after=after, limit=PAGE)):
        yield from page
        after = page[-1].id


@contextmanager
def _store(settings: Settings) -> Iterator[Store]:
    store = open_store(settings, read_only=True)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _written(file: Path, *, force: bool) -> Iterator[Place]:
    """A place to write. What the disk cannot do is said in one line."""
    if file.exists() and not force:
        raise Refused(say("files", "exists", file=file))
    if not file.parent.is_dir():
        raise Refused(say("files", "no_folder", folder=file.parent))
    try:
        with written_whole(file) as place:
            yield place
    except OSError as error:
        reason = REASONS.get(error.errno or 0)
        words = say("files_disk", reason) if reason else error.strerror or type(error).__name__
        raise Refused(say("files", "disk", file=file, reason=words)) from error
