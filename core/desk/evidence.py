"""What staff read of a case's evidence in their own chat: a line a file, and the link by which they look at it."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from core.cases.access import look
from core.desk.visit import Replies, Visit, reply
from core.files.words import minute, size
from core.messages import AttachmentKind, attachment_kind
from core.store import links
from core.store.evidence import StoredEvidence
from core.store.links import VIEWING_LIFE, Viewing
from core.store.queries import CaseDetail

State = Literal["stored", "waiting", "failed"]


def show(visit: Visit, number: str) -> Replies:
    """Who may look at the case may look at this, and is written down as somebody who looked at the case is."""
    detail = look(visit.uow, visit.office, visit.member, number, visit.now)
    if detail is None:
        return reply(visit.office.texts.render("zh", "act.not_yours"))
    number = detail.case.number
    visit.take_in_hand(number)
    if not detail.evidence:
        return visit.say("evidence_none" if detail.contents else "evidence_erased", number=number)
    rows = "".join(_row(visit, file) for file in detail.evidence)
    return visit.say("evidence", number=number, count=str(len(detail.evidence)), how=_how(visit, detail), rows=rows)


def state_of(file: StoredEvidence) -> State:
    """Whether its content is here, is still to be fetched, or can never be had."""
    return "failed" if file.state == "failed" else "stored" if file.state == "stored" else "waiting"


def kind_of(file: StoredEvidence) -> AttachmentKind:
    """By its content once that is here; until then as the platform has it."""
    return attachment_kind(file.mime) if file.state == "stored" else file.kind


def _row(visit: Visit, file: StoredEvidence) -> str:
    """Never by its name: that is what the sender typed, or where they keep it."""
    texts = visit.office.texts
    return texts.render(
        "zh",
        f"desk.evidence_{state_of(file)}",
        position=str(file.position),
        kind=texts.render("zh", f"evidence.kind.{kind_of(file)}"),
        size=size(file.size),
        at=minute(file.made_at),
    )


def _how(visit: Visit, detail: CaseDetail) -> str:
    """Before the lines: where a channel cuts a long answer, it cuts those."""
    texts, number, page = visit.office.texts, detail.case.number, visit.office.evidence_page
    if not page:
        return texts.render("zh", "desk.evidence_command", number=number, account=visit.member.account)
    viewing = Viewing(visit.member.id, visit.chat.id, detail.case.id)
    link = f"{page}/{links.viewing_token(visit.uow, viewing, visit.now)}"
    return texts.render("zh", "desk.evidence_link", link=link, minutes=str(VIEWING_LIFE // timedelta(minutes=1)))
