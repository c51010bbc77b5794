"""What a conversation wants done, in the imperative. Pure."""

from __future__ import annotations

from datetime import datetime

from core.dialog.events import CaseAction
from core.dialog.session import Draft
from core.messages import Choice
from core.records import record

QUIET_SECONDS = 3.0
FILES = "files"
"""The slot of what is said once of many files, after a quiet moment."""


@record(frozen=True, slots=True)
class Say:
    """One bubble. ``after`` > 0 waits for that many quiet seconds; a newer one of the same ``slot`` takes its place.

    ``share`` is the label of a button that sends the reader's own number.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    copyable: str = ""
    after: float = 0
    slot: str = ""
    share: str = ""


@record(frozen=True, slots=True)
class AddEvidence:
    """Keep file number ``index`` of this message, as number ``position`` of a draft, or with a case of one's own.

    With a case the answer is Acted.
    """

    index: int
    position: int = 0
    draft: str = ""
    number: str = ""


@record(frozen=True, slots=True)
class OpenCase:
    """File this draft. The answer is CaseOpened. ``human`` asks that a person takes it up directly."""

    draft: Draft
    consent: str
    human: bool = False


@record(frozen=True, slots=True)
class FindOwnCases:
    """All of one's own cases, or the one of this number. The answer is OwnCasesFound."""

    purpose: str
    number: str = ""


@record(frozen=True, slots=True)
class LookUp:
    """Find a case by number, for its own complainant or with a code; by its code, one that staff registered becomes one's own.

    The answer is LookedUp.
    """

    number: str
    code: str = ""


@record(frozen=True, slots=True)
class FindAlike:
    """Is there an open case of this person that reads like these facts? The answer is LikenessChecked."""

    facts: str


@record(frozen=True, slots=True)
class Act:
    """Do something to one's own case. The answer is Acted."""

    action: CaseAction
    number: str
    words: str = ""


@record(frozen=True, slots=True)
class AlertStaff:
    """Tell staff at once, without personal detail. ``kind`` is danger or human; ``about`` which danger."""

    kind: str
    about: str = ""


@record(frozen=True, slots=True)
class Reread:
    """Read these words as if they were said now. The answer is Said."""

    words: str


@record(frozen=True, slots=True)
class DropDraft:
    """Destroy a draft's key and files."""

    draft: str


@record(frozen=True, slots=True)
class ForgetPerson:
    """Erase this person's conversation."""


@record(frozen=True, slots=True)
class OfferMove:
    """Make the word that opens this draft on another channel. The answer is MoveOffered."""

    draft: str


@record(frozen=True, slots=True)
class TakeOver:
    """Bring the draft that this word opens here. The answer is DraftArrived."""

    word: str


@record(frozen=True, slots=True)
class AskRelay:
    """Ask for somebody to talk to about this case of one's own. The answer is RelayBegan."""

    number: str


@record(frozen=True, slots=True)
class SayInRelay:
    """Say something to staff about this case, and send them those files of this message, which become its evidence.

    Where a file is not taken the answer is Acted.
    """

    number: str
    words: str
    files: tuple[int, ...] = ()


@record(frozen=True, slots=True)
class EndRelay:
    """Talk no more about this case."""

    number: str


@record(frozen=True, slots=True)
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
    | OfferMove
    | TakeOver
    | AskRelay
    | SayInRelay
    | EndRelay
    | Wake
)
