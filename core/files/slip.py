"""登记回执: what somebody takes home whose complaint was put down by staff. A pure function of what is printed on it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import quote

import segno
from docx.shared import Cm

from core.cases.clocks import local_day
from core.files.paper import SMALL, Paper
from core.files.words import day, words
from core.policies.policy import Policy
from core.records import record
from core.store.cases import StoredCase

QR_WIDTH = Cm(4)
QR_BORDER = 4
"""White modules around the code, without which some phones do not find it."""
QR_SCALE = 8


@record(frozen=True, slots=True)
class Slip:
    """``code`` is the query code, which nobody can print a second time. ``status_address`` is the whole address of the page
    where a case is looked up, "" where there is none. ``hear_what`` is what is told by ``promised_on``."""

    institution: str
    number: str
    code: str
    category: str
    registered_at: datetime
    promised_on: date
    provisional: bool
    hear_what: str
    steps: tuple[str, ...]
    phone: str
    visit: str
    status_address: str = ""


def slip_of(case: StoredCase, code: str, policy: Policy, status_address: str = "") -> Slip:
    """The slip of a case that has just been registered under this pack."""
    return Slip(
        institution=policy.institution.name.zh,
        number=case.number,
        code=code,
        category=policy.category(case.category).label.zh,
        registered_at=case.registered_at,
        promised_on=case.promised_on,
        provisional=case.promise_provisional,
        hear_what=policy.receipt.hear_what.zh,
        steps=tuple(step.zh for step in policy.receipt.steps),
        phone=policy.institution.phone,
        visit=policy.institution.visit.zh,
        status_address=status_address,
    )


def registration_slip(slip: Slip, now: datetime) -> bytes:
    """The document, as its file's content."""
    title = words("slip", "title")
    paper = Paper(f"{title} {slip.number}", slip.institution, now, SMALL)
    paper.heading(f"{slip.institution}\n{title}")
    paper.table(list(_rows(slip)))
    if slip.status_address:
        paper.picture(qr_code(slip), QR_WIDTH)
    paper.paragraph(words("slip", "keep"))
    return paper.content()


def qr_code(slip: Slip) -> bytes:
    """A PNG of the address where this case is looked up. The query code is not in it: a photo of the slip's corner opens nothing."""
    address = f"{slip.status_address}?number={quote(slip.number, safe='')}"
    picture = io.BytesIO()
    segno.make(address, micro=False, error="m").save(picture, kind="png", scale=QR_SCALE, border=QR_BORDER)
    return picture.getvalue()


def _rows(slip: Slip) -> Iterator[tuple[str, ...]]:
    promised = words("date", "provisional", day=day(slip.promised_on)) if slip.provisional else day(slip.promised_on)
    steps = (words("slip", "step", nth=nth, words=step) for nth, step in enumerate(slip.steps, start=1))
    yield (*_labelled("number", slip.number), *_labelled("code", slip.code))
    yield (*_labelled("registered_on", day(local_day(slip.registered_at))), *_labelled("category", slip.category))
    yield _labelled("promised", words("slip", "promise", day=promised, what=slip.hear_what))
    yield _labelled("steps", "\n".join(steps))
    yield _labelled("ask", "\n".join(_ways(slip)))


def _ways(slip: Slip) -> Iterator[str]:
    """How to ask: first what takes no waiting."""
    if slip.status_address:
        yield words("slip", "ask_page", address=slip.status_address)
    yield words("slip", "ask_chat")
    yield words("slip", "ask_phone", phone=slip.phone)
    yield words("slip", "ask_visit", visit=slip.visit)


def _labelled(key: str, text: str) -> tuple[str, str]:
    return words("slip", key), text
