"""What happens to a conversation, in the past tense. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Literal

from core.cases.vocabulary import OPEN
from core.dialog.session import Session
from core.messages import AttachmentKind
from core.records import record
from core.understand.reading import Reading

CaseAction = Literal["withdraw", "supplement", "urge", "reopen", "rate", "ask_review"]
Wish = Literal[CaseAction, "unhappy"]
"""What a person may want after filing; ``unhappy`` leads to one of the ways on."""


@record(frozen=True, slots=True)
class Said:
    """The person wrote something; it has been read."""

    reading: Reading


@record(frozen=True, slots=True)
class Chose:
    """The person pressed a button, or a menu entry (a key without an issue number)."""

    key: str


@record(frozen=True, slots=True)
class NewFile:
    """``identity`` is equal for the same file sent again, empty where the platform cannot tell."""

    kind: AttachmentKind
    name: str = ""
    recognised: str = ""
    identity: str = ""


@record(frozen=True, slots=True)
class SentFiles:
    """The person sent files, with a caption or without."""

    files: tuple[NewFile, ...]
    caption: Reading = field(default_factory=Reading)


@record(frozen=True, slots=True)
class SentPlace:
    """The person shared a position; its description has been read."""

    reading: Reading


@record(frozen=True, slots=True)
class SharedPhone:
    """The person sent their own number, which the platform vouches for."""

    reading: Reading


@record(frozen=True, slots=True)
class SentCard:
    """The person sent somebody else's contact card: a name and a number."""

    reading: Reading


@record(frozen=True, slots=True)
class Edited:
    """The person changed the words of an earlier message: ``told`` are the old ones, None where they are not known.

    ``draft`` is the complaint they were about.
    """

    told: Reading | None
    reading: Reading
    draft: str = ""


@record(frozen=True, slots=True)
class Followed:
    """The person subscribed to the account."""


@record(frozen=True, slots=True)
class CameBy:
    """The person came by a link that a draft of another channel goes with."""

    word: str


@record(frozen=True, slots=True)
class SentUnsupported:
    """The person sent something the platform does not hand over."""


@record(frozen=True, slots=True)
class Woke:
    """Time has come to look at a sleeping draft."""


@record(frozen=True, slots=True)
class TimelineLine:
    """One step of a case that its complainant may see: a texts key, and the words that go with it."""

    on: date
    kind: str
    note: str = ""


@record(frozen=True, slots=True)
class CaseView:
    """A case as its complainant sees it.

    ``paused`` is why its clocks stand still, "" where they run; ``asked_at`` is when staff asked for a supplement that has not
    come, with their words in ``asked_for``. ``ways_on`` is what can be asked for after the answer. ``together`` is how the
    case stands that this one was joined to: ``promised_on`` is of that one then.
    """

    number: str
    status: str
    category: str
    registered_on: date
    promised_on: date
    provisional: bool
    timeline: tuple[TimelineLine, ...] = ()
    paused: str = ""
    asked_at: datetime | None = None
    asked_for: str = ""
    ways_on: tuple[CaseAction, ...] = ()
    together: str = ""

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def wants_supplement(self) -> bool:
        return self.asked_at is not None

    @property
    def names_a_day(self) -> bool:
        """Whether they hear by ``promised_on``: not while clocks stand still, and not any more after the end."""
        return (self.together or self.status) in OPEN and not self.paused


RelayState = Literal["asked", "open", "question"]
"""Of a conversation with staff: nobody has come yet, somebody is there, or staff asked something."""


@record(frozen=True, slots=True)
class RelayView:
    """A conversation with staff about a case of one's own. ``staff_spoke`` is whether theirs is the last word, at ``at``."""

    number: str
    state: RelayState
    at: datetime
    staff_spoke: bool


@record(frozen=True, slots=True)
class RelayBegan:
    """Answer to AskRelay. ``refusal`` is a texts key, empty where somebody is asked to come, or is there."""

    number: str
    refusal: str = ""


@record(frozen=True, slots=True)
class CaseOpened:
    """Answer to OpenCase. ``code`` is shown this once and stored nowhere."""

    case: CaseView
    code: str


@record(frozen=True, slots=True)
class OwnCasesFound:
    """Answer to FindOwnCases, newest first; where a ``number`` was meant, that case or none."""

    purpose: str
    cases: tuple[CaseView, ...]
    number: str = ""


@record(frozen=True, slots=True)
class LookedUp:
    """Answer to LookUp: None for wrong, unknown and locked alike. ``bound``: this chat hears of the case from now on."""

    number: str
    case: CaseView | None
    code_given: bool
    bound: bool = False


@record(frozen=True, slots=True)
class LikenessChecked:
    """Answer to FindAlike: the number of an open case of this person about the same matter, or None."""

    number: str | None


@record(frozen=True, slots=True)
class Acted:
    """Answer to Act, and to AddEvidence with a case (``by_file``). ``refusal`` is a texts key, empty when it was done.

    ``resumed``: clocks that stood still run again. ``ways_on`` is what can be asked for now.
    """

    action: CaseAction
    number: str
    refusal: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    resumed: bool = False
    ways_on: tuple[CaseAction, ...] = ()
    by_file: bool = False


@record(frozen=True, slots=True)
class MoveOffered:
    """Answer to OfferMove: the word that opens the draft elsewhere, for so many minutes."""

    word: str
    minutes: int


@record(frozen=True, slots=True)
class DraftArrived:
    """Answer to TakeOver: the conversation as it stood there, or None and ``refusal``, the end of a texts key."""

    session: Session | None
    refusal: str = ""


Event = (
    Said
    | Chose
    | SentFiles
    | SentPlace
    | SharedPhone
    | SentCard
    | Edited
    | Followed
    | CameBy
    | SentUnsupported
    | Woke
    | CaseOpened
    | OwnCasesFound
    | LookedUp
    | LikenessChecked
    | Acted
    | MoveOffered
    | DraftArrived
    | RelayBegan
)
