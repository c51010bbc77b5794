"""The archive of a case: one zip that holds all of it, and the sums by which anybody can check it without us."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from core.cases.clocks import ZONE
from core.errors import StoreError
from core.files import chronicle
from core.files.account import Account, result_of
from core.files.endings import ENDINGS
from core.files.form import registration_form
from core.files.legible import file_name, legible, on_one_line
from core.files.letter import reply_letter
from core.files.proof import Proof, proof_document, proof_text
from core.files.words import moment, word_for, words
from core.messages import Line
from core.records import record
from core.store.evidence import StoredEvidence

MANIFEST = "SHA256SUMS"
VERIFY = "VERIFY.txt"
OWNER_ONLY = 0o600 << 16


@record(frozen=True, slots=True)
class Chain:
    """How many entries the case's timeline has, and the digest of their end."""

    length: int
    digest: bytes


@record(frozen=True, slots=True)
class Archived:
    """What is in an archive. ``sum`` is the SHA-256 of its manifest; ``missing`` and ``altered`` are numbers of evidence."""

    members: int
    sum: str
    missing: tuple[int, ...]
    altered: tuple[int, ...]


@record(frozen=True, slots=True)
class _Kept:
    """A piece of evidence after it was taken in; ``member`` is "" where its content could not be had."""

    file: StoredEvidence
    member: str = ""
    size: int = 0
    sum: bytes = b""

    @property
    def altered(self) -> bool:
        return bool(self.member) and self.sum != self.file.sha256

    @property
    def missing(self) -> bool:
        return self.file.state == "stored" and not self.member


def write_archive(
    target: IO[bytes],
    account: Account,
    lines: Sequence[Line],
    content_of: Callable[[StoredEvidence], bytes],
    now: datetime,
    chain: Chain | None = None,
    proofs: Sequence[Proof] = (),
) -> Archived:
    """Write it, one file in memory at a time. ``content_of`` raises StoreError where a file is gone. Raises OSError.

    ``chain`` is None for a case from before timelines were chained; ``proofs`` are of its notices.
    """
    with ZipFile(target, "w") as packing:
        volume = _Volume(packing, file_name(account.number), now)
        for name, title, content in _documents(account, lines, proofs, now):
            volume.add(name, content, title)
        for proof in proofs:
            if proof.place:
                volume.add(proof.place, proof.content)
        kept = [_keep(volume, file, content_of) for file in account.files]
        volume.add("00-index.txt", _text("\n".join(_index(account, chain, volume, kept, now)) + "\n"))
        volume.add(VERIFY, _text(words("verify", "text", folder=volume.folder).lstrip()))
        manifest = volume.seal()
    return Archived(
        members=len(volume.sums) + 1,
        sum=manifest,
        missing=tuple(one.file.position for one in kept if one.missing),
        altered=tuple(one.file.position for one in kept if one.altered),
    )


class _Volume:
    """The zip that is being written: everything lies in one folder, named by us."""

    def __init__(self, packing: ZipFile, folder: str, now: datetime) -> None:
        self.folder = folder
        self.titles: list[tuple[str, str, int]] = []
        self.sums: dict[str, bytes] = {}
        self._packing = packing
        self._dated = now.astimezone(ZONE).timetuple()[:6]

    def add(self, name: str, content: bytes, title: str = "", *, packed: bool = True) -> None:
        self._write(name, content, packed=packed)
        self.sums[name] = hashlib.sha256(content).digest()
        if title:
            self.titles.append((name, title, len(content)))

    def seal(self) -> str:
        """Write the sums of all that was added; return the sum of that."""
        lines = "".join(f"{sum_.hex()}  {name}\n" for name, sum_ in sorted(self.sums.items()))
        self._write(MANIFEST, lines.encode(), packed=True)
        return hashlib.sha256(lines.encode()).hexdigest()

    def _write(self, name: str, content: bytes, *, packed: bool) -> None:
        member = ZipInfo(f"{self.folder}/{name}", self._dated)
        member.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        member.external_attr = OWNER_ONLY
        self._packing.writestr(member, content)


