"""An institution with an address, whose cases have files: fetched, still to be fetched, and never to be had."""

from __future__ import annotations

import re
from datetime import datetime

from core.cases import recusal
from core.desk import viewing
from core.desk.viewing import Listing, NotThere, Sealed
from core.messages import Address, Attachment, AttachmentKind
from core.store import evidence, staff
from core.store.evidence import ClaimedEvidence
from core.store.timeline import Entry
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.cases.desk import Desk
from tests.core.desk.chats import CHAT, Office

PAGE = "https://complaints.example/evidence"
PHOTO = b"\xff\xd8\xff\xe0 canary-content"
PAPER = b"%PDF-1.7 canary-content"
CANARIES = ("金丝雀", "canary", "media-", "evil.html", "text/html")
"""What the sender called it, where the platform keeps it, what they say it is, and what is in it."""

LINK = re.compile(rf"{PAGE}/(\S+)")


def sends(desk: Desk, number: str, content: bytes = b"", kind: AttachmentKind = "photo", refused: str = "") -> int:
    """The complainant sends a file; it is fetched where there is content, ``refused`` for good, or waits. Its number in the case."""
    case = desk.case(number)
    claimed = Attachment(kind, f"media-{number}-{content!r}", "金丝雀-canary evil.html", "text/html", 77)
    new = desk.store.write(
        lambda uow: evidence.add(uow, desk.person, case.draft, case.id, case.key_id, claimed, desk.now)
    )
    if content or refused:
        desk.store.write(lambda uow: _settle(uow, _leased(uow, desk.now, new), content, refused))
    return desk.store.read(lambda uow: evidence.list_for_case(uow, case.id))[-1].position


def _leased(uow: UnitOfWork, now: datetime, wanted: int) -> ClaimedEvidence:
    return next(each for each in evidence.claim(uow, now, 100, 0) if each.id == wanted)


def _settle(uow: UnitOfWork, claimed: ClaimedEvidence, content: bytes, refused: str) -> None:
    if refused:
        evidence.settle_failed(uow, claimed.id, refused)
        return
    kept = uow.files.write(content, claimed.key)
    evidence.settle_stored(uow, claimed.id, kept.mime, kept.size, kept.sha256, kept.path)


class Exhibits(Office):
    """One case with a photo; whoever says “证据” in a chat is given a link."""

    def __init__(self, store: Store, now: datetime, pack: str = "service-center") -> None:
        super().__init__(store, now, pack)
        self.office.evidence_page = PAGE
        self.bind()
        self.number = self.open()[0].number
        self.photo = sends(self, self.number, PHOTO)

    def token(self, chat: Address = CHAT) -> str:
        found = LINK.search(self.say(f"证据 {self.number}", chat))
        assert found
        return found[1]

    def listing(self, token: str) -> Listing | None:
        return self.store.write(lambda uow: viewing.listing(uow, self.office, token, self.now))

    def file(self, token: str, position: int | None = None) -> Sealed | NotThere | None:
        wanted = self.photo if position is None else position
        return self.store.write(lambda uow: viewing.file(uow, self.office, token, wanted, self.now))

    def recuse(self, account: str) -> None:
        case_id, member = self.case(self.number).id, self.store.read(lambda uow: staff.by_account(uow, account))
        assert member is not None
        self.store.write(lambda uow: recusal.keep_out(uow, case_id, member.id, "ordered", self.now))

    def opened(self) -> list[tuple[str, str]]:
        """Who opened what by a link, by the timeline."""
        return [(line.actor, line.note) for line in self.entries(self.number) if line.kind == viewing.OPENED]

    def refusals(self) -> list[Entry]:
        return [line for line in self.entries(self.number) if line.kind == "refused"]
