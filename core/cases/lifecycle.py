"""The life of a case as one table: from where, by what, to where, who may, what they must say, what is said about it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.cases.vocabulary import OPEN, Action, Feature, Side, Status
from core.errors import Refused
from core.policies.policy import Duty
from core.records import record


@record(frozen=True, slots=True)
class Transition:
    """One row: ``entry`` is the kind of the timeline line, ``notice`` tells the complainant ("" where nothing is said).

    ``duties``: one of them is needed. ``needs``: fields that must be filled, ``a|b`` one of two. ``when``: what the pack must
    have (``investigation``) or must not have (``no_investigation``) for the row to hold. ``public`` lines are the complainant's too.
    """

    source: Status
    action: Action
    target: Status
    side: Side
    entry: str
    notice: str = ""
    duties: tuple[Duty, ...] = ()
    needs: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    public: bool = False

    def holds(self, features: frozenset[Feature]) -> bool:
        return all((name.removeprefix("no_") in features) != name.startswith("no_") for name in self.when)


ENDED: tuple[Status, ...] = ("closed", "declined", "referred", "withdrawn", "merged")
BEFORE_OUTCOME: tuple[Status, ...] = ("registered", "accepted", "investigating", "investigated")
IN_HAND: tuple[Status, ...] = (*BEFORE_OUTCOME, "proposed", "decided")
ALL_OPEN: tuple[Status, ...] = (*IN_HAND, "reviewing")

FRONT: tuple[Duty, ...] = ("reception", "leadership")
WORKING: tuple[Duty, ...] = ("investigation", "handling")
ANY_WORK: tuple[Duty, ...] = ("reception", "investigation", "opinion", "handling", "approval", "review", "leadership")


def _row(
    source: Status,
    action: Action,
    target: Status,
    entry: str,
    duties: tuple[Duty, ...],
    notice: str = "",
    needs: tuple[str, ...] = (),
    when: tuple[str, ...] = (),
    *,
    public: bool | None = None,
) -> Transition:
    """A row of staff. Whatever is told is public, unless it says otherwise."""
    shown = bool(notice) if public is None else public
    return Transition(source, action, target, "staff", entry, notice, duties, needs, when, shown)


def _stay(
    sources: Iterable[Status],
    action: Action,
    entry: str,
    duties: tuple[Duty, ...],
    notice: str = "",
    needs: tuple[str, ...] = (),
    *,
    public: bool | None = None,
) -> tuple[Transition, ...]:
    """The same action in several statuses, which it leaves as they are."""
    return tuple(_row(source, action, source, entry, duties, notice, needs, public=public) for source in sources)


def _own(
    sources: Iterable[Status], action: Action, target: Status | None, entry: str, **more: object
) -> tuple[Transition, ...]:
    """What complainants do themselves; they are answered at once, and need no notice."""
    public = action != "rate"
    return tuple(
        Transition(source, action, target or source, "complainant", entry, public=public, **more)  # type: ignore[arg-type]
        for source in sources
    )


def _again(source: Status, action: Action, entry: str, duties: tuple[Duty, ...], notice: str) -> tuple[Transition, ...]:
    """A new investigation of the same matter, or new work where the pack knows no investigation."""
    needs = ("words",)
    return (
        _row(source, action, "investigating", entry, duties, notice, needs, ("investigation",)),
        _row(source, action, "accepted", entry, duties, notice, needs, ("no_investigation",)),
    )


def _proposal(source: Status, when: str) -> tuple[Transition, ...]:
    needs = ("outcome", "words")
    return (
        _row(source, "propose", "proposed", "proposed", ("handling",), "", needs, (when, "approval")),
        _row(source, "propose", "decided", "decided", ("handling",), "", needs, (when, "no_approval")),
    )


def _direct_close(source: Status, *when: str) -> Transition:
    """The answer itself, where nobody has to approve an outcome first."""
    duties: tuple[Duty, ...] = ("handling", "reception")
    return _row(source, "close", "closed", "closed", duties, "closed", ("words", "outcome"), (*when, "no_approval"))


ACCEPTANCE = (
    _row("registered", "accept", "accepted", "accepted", FRONT, "accepted", when=("acceptance",)),
    _row("registered", "decline", "declined", "declined", FRONT, "declined", ("ground|words",)),
    *(_row(at, "refer", "referred", "referred", (*FRONT, "handling"), "referred", ("words",)) for at in BEFORE_OUTCOME),
    *_stay(("registered", "accepted", "investigating"), "request_supplement", "supplement_asked",
           (*FRONT, *WORKING), "supplement_asked", ("words",)),
)  # fmt: skip

WORK = (
    *_stay(IN_HAND, "set_level", "level_set", (*FRONT, "handling"), needs=("level",)),
    *_stay(BEFORE_OUTCOME, "set_category", "category_set", (*FRONT, *WORKING), needs=("category",)),
    _row("registered", "assign", "investigating", "assigned", FRONT, "assigned", ("unit|handler",), ("no_acceptance", "investigation")),
    _row("registered", "assign", "accepted", "assigned", FRONT, "assigned", ("unit|handler",), ("no_acceptance", "no_investigation")),
    _row("accepted", "assign", "investigating", "assigned", FRONT, "assigned", ("unit|handler",), ("investigation",)),
    _row("accepted", "assign", "accepted", "assigned", FRONT, "assigned", ("unit|handler",), ("no_investigation",)),
    *_stay(("investigating", "investigated", "decided"), "assign", "assigned", FRONT, needs=("unit|handler",)),
    *_stay(("registered", "accepted", "investigating", "investigated", "reviewing"), "record", "recorded", (*WORKING, "review", "reception"), needs=("kind", "words")),
    *_stay(ALL_OPEN, "add_task", "task_added", ANY_WORK, needs=("words",)),
    *_stay(ALL_OPEN, "finish_task", "task_done", ANY_WORK, needs=("task",)),
    *_stay(ALL_OPEN, "suspend", "stopped", (*FRONT, *WORKING, "review"), "stopped", ("reason", "words")),
    *_stay(ALL_OPEN, "resume", "resumed", (*FRONT, *WORKING, "review"), "resumed"),
    _row("investigating", "conclude", "investigated", "investigated", ("investigation",), needs=("words",)),
)  # fmt: skip

DECISION = (
    *_stay(("accepted", "investigating", "investigated"), "opine", "opinion", ("opinion",), needs=("words",)),
    *_proposal("investigated", "investigation"),
    *_proposal("accepted", "no_investigation"),
    *_stay(("proposed",), "meet", "met", ("approval", "leadership"), needs=("words",)),
    _row("proposed", "approve", "decided", "decided", ("approval",)),
    _row(
        "proposed", "send_back", "investigated", "sent_back", ("approval",), needs=("words",), when=("investigation",)
    ),
    _row("proposed", "send_back", "accepted", "sent_back", ("approval",), needs=("words",), when=("no_investigation",)),
    _row("decided", "close", "closed", "closed", ("handling", "reception"), "closed", ("words",)),
    _direct_close("investigated", "investigation"),
    _direct_close("accepted", "no_investigation"),
    _direct_close("registered", "no_acceptance", "no_investigation"),
    *_stay(("decided", "closed"), "fulfil", "fulfilled", ("handling", "reception"), "fulfilled", ("measure",)),
)

ALONGSIDE = (
    *_stay(ALL_OPEN, "report_progress", "progress", (*FRONT, *WORKING, "review"), "progress", ("words",)),
    *_stay(("closed",), "report_progress", "progress", (*FRONT, *WORKING), "feedback", ("words",)),
    *_stay(ALL_OPEN, "ask_extension", "extension_asked", (*FRONT, *WORKING, "review"), needs=("words",)),
    *_stay(ALL_OPEN, "extend", "extended", ("leadership", "approval"), "extended"),
    *_stay((*ALL_OPEN, "closed"), "mark", "marked", (*FRONT, *WORKING), needs=("clock",)),
    *_stay(ALL_OPEN, "supervise", "supervised", ("leadership",), needs=("words",)),
    *_stay((*ALL_OPEN, "closed"), "note", "noted", ANY_WORK, needs=("words",)),
    *_stay((*ALL_OPEN, *ENDED), "tell", "notified", (*FRONT, *WORKING, "review"), needs=("notice", "words")),
    *_stay(ALL_OPEN, "recuse", "recused", ANY_WORK, needs=("words",)),
    *_stay(ALL_OPEN, "lift_recusal", "recusal_lifted", ("leadership",), needs=("staff", "words")),
    *(_row(at, "merge", "merged", "merged", FRONT, "merged", ("master",)) for at in BEFORE_OUTCOME),
    *_stay(("merged",), "represent", "representing", FRONT, "representing"),
    *(_row(at, "withdraw", "withdrawn", "withdrawn", FRONT, "withdrawn", ("words",)) for at in ALL_OPEN),
)  # fmt: skip

AFTERWARDS = (
    *_again("closed", "reopen", "reopened", ("leadership", "reception"), "reopened"),
    _row("closed", "ask_review", "reviewing", "review_asked", ("reception", "leadership"), "review_asked", ("words",), ("review",)),
    *_stay(("reviewing",), "assign_review", "review_assigned", ("leadership", "reception"), needs=("handler",)),
    _row("reviewing", "uphold", "closed", "review_upheld", ("review",), "review_upheld", ("words",)),
    _row("reviewing", "change", "closed", "review_changed", ("review",), "review_changed", ("words", "outcome")),
    *_again("reviewing", "redo", "review_redone", ("review",), "review_redone"),
    *(_row(at, "archive", "archived", "archived", ("archiving",)) for at in ENDED),
)  # fmt: skip

COMPLAINANT = (
    *_own(ALL_OPEN, "withdraw", "withdrawn", "withdrawn"),
    *_own(ALL_OPEN, "supplement", None, "supplemented"),
    *_own(ALL_OPEN, "urge", None, "urged"),
    *_own(("closed",), "reopen", "investigating", "reopened", when=("investigation",)),
    *_own(("closed",), "reopen", "accepted", "reopened", when=("no_investigation",)),
    *_own(("closed",), "rate", None, "rated"),
    *_own(("closed",), "ask_review", "reviewing", "review_asked", when=("review",)),
)

TABLE: tuple[Transition, ...] = (*ACCEPTANCE, *WORK, *DECISION, *ALONGSIDE, *AFTERWARDS, *COMPLAINANT)


def decide(
    status: str,
    action: Action,
    side: Side,
    features: frozenset[Feature],
    fields: Mapping[str, str],
) -> Transition:
    """The row that allows it. Raises Refused, with a texts key, where none does or a field is missing."""
    rows = [row for row in TABLE if (row.source, row.action, row.side) == (status, action, side)]
    row = next((row for row in rows if row.holds(features)), None)
    if row is None:
        raise Refused(_why_not(status, action, side, features))
    for need in row.needs:
        if not any(fields.get(name, "").strip() for name in need.split("|")):
            raise Refused(_what_lacks(row, need), field=need)
    return row


def possible(status: str, side: Side, features: frozenset[Feature]) -> tuple[Action, ...]:
    """What can be done from here, in the order of the table."""
    rows = (row for row in TABLE if (row.source, row.side) == (status, side) and row.holds(features))
    return tuple(dict.fromkeys(row.action for row in rows))


def _what_lacks(row: Transition, need: str) -> str:
    """Words are for the complainant, unless they are told nothing, or were told already."""
    if need != "words":
        return "act.needs"
    if row.action == "tell":
        return "act.needs_how_told"
    return "act.needs_words" if row.notice else "act.needs_note"


def _why_not(status: str, action: Action, side: Side, features: frozenset[Feature]) -> str:
    """Complainants are told what they can understand; staff, from where they came."""
    if side == "staff":
        known = any(row.holds(features) for row in TABLE if (row.action, row.side) == (action, side))
        return "act.not_from_here" if known else "act.no_such_step"
    if action == "ask_review" and status == "closed":
        return "act.no_review"
    return "act.not_closed" if status in OPEN else "act.not_open"