def _documents(
    account: Account, lines: Sequence[Line], proofs: Sequence[Proof], now: datetime
) -> Iterator[tuple[str, str, bytes]]:
    """Name, title and content of what is written about the case."""
    yield "01-form.docx", words("archive", "form"), registration_form(account, now)
    yield "02-chronology.txt", words("archive", "chronology"), _text(chronicle.chronology(account))
    yield "03-conversation.txt", words("archive", "conversation"), _text(chronicle.conversation(account.number, lines))
    yield "04-decisions.txt", words("archive", "decisions"), _text(chronicle.decisions(account))
    if account.answer:
        yield "05-letter.docx", words("archive", "letter"), reply_letter(account, now)
    yield "06-work.txt", words("archive", "work"), _text(chronicle.work(account, now))
    yield "07-notices.txt", words("archive", "proof"), _text(proof_text(account.number, proofs))
    yield "08-notices.docx", words("archive", "proof_document"), proof_document(account, proofs, now)


def _text(text: str) -> bytes:
    return legible(text).encode()


def _keep(volume: _Volume, file: StoredEvidence, content_of: Callable[[StoredEvidence], bytes]) -> _Kept:
    """Take a file in as it is now. One that is not what came in stays, with a word about it in the index."""
    if file.state != "stored":
        return _Kept(file)
    try:
        content = content_of(file)
    except StoreError:
        return _Kept(file)
    name = f"evidence/{file.position:03d}.{ENDINGS.get(file.mime, 'bin')}"
    # What people send is packed already: photos, sound, video.
    volume.add(name, content, packed=False)
    return _Kept(file, name, len(content), volume.sums[name])


def _index(
    account: Account, chain: Chain | None, volume: _Volume, kept: Sequence[_Kept], now: datetime
) -> Iterator[str]:
    yield from _head(account, now)
    if chain is not None:
        yield words("index", "chain", length=chain.length, digest=chain.digest.hex())
    yield ""
    yield words("index", "members")
    for name, title, size in volume.titles:
        yield words("index", "member", name=name, title=title, size=size)
    yield f"{VERIFY}, {MANIFEST}  {words('archive', 'verify')}"
    yield ""
    yield words("index", "evidence")
    if not kept:
        yield words("index", "no_evidence")
    for one in kept:
        yield from _of_file(one)


def _head(account: Account, now: datetime) -> Iterator[str]:
    yield words("index", "title", institution=account.institution.name.zh)
    yield ""
    yield words("index", "number", number=account.number)
    yield words("index", "registered", at=moment(account.registered_at), channel=account.channel)
    yield words("index", "matter", category=account.category, unit=account.unit, level=account.level)
    if account.handler:
        yield words("index", "handled", handler=on_one_line(account.handler))
    if account.outcome:
        yield words("index", "outcome", outcome=result_of(account))
    yield words("index", "status", status=account.status, promised=account.promised)
    if account.closed_at is not None:
        yield words("index", "closed", at=moment(account.closed_at))
    if account.volume is not None:
        yield words("index", "volume", year=account.volume)
    yield words("index", "policy", policy=account.policy)
    yield words("index", "made", at=moment(now))


def _of_file(kept: _Kept) -> Iterator[str]:
    file = kept.file
    kind, name = word_for("kind", file.kind), on_one_line(file.attachment.name)
    yield words("index", "file", position=file.position, kind=kind, name=name)
    facts = [words("index", "received", at=moment(file.made_at))]
    if kept.member:
        facts.append(words("index", "kept", member=kept.member, mime=file.mime, size=kept.size))
        facts.append(words("index", "sum", sum=kept.sum.hex()))
        came = file.sha256.hex() if file.sha256 else ""
        facts.append(words("index", "altered", sum=came) if kept.altered else words("index", "whole"))
    else:
        facts.append(words("index", _why_not(file)))
    yield from (f"   {fact}" for fact in facts)


def _why_not(file: StoredEvidence) -> str:
    return {"stored": "missing", "failed": "failed"}.get(file.state, "waiting")
