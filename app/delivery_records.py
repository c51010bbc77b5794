"""What ``tousu delivery`` and the notices of a case show: as records for programs, and as lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from app.case_records import member, moment, seen_by
from app.resources import at_the_desk
from app.texts_cli import say
from core.cases import about_notice
from core.cases.access import OPERATOR
from core.cases.office import Office, rules_of
from core.errors import Refused
from core.files.account import contact_of, name_of
from core.files.words import word_for
from core.store import links, notifications, office_timeline, outbox, stranded, timeline
from core.store.notifications import Call, Notification, Try
from core.store.stranded import Waiting
from core.store.tables.messages import STRANDED
from core.store.timeline import Entry
from core.store.unit_of_work import Store, UnitOfWork
from core.texts import load_texts

if TYPE_CHECKING:
    from app.settings import Settings

Record = dict[str, Any]
PAGE = 200
REDRIVEN = "redriven"


def calls(settings: Settings, account: str, limit: int, now: datetime) -> list[Record]:
    """What staff were asked to tell and nobody told yet, as far as this one may know of it, and whom. Raises Refused.

    That they read of whom a case is is written down for each.
    """
    with at_the_desk(settings) as (store, office):

        def listed(uow: UnitOfWork) -> list[Call]:
            viewer = member(uow, office, account).id if account else None
            return notifications.calls(uow, limit, viewer=viewer)

        found = store.read(listed)
        # A unit for each case: who works on one of them must not wait for all.
        whom = {
            number: store.write(partial(_whom, office=office, number=number, account=account, now=now))
            for number in dict.fromkeys(each.number for each in found)
        }
        return [_call_record(each) | whom[each.number] for each in found]


def _whom(uow: UnitOfWork, office: Office, number: str, account: str, now: datetime) -> Record:
    """Name, and phone or address; nothing for posts that read no cases."""
    detail = seen_by(uow, office, number, account, now)
    if detail is None:
        return {"name": "", "contact": ""}
    pack = rules_of(uow, office, detail.case)
    return {"name": name_of(detail.contents, pack), "contact": contact_of(detail.contents, pack)}


def notices(settings: Settings, number: str, account: str, now: datetime) -> Record | None:
    """送达记录 of a case, None where there is none for this viewer; that it was read is written down."""
    with at_the_desk(settings) as (store, office):

        def shown(uow: UnitOfWork) -> Record | None:
            detail = seen_by(uow, office, number, account, now)
            if detail is None:
                return None
            kept = notifications.of_case(uow, detail.case.id)
            return {"number": detail.case.number, "notices": [_notice_record(each, detail.entries) for each in kept]}

        return store.write(shown)


def link(settings: Settings, number: str, account: str, now: datetime) -> Record | None:
    """An address that opens the case for a while, None where there is no case for them; it stands on the timeline."""
    with at_the_desk(settings) as (store, office):

        def made(uow: UnitOfWork) -> Record | None:
            detail = seen_by(uow, office, number, account, now)
            kept = notifications.of_case(uow, detail.case.id) if detail else []
            if detail is None or not kept:
                return {"number": detail.case.number, "address": ""} if detail else None
            notice = kept[-1].id
            timeline.add(uow, detail.case, now, "linked", _actor(uow, office, account), f"#{notice}", public=False)
            token = links.token(uow, notice, now)
            address = f"{settings.base_url}/status/n/{token}"
            return {"number": detail.case.number, "address": address, "until": moment(now + links.LIFE)}

        record = store.write(made)
    if record is not None and not record["address"]:
        raise Refused(say("case_link", "none", number=record["number"]))
    return record


def waiting(settings: Settings, state: str | None, limit: int) -> list[Record]:
    """Messages in this state, or all that are stranded, oldest first."""
    states = (state,) if state else STRANDED
    with at_the_desk(settings, read_only=True) as (store, _):
        found = [each for of in states for each in store.read(partial(stranded.waiting, state=of, limit=limit))]
    return [_waiting_record(each) for each in sorted(found, key=lambda each: each.id)[:limit]]


def redrive(settings: Settings, ids: Sequence[int] | None, states: Sequence[str], now: datetime) -> Record:
    """Send these again, or all that are in one of the states, by every way there is. Raises Refused for one that cannot be."""
    with at_the_desk(settings) as (store, _):
        wanted = set(ids) if ids is not None else None
        found = {each for state in states for each in _all(store, state) if wanted is None or each in wanted}
        if missing := sorted((wanted or set()) - found):
            raise Refused(say("delivery", "not_stranded", ids="、".join(map(str, missing))))
        sent = [each for each in sorted(found) if store.write(partial(_send_again, outbox_id=each, now=now))]
        if sent:
            about = " ".join(map(str, sent)) if ids is not None else f"{' '.join(states)} {len(sent)}"
            store.write(lambda uow: office_timeline.add(uow, now, REDRIVEN, OPERATOR, about))
    return {"redriven": sent}


def call_lines(records: Iterable[Mapping[str, Any]]) -> list[str]:
    return [
        say("case_calls", "row", **each, what=_phrase(each["notice"]), by=each["legal_by"] or "") for each in records
    ] or [say("case_calls", "none")]


def notice_lines(record: Mapping[str, Any]) -> list[str]:
    lines = [line for each in record["notices"] for line in _notice_lines(each)]
    return lines or [say("case_notices", "none")]


def waiting_lines(records: Iterable[Mapping[str, Any]]) -> list[str]:
    lines = [
        say(
            "delivery",
            "row",
            **(dict(each) | {"channel": word_for("channel", each["channel"])}),
            what=_phrase(each["notice"]) if each["notice"] else "",
            state_words=say("delivery_state", each["state"]),
            due=say("delivery", "due", at=_short(each["due_at"])) if each["state"] == "pending" else "",
        )
        for each in records
    ]
    return lines or [say("delivery", "none")]


def _short(at: str) -> str:
    return f"{datetime.fromisoformat(at):%m-%d %H:%M}"


def _all(store: Store, state: str) -> Iterable[int]:
    after = 0
    while page := store.read(partial(stranded.waiting, state=state, limit=PAGE, after=after)):
        yield from (each.id for each in page)
        after = page[-1].id


def _send_again(uow: UnitOfWork, outbox_id: int, now: datetime) -> bool:
    return outbox.reopen(uow, outbox_id, now, REDRIVEN, ())


def _actor(uow: UnitOfWork, office: Office, account: str) -> str:
    return f"staff:{member(uow, office, account).account}" if account else OPERATOR


def _notice_lines(each: Mapping[str, Any]) -> Iterable[str]:
    yield say("case_notices", "head", **each, what=_phrase(each["notice"]))
    yield say("case_notices", "words", words=each["words"].replace("\n", "\n    ") or say("case_notices", "erased"))
    yield say("case_notices", "digest", sha256=each["sha256"])
    if each["legal_by"]:
        yield say("case_notices", "legal_by", by=each["legal_by"])
    yield from map(_try_line, each["tries"])
    for key in ("link_opened_at", "delivered_at", "read_at", "asked_at"):
        if each[key]:
            yield say("case_notices", key, at=each[key])
    if each["told_at"]:
        words = each["told_words"].replace("\n", "\n    ")
        how = say("case_notices", "how", words=words) if words else ""
        yield say("case_notices", "told_at", at=each["told_at"], by=each["told_by"], how=how)
    if not (each["delivered_at"] or each["told_at"]):
        yield say("case_notices", "unknown")


def _try_line(one: Mapping[str, str]) -> str:
    said = say("case_notices", "refused" if one["code"] else "taken", **one).rstrip()
    return say("case_notices", "try", at=one["at"], rung=word_for("rung", one["rung"]), said=said)


def _phrase(notice: str) -> str:
    return load_texts().render("zh", f"phrase.{notice}")


def _call_record(call: Call) -> Record:
    return asdict(call) | _moments(call, "made_at", "legal_by", "asked_at")


def _waiting_record(each: Waiting) -> Record:
    return asdict(each) | _moments(each, "since", "due_at")


def _notice_record(each: Notification, entries: Sequence[Entry]) -> Record:
    opened = about_notice.opened_at(entries, each.id)
    return {
        "id": each.id,
        "notice": each.notice,
        "words": each.words,
        "sha256": each.digest.hex(),
        **_moments(each, "made_at", "legal_by", "sent_at", "delivered_at", "read_at", "asked_at", "told_at"),
        "link_opened_at": moment(opened) if opened else None,
        "told_by": each.told_by,
        "told_words": about_notice.told_words(entries, each.id),
        "state": each.state,
        "rung": each.rung,
        "tries": [_try_record(one) for one in each.tries],
    }


def _try_record(one: Try) -> Record:
    return {"at": moment(one.at), "rung": one.rung, "code": one.code, "answer": one.answer}


def _moments(of: object, *names: str) -> Record:
    return {name: moment(at) if (at := getattr(of, name)) else None for name in names}
