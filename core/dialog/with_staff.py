"""What a turn does in a conversation with staff: asks for one, says something in it, ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.cases import access
from core.cases.relay import speaking
from core.dialog import views
from core.dialog.effects import AskRelay, EndRelay, SayInRelay
from core.dialog.events import Acted, Event, RelayBegan, RelayView
from core.messages import Attachment
from core.store import cases, relays
from core.store.cases import StoredCase

if TYPE_CHECKING:
    from core.dialog.performance import Performance


def relays_of(turn: Performance) -> tuple[RelayView, ...]:
    """This person's conversations with staff."""
    found = relays.of_person(turn.uow, turn.stored.id)
    return tuple(views.relay(cases.by_id(turn.uow, each.case_id), each) for each in found)


def ask(turn: Performance, effect: AskRelay) -> Event:
    case = _own(turn, effect.number)
    if case is None or case.status == cases.ARCHIVED:
        return RelayBegan(effect.number, "act.not_yours" if case is None else "cannot.archived")
    speaking.ask(turn.uow, turn.office, case, turn.stored.id, turn.now)
    return RelayBegan(case.number)


def say(turn: Performance, effect: SayInRelay) -> Event | None:
    """Words, and files by their names, as one line; that a file is no evidence any more the person alone is told."""
    case = _own(turn, effect.number)
    if case is None:
        return Acted("supplement", effect.number, "act.not_yours")
    files = [turn.message.attachments[index] for index in effect.files] if turn.message else []
    added = [(file, turn.add_to_case(case.number, file)) for file in files]
    words = "\n".join([*(_named(turn, file) for file, acted in added if not acted.refusal), effect.words]).strip()
    if words:
        speaking.ask(turn.uow, turn.office, case, turn.stored.id, turn.now, words)
        turn.spoken_of = case.draft
    return next((acted for _, acted in added if acted.refusal), None)


def end(turn: Performance, effect: EndRelay) -> None:
    case = _own(turn, effect.number, for_update=True)
    relay = relays.of_case(turn.uow, case.id) if case else None
    if case is not None and relay is not None:
        speaking.end(turn.uow, turn.office, case, relay, relays.COMPLAINANT, turn.now)


def _own(turn: Performance, number: str, *, for_update: bool = False) -> StoredCase | None:
    return access.own_case(turn.uow, turn.office.policy, turn.stored.id, number, for_update=for_update)


def _named(turn: Performance, file: Attachment) -> str:
    """A file as staff read of it."""
    kind = turn.office.texts.render("zh", f"evidence.kind.{file.kind}")
    key = "relay.file_heard" if file.recognised else "relay.file"
    return turn.office.texts.render("zh", key, kind=kind, about=file.recognised or file.name)
