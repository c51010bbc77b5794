"""送达记录: of each notice of a case what it said, how it was tried, and when its complainant came to know of it. Pure.

The words of a notice are kept byte for byte, so that anybody can count their digest again without us.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from core.cases import about_notice
from core.files.account import Account, Told
from core.files.legible import indented, legible, on_one_line
from core.files.paper import SMALL, Paper
from core.files.people import People
from core.files.words import moment, word_for, words
from core.records import record
from core.store.notifications import Notification, Try
from core.store.timeline import Entry

FOLDER = "notices"


@record(frozen=True, slots=True)
class Proof:
    """One notice. ``content`` are its words as they were sent, empty once the case is erased; ``rows`` is what became of it."""

    place: str
    title: str
    content: bytes
    digest: bytes
    rows: tuple[Told, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the words are those whose digest was written down when they were made."""
        return hashlib.sha256(self.content).digest() == self.digest


def proofs_of(notices: Iterable[Notification], people: People, entries: Sequence[Entry] = ()) -> tuple[Proof, ...]:
    """The record of each notice, oldest first. ``entries`` of the case's timeline say how staff told it, and what was opened."""
    return tuple(_proof(nth, each, people, entries) for nth, each in enumerate(notices, start=1))


def proof_text(number: str, proofs: Sequence[Proof]) -> str:
    title = words("proof", "title", number=number)
    return f"{title}\n\n{''.join(map(_in_text, proofs)) or words('proof', 'none')}\n"


def proof_document(account: Account, proofs: Sequence[Proof], now: datetime) -> bytes:
    """The document, as its file's content, with a line for who vouches for it."""
    title, institution = words("proof", "title", number=account.number), account.institution.name.zh
    paper = Paper(title, institution, now, SMALL)
    paper.heading(f"{institution}\n{title}")
    if not proofs:
        paper.paragraph(words("proof", "none"))
    for proof in proofs:
        paper.paragraph(proof.title)
        paper.table([(words("proof", "words"), _words(proof)), *((row.label, row.words) for row in proof.rows)])
        paper.paragraph("")
    paper.paragraph(words("proof", "made", at=moment(now)))
    paper.table([(words("form", "signed"), "", words("form", "signed_on"), "")])
    return paper.content()


def _proof(nth: int, notice: Notification, people: People, entries: Sequence[Entry]) -> Proof:
    content = notice.words.encode("utf-8", "surrogatepass")
    gist = notice.facts.phrase if notice.facts else notice.notice
    title = words("proof", "notice", id=notice.id, gist=on_one_line(gist), at=moment(notice.made_at))
    place = f"{FOLDER}/{nth:03d}.txt" if content else ""
    found = Proof(place, title, content, notice.digest, ())
    return Proof(place, title, content, notice.digest, tuple(_rows(found, notice, people, entries)))


def _rows(proof: Proof, notice: Notification, people: People, entries: Sequence[Entry]) -> Iterator[Told]:
    yield _told("digest", notice.digest.hex())
    if proof.content:
        yield _told("checked", words("proof", "whole" if proof.is_whole else "altered"))
    if notice.legal_by is not None:
        yield _told("legal_by", moment(notice.legal_by))
    yield _told("tries", "\n".join(map(_try, notice.tries)) or words("proof", _why_untried(notice)))
    opened = about_notice.opened_at(entries, notice.id)
    when = {"link_opened_at": opened, **{key: getattr(notice, key) for key in ("delivered_at", "read_at", "asked_at")}}
    yield from (_told(key, moment(at)) for key, at in when.items() if at is not None)
    if notice.told_at is not None:
        how = on_one_line(about_notice.told_words(entries, notice.id))
        yield _told("told_at", _told_by(notice.told_at, people.actor(f"staff:{notice.told_by}"), how))
    known = notice.known_at
    yield _told("known_at", moment(known) if known else words("proof", "not_known"))


def _told_by(at: datetime, who: str, how: str) -> str:
    return words("proof", "told_by_saying" if how else "told_by", at=moment(at), who=who, words=how)


def _why_untried(notice: Notification) -> str:
    return "no_chat" if notice.outbox_id is None else "not_tried"


def _try(one: Try) -> str:
    key = "refused" if one.code else "taken"
    said = words("proof", key, code=on_one_line(one.code), answer=on_one_line(one.answer)).rstrip()
    return words("proof", "try", at=moment(one.at), rung=word_for("rung", one.rung), said=said)


def _told(key: str, said: str) -> Told:
    return Told(words("proof", key), said)


def _words(proof: Proof) -> str:
    return legible(proof.content.decode("utf-8", "replace")) or words("case", "erased")


def _in_text(proof: Proof) -> str:
    place = words("proof", "place", place=proof.place) if proof.place else ""
    rows = "".join(f"  {row.label}\n{indented(row.words)}" for row in proof.rows)
    return f"{proof.title}\n  {words('proof', 'words')}{place}\n{indented(_words(proof))}{rows}\n"
