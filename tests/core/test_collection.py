"""Files are fetched on arrival, judged by what they are, and whatever cannot be had is said once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from core.cases.calendar import calendar
from core.cases.office import Office
from core.cases.registration import Registration, open_case
from core.collection import LEASE_SECONDS, MOST_TRIES, RETRY_SECONDS, collect_due
from core.errors import FetchError, FetchRefused
from core.ladder import Limits
from core.messages import Address, Attachment, FetchedFile, OutboundMessage
from core.policies.load import load
from core.store import claims, evidence, keys, sessions, settlements, timeline
from core.store.cases import StoredCase
from core.store.evidence import StoredEvidence
from core.store.settlements import Sent
from core.store.unit_of_work import Store, UnitOfWork
from core.texts import load_texts

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)
DRAFT = "0123456789abcdef"


@dataclass
class Platform:
    """Holds files, or errors in their place; and lets go of what it need not hold any longer."""

    files: dict[str, list[bytes | Exception]]
    name: str = "chat"
    limits: Limits = field(default_factory=Limits)
    let_go_of: list[str] = field(default_factory=list)

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        return ""

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        answers = self.files[attachment.reference]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return FetchedFile(answer, attachment.name)

    async def let_go(self, attachment: Attachment) -> None:
        self.let_go_of.append(attachment.reference)

    async def let_go_before(self, moment: datetime) -> None:
        raise AssertionError("not the collector's to say")


@dataclass
class Desk:
    """A draft with files, and who fetches them; the clock is moved by hand."""

    store: Store
    now: datetime
    office: Office
    platform: Platform
    key_id: int = 0

    def send(self, *references: str) -> None:
        self.store.write(lambda uow: self._send(uow, references))

    def _send(self, uow: UnitOfWork, references: tuple[str, ...]) -> None:
        person = sessions.load(uow, Address("chat", "anna"), self.now)
        self.key_id = self.key_id or keys.new_key(uow)
        for reference in references:
            evidence.add(uow, person.id, DRAFT, None, self.key_id, Attachment("photo", reference), self.now)

    def file(self) -> StoredCase:
        def work(uow: UnitOfWork) -> StoredCase:
            person = sessions.load(uow, Address("chat", "anna"), self.now)
            told = Registration(DRAFT, person.id, "chat", self.key_id, "other", {"facts": "..."})
            return open_case(uow, self.office, told, self.now)[0]

        return self.store.write(work)

    async def collect(self, after: float = 0) -> None:
        self.now += timedelta(seconds=after)
        await collect_due(self.store, {"chat": self.platform}, self.office, lambda: self.now)

    @property
    def files(self) -> list[StoredEvidence]:
        return self.store.read(lambda uow: evidence.list_for_draft(uow, DRAFT))

    def told(self) -> list[str]:
        """What lies in the outbox now, taken out."""
        taken = []
        while claimed := self.store.write(lambda uow: claims.claim(uow, self.now, 10, 60)):
            for each in claimed:
                taken.append(each.message.text)
                self.store.write(lambda uow, each=each: settlements.settle_all_sent(uow, [Sent(each, "", self.now)]))  # type: ignore[misc]
        return taken


@pytest.fixture
def desk(store: Store, now: datetime) -> Desk:
    return Desk(store, now, Office(load("service-hall"), calendar(), load_texts()), Platform({}))


async def test_a_file_is_stored_sealed_and_its_platform_lets_go_of_it(desk: Desk) -> None:
    desk.platform.files = {"ref": [PICTURE]}
    desk.send("ref")
    await desk.collect()
    [file] = desk.files
    assert (file.state, file.mime, file.size) == ("stored", "image/png", len(PICTURE))
    assert PICTURE not in (desk.store.files._root / file.path).read_bytes()
    assert desk.platform.let_go_of == ["ref"]
    assert desk.told() == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (FetchRefused(reason="too_large"), "too_large"),
        (FetchRefused(reason="gone"), "gone"),
        (b"", "empty"),
        (b"MZ\x90\x00 a program", "wrong_kind"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64 * 1024 * 1024), "too_large"),
    ],
)
async def test_what_cannot_be_had_is_said_once(desk: Desk, answer: bytes | Exception, reason: str) -> None:
    desk.platform.files = {"ref": [answer]}
    desk.send("ref")
    await desk.collect()
    assert [(file.state, file.reason) for file in desk.files] == [("failed", reason)]
    assert len(desk.told()) == 1
    await desk.collect(LEASE_SECONDS + 1)
    assert desk.told() == []
    assert desk.platform.let_go_of == ["ref"]
    assert list(desk.store.files._root.rglob("*.bin")) == []


async def test_staff_see_on_the_timeline_that_a_file_of_a_case_could_not_be_had(desk: Desk) -> None:
    desk.platform.files = {"ref": [FetchRefused()]}
    desk.send("ref")
    case = desk.file()
    await desk.collect()
    await desk.collect()
    kinds = [entry.kind for entry in desk.store.read(lambda uow: timeline.of_case(uow, case))]
    assert kinds == ["registered", "evidence_failed"]
    assert len(desk.told()) == 1


async def test_a_passing_fault_is_tried_again(desk: Desk) -> None:
    desk.platform.files = {"ref": [FetchError(), FetchError(), PICTURE]}
    desk.send("ref")
    await desk.collect()
    await desk.collect(RETRY_SECONDS[0])
    await desk.collect(RETRY_SECONDS[1] - 0.5)
    assert desk.files[0].state == "waiting"
    await desk.collect(0.5)
    assert desk.files[0].state == "stored"
    assert desk.told() == []


async def test_after_the_last_try_the_sender_is_told(desk: Desk) -> None:
    desk.platform.files = {"ref": [FetchError()]}
    desk.send("ref")
    for _ in range(MOST_TRIES - 1):
        await desk.collect(max(RETRY_SECONDS))
        assert desk.files[0].state == "waiting"
    await desk.collect(max(RETRY_SECONDS))
    assert (desk.files[0].state, desk.files[0].reason) == ("failed", "gone")
    assert len(desk.told()) == 1


async def test_a_file_that_was_taken_out_while_it_was_fetched_leaves_nothing(desk: Desk) -> None:
    desk.send("ref")

    class Slow(Platform):
        async def fetch(self, attachment: Attachment) -> FetchedFile:
            desk.store.write(lambda uow: evidence.remove(uow, desk.files[0].id))
            return FetchedFile(PICTURE)

    desk.platform = Slow({})
    await desk.collect()
    assert desk.files == []
    assert list(desk.store.files._root.rglob("*.bin")) == []


async def test_one_file_that_breaks_the_code_does_not_stop_the_others(desk: Desk) -> None:
    desk.platform.files = {"bad": [RuntimeError("a slip")], "good": [PICTURE]}
    desk.send("bad", "good")
    with pytest.raises(RuntimeError):
        await desk.collect()
    assert [file.state for file in desk.files] == ["leased", "stored"]
