"""``audit verify``: walks all chains page by page and names every entry that is not what it was when it was added.

It works on values as the database keeps them: whoever changed them by hand need not have left what can be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from core.records import record
from core.store import chains
from core.store.audit_rows import PAGES, STRAYS, UNCHAINED
from core.store.statements import Row
from core.store.unit_of_work import UnitOfWork

What = Literal["changed", "reordered", "missing", "cut", "inserted", "note_changed", "note_missing", "end", "no_case"]
"""What is wrong: ``changed`` an entry's own words, time or place; ``reordered`` it stands where another one was; ``missing``
one is gone; ``cut`` all from there on are gone; ``inserted`` nobody added it; ``note_changed``, ``note_missing`` its note
was exchanged, or is gone though its case was not erased; ``end`` what the chain's end says; ``no_case`` its case is gone."""

PAGE = 500
MOST_FINDINGS = 1000
BEFORE_ALL = -(2**63)


@record(frozen=True, slots=True)
class Finding:
    """``chain`` is the case's id, 0 for the office; ``position`` the place, 0 where it has none; ``number`` the case's."""

    chain: int
    number: str
    position: int
    what: What


@record(frozen=True, slots=True)
class Place:
    """Where in a chain an audit stands: it followed it up to the entry ``id`` at ``position``, where its end is ``end``.

    ``length`` and ``kept`` are what the chain's row says of its end; ``seen`` is place and id of what was read last.
    """

    chain: int = BEFORE_ALL
    number: str = ""
    position: int = 0
    id: int = 0
    end: bytes = b""
    length: int = 0
    kept: bytes = b""
    seen: tuple[int, int] = (0, 0)


@record(frozen=True, slots=True)
class Audit:
    """How far it is and what it found: at most so many findings, and how many there are.

    ``unchained`` are entries from before timelines were chained: nothing can be said of them.
    """

    of: Literal["cases", "office", "strays", "all"] = "cases"
    at: Place = Place()
    chains: int = 0
    entries: int = 0
    unchained: int = 0
    found: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def finished(self) -> bool:
        return self.of == "all"


def verify(uow: UnitOfWork) -> Audit:
    """Check all of it in one unit; memory stays flat. What lasts longer is better asked page by page with ``go_on``."""
    audit = Audit()
    while not audit.finished:
        audit = go_on(uow, audit)
    return audit


def go_on(uow: UnitOfWork, audit: Audit) -> Audit:
    """Check the next page. Each may have a unit of its own: what is added meanwhile is found in order too."""
    if audit.of == "strays":
        return _with_strays(uow, audit)
    page = PAGES[audit.of, uow.connection.dialect.name]
    position, entry_id = audit.at.seen
    behind = {"chain": audit.at.chain, "position": position, "id": entry_id, "most": PAGE}
    rows = uow.run(page, behind).rows
    walk = _Walk(uow, audit.at)
    findings = [finding for row in rows for finding in walk.step(row)]
    if walk.stood_still:
        findings += walk.close()
        following: Any = {"cases": "office", "office": "strays"}[audit.of]
        audit = replace(audit, of=following, at=Place())
    else:
        audit = replace(audit, at=walk.at)
    counted = replace(audit, chains=audit.chains + walk.chains, entries=audit.entries + walk.entries)
    return _noted(counted, findings)


class _Walk:
    """One page of entries in the order of their chains."""

    def __init__(self, uow: UnitOfWork, at: Place) -> None:
        self._uow = uow
        self.at = at
        self.chains = 0
        self.entries = 0

    @property
    def stood_still(self) -> bool:
        """Whether there was nothing behind where it began."""
        return not self.chains and not self.entries

    def step(self, row: Row) -> Iterator[Finding]:
        """Each row is a chain and one entry of it; there is one without an entry where there are none further."""
        if row.chain != self.at.chain:
            yield from self.close()
            self.chains += 1
            self.at = Place(row.chain, row.number or "")
            if not row.is_known:
                yield self._finding(0, "no_case")
        # An entry that came meanwhile has moved the end: it is read along with it, so both fit.
        if (row.length, row.end) != (self.at.length, self.at.kept):
            self.at = replace(self.at, length=row.length, kept=row.end)
        if row.id is not None:
            self.entries += 1
            yield from self._entry(row)

    def close(self) -> Iterator[Finding]:
        """At the end of a chain: is it as long as it says, and is that its end?"""
        at = self.at
        if at.chain == BEFORE_ALL:
            return
        if at.position < at.length:
            yield self._finding(at.position + 1, "cut")
        elif at.end != at.kept:
            yield self._finding(at.position, "end")

    def _entry(self, row: Row) -> Iterator[Finding]:
        at = self.at
        if row.position > at.length or row.position == at.position:
            yield self._finding(row.position, "inserted")
            self.at = replace(at, seen=(row.position, row.id))
            return
        if row.position > at.position + 1:
            yield self._finding(at.position + 1, "missing")
        elif row.id < at.id:
            # Screens show entries in the order of their ids, so that must be the order of their places too.
            yield self._finding(row.position, "reordered")
        elif row.digest != _digest(self._uow, at.end, row):
            yield self._finding(row.position, "changed")
        if note := _wrong_note(row):
            yield self._finding(row.position, note)
        self.at = self._behind(row)

    def _behind(self, row: Row) -> Place:
        """The chain goes on from what is kept there, so that one broken place does not hide the next."""
        kept = row.digest if isinstance(row.digest, bytes) else b""
        end = chains.end_of(self._uow, row.chain, row.position, kept)
        at = self.at
        return Place(at.chain, at.number, row.position, row.id, end, at.length, at.kept, (row.position, row.id))

    def _finding(self, position: int, what: What) -> Finding:
        return Finding(self.at.chain, self.at.number, position, what)


def _digest(uow: UnitOfWork, before: bytes, row: Row) -> bytes | None:
    """What the digest of this entry must be; None where no entry of ours has such values."""
    try:
        said = (_moment(row.at), _text(row.kind), _text(row.actor), _truth(row.public), row.note_digest)
        return chains.entry_digest(uow, before, row.chain, row.position, *said)
    except (ValueError, TypeError, AttributeError):
        return None


def _moment(value: Any) -> datetime:
    """As the driver gives it: SQLite has bytes of a text without a zone."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(_text(value)).replace(tzinfo=UTC)


def _text(value: Any) -> str:
    text: str = value if isinstance(value, str) else value.decode()
    return text


def _truth(value: Any) -> bool:
    if value not in (0, 1):
        raise ValueError("neither true nor false")
    return bool(value)


def _wrong_note(row: Row) -> What | None:
    if row.note_sealed is None:
        return "note_missing" if row.note_digest is not None and not row.is_erased else None
    kept = row.note_sealed
    fits = isinstance(kept, bytes) and chains.digest_of_note(kept) == row.note_digest
    return None if fits else "note_changed"


def _with_strays(uow: UnitOfWork, audit: Audit) -> Audit:
    """What is in no chain, and cases whose whole chain is gone."""
    findings = [
        Finding(row.chain, row.number or "", 0, what)
        for what, statement in STRAYS
        for row in uow.run(statement, {"most": MOST_FINDINGS}).rows
    ]
    unchained = uow.run(UNCHAINED, {}).scalar_one()
    return _noted(replace(audit, of="all", unchained=unchained), findings)


def _noted(audit: Audit, findings: list[Finding]) -> Audit:
    kept = (*audit.findings, *findings)[:MOST_FINDINGS]
    return replace(audit, findings=kept, found=audit.found + len(findings))
