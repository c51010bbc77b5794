"""What happens to a conversation (events, past tense) and what it wants done (effects, imperative). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from core.dialog.session import Draft
from core.messages import AttachmentKind, Choice
from core.understand.reading import Reading

CaseAction = Literal["withdraw", "supplement", "urge", "reopen", "rate"]


@dataclass(frozen=True, slots=True)
class Said:
    """The person wrote something; it has been read."""

    reading: Reading


@dataclass(frozen=True, slots=True)
class Chose:
    """The person pressed a button, or a menu entry (a key without an issue number)."""

    key: str


@dataclass(frozen=True, slots=True)
class NewFile:
    kind: AttachmentKind
    name: str = ""
    recognised: str = ""


@dataclass(frozen=True, slots=True)
class SentFiles:
    """The person sent files, with a caption or without."""

    files: tuple[NewFile, ...]
    caption: Reading = field(default_factory=Reading)


@dataclass(frozen=True, slots=True)
class SentPlace:
    """The person shared a position; its description has been read."""

    reading: Reading


@dataclass(frozen=True, slots=True)
class Followed:
    """The person subscribed to the account."""


@dataclass(frozen=True, slots=True)
class SentUnsupported:
    """The person sent something the platform does not hand over."""


@dataclass(frozen=True, slots=True)
class Woke:
    """Time has come to look at a sleeping draft."""


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One step of a case that its complainant may see: a texts key, and the words that go with it."""

    on: date
    kind: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as its complainant sees it."""

    number: str
    status: str
    category: str
    registered_on: date
    promised_on: date
    provisional: bool
    timeline: tuple[TimelineLine, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.status not in ("closed", "withdrawn")


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """Answer to OpenCase. ``code`` is shown this once and stored nowhere."""

    case: CaseView
    code: str


@dataclass(frozen=True, slots=True)
class OwnCasesFound:
    """Answer to FindOwnCases, newest first."""

    purpose: str
    cases: tuple[CaseView, ...]


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Answer to LookUp: None for wrong, unknown and locked alike."""

    number: str
    case: CaseView | None
    code_given: bool


@dataclass(frozen=True, slots=True)
class LikenessChecked:
    """Answer to FindAlike: the number of an open case of this person about the same matter, or None."""

    number: str | None


@dataclass(frozen=True, slots=True)
class Acted:
    """Answer to Act. ``refusal`` is a texts key, empty when it was done."""

    action: CaseAction
    number: str
    refusal: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


Event = (
    Said
    | Chose
    | SentFiles
    | SentPlace
    | Followed
    | SentUnsupported
    | Woke
    | CaseOpened
    | OwnCasesFound
    | LookedUp
    | LikenessChecked
    | Acted
)


@dataclass(frozen=True, slots=True)
class Say:
    """One bubble. ``after`` > 0 waits for that many quiet seconds; a newer one of the same ``slot`` takes its place."""

    text: str
    choices: tuple[Choice, ...] = ()
    copyable: str = ""
    after: float = 0
    slot: str = ""


@dataclass(frozen=True, slots=True)
class AddEvidence:
    """Keep file number ``index`` of this message, as number ``position`` of a draft, or with a case of one's own."""

    index: int
    position: int = 0
    draft: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """File this draft. The answer is CaseOpened. ``human`` asks that a person takes it up directly."""

    draft: Draft
    consent: str
    human: bool = False


@dataclass(frozen=True, slots=True)
class FindOwnCases:
    purpose: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """Find a case by number, for its own complainant or with a code. The answer is LookedUp."""

    number: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class FindAlike:
    """Is there an open case of this person that reads like these facts? The answer is LikenessChecked."""

    facts: str


@dataclass(frozen=True, slots=True)
class Act:
    """Do something to one's own case. The answer is Acted."""

    action: CaseAction
    number: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class AlertStaff:
    """Tell staff at once, without personal detail. ``kind`` is danger or human; ``about`` which danger."""

    kind: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Reread:
    """Read these words as if they were said now. The answer is Said."""

    words: str


@dataclass(frozen=True, slots=True)
class DropDraft:
    """Destroy a draft's key and files."""

    draft: str


@dataclass(frozen=True, slots=True)
class ForgetPerson:
    """Erase this person's conversation."""


@dataclass(frozen=True, slots=True)
class Wake:
    """Look at this conversation again then; the last one given counts."""

    at: datetime | None


Effect = (
    Say
    | AddEvidence
    | OpenCase
    | FindOwnCases
    | LookUp
    | FindAlike
    | Act
    | AlertStaff
    | Reread
    | DropDraft
    | ForgetPerson
    | Wake
)
