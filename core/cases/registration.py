"""登记: a complaint becomes a case at once, with its number, its secret code, its clocks and the promised day."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.cases import access, codes, numbers, recusal, running, summoning, telling, weighing
from core.cases.clocks import Due
from core.cases.office import Office
from core.cases.telling_staff import tell_of_new
from core.cases.vocabulary import RECEIPT_LATER, STAFF_CHANNELS
from core.errors import Refused
from core.policies.policy import Field_, Level, Policy
from core.records import record
from core.store import case_clocks, cases, keys, timeline
from core.store.cases import NewCase, StoredCase
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork
from core.understand import classify
from core.understand.answers import parse_as

DANGER = "danger:"
"""Begins the flags of what was told while somebody was in danger."""


@record(frozen=True, slots=True)
class Registration:
    """What a case is opened with. ``contents`` is JSON; ``phone`` digits only, empty where none was left.

    ``registered_by`` is the actor: the complainant, or who of the staff did it for them. ``told`` is whether they have their
    number by then.
    """

    draft: str
    session_id: int | None
    channel: str
    key_id: int
    category: str
    contents: Mapping[str, Any]
    phone: str = ""
    anonymous: bool = False
    human_wanted: bool = False
    flags: tuple[str, ...] = ()
    registered_by: str = "complainant"
    told: bool = True


def open_case(uow: UnitOfWork, office: Office, registration: Registration, now: datetime) -> tuple[StoredCase, str]:
    """Register it at once: the next number, a secret code, the promised day. Returns the case and the code."""
    policy = office.policy
    level, rule = weighing.level(policy, registration.contents, now)
    sequence = cases.next_sequence(uow, f"{policy.id}:{numbers.scope(policy.number, now)}")
    number = numbers.render(policy.number, now, sequence)
    code = codes.new_code()
    begun = running.opened(policy, level, now, office.calendar, told=registration.told)
    due = running.promise(policy, False, level, begun, office.calendar, since=now)
    stored = cases.insert(uow, _new_case(uow, office, registration, level, number, code, due, now))
    timeline.add(uow, stored, now, "registered", registration.registered_by)
    if registration.human_wanted:
        timeline.add(uow, stored, now, "human_wanted", "complainant")
    case_clocks.add(uow, stored.id, begun)
    recusal.keep_away(uow, policy, stored, registration.contents, now)
    if registration.session_id is not None and any(flag.startswith(DANGER) for flag in registration.flags):
        summoning.becomes_case(uow, office, registration.session_id, stored, now)
    if rule is not None:
        summoning.summon_to_case(uow, office, stored, f"major:{number}", rule.label.zh, now)
    else:
        tell_of_new(uow, office, number, now)
    return stored, code


def _new_case(
    uow: UnitOfWork, office: Office, told: Registration, level: Level, number: str, code: str, due: Due, now: datetime
) -> NewCase:
    policy = office.policy
    return NewCase(
        number=number,
        policy_id=policy.id,
        policy_version=policy.version,
        channel=told.channel,
        session_id=told.session_id,
        draft=told.draft,
        key_id=told.key_id,
        status="registered",
        category=told.category,
        level=level,
        anonymous=told.anonymous,
        contents=told.contents,
        phone=told.phone,
        code_hash=access.code_hash(uow, number, code),
        registered_at=now,
        human_wanted=told.human_wanted,
        flags=told.flags,
        **telling.promised(office, policy, due, now),
    )


def register(
    uow: UnitOfWork,
    office: Office,
    member: StaffMember,
    channel: str,
    answers: Mapping[str, str],
    now: datetime,
    *,
    category: str = "",
    anonymous: bool = False,
    relation: str = "",
) -> tuple[StoredCase, str]:
    """A complaint that came by visit, phone, letter, fax, e-mail or from a third party, put down by staff. Raises Refused.

    ``answers`` are the words for each field of the pack; ``relation`` who passed it on, for a referral.
    """
    policy = office.policy
    if channel not in STAFF_CHANNELS:
        raise Refused("register.no_such_channel", channel=channel, known="、".join(STAFF_CHANNELS))
    told = _checked(policy, answers, now, anonymous=anonymous)
    facts = told[policy.first_of["facts"].key]["value"]
    registration = Registration(
        draft=uuid.uuid4().hex,
        session_id=None,
        channel=channel,
        key_id=keys.new_key(uow),
        category=_category(policy, category, facts),
        contents={"facts": facts, "answers": told, "relation": relation, "consent": ""},
        phone=_phone(policy, told),
        anonymous=anonymous,
        registered_by=f"staff:{member.account}",
        told=channel not in RECEIPT_LATER,
    )
    return open_case(uow, office, registration, now)


def _checked(
    policy: Policy, answers: Mapping[str, str], now: datetime, *, anonymous: bool
) -> dict[str, dict[str, Any]]:
    known = {field.key for field in policy.fields}
    unknown = [key for key in answers if key not in known]
    if unknown:
        raise Refused("register.no_such_field", field="、".join(unknown), known="、".join(known))
    if anonymous and not policy.anonymity.allowed:
        raise Refused("register.not_anonymous")
    missing = [field.label.zh for field in policy.fields if _is_missing(field, answers, anonymous=anonymous)]
    if missing:
        raise Refused("register.missing", fields="、".join(missing))
    return {
        field.key: _answer(field, answers[field.key].strip(), now)
        for field in policy.fields
        if answers.get(field.key, "").strip() and not (anonymous and field.personal)
    }


def _is_missing(field: Field_, answers: Mapping[str, str], *, anonymous: bool) -> bool:
    return field.required and not (anonymous and field.personal) and not answers.get(field.key, "").strip()


def _answer(field: Field_, words: str, now: datetime) -> dict[str, Any]:
    """Read as the kind of the field; what cannot be read so is kept as it was said, and marked."""
    if len(words) > field.max_characters:
        raise Refused("register.too_long", field=field.label.zh, limit=str(field.max_characters))
    if field.kind == "choice":
        option = next((row for row in field.options if words in (row.key, row.label.zh, row.label.en)), None)
        if option is None:
            raise Refused(
                "register.no_such_option", field=field.label.zh, known="、".join(row.label.zh for row in field.options)
            )
        return {"value": option.key, "shown": option.label.zh, "unsure": False}
    slot = None if field.kind in ("facts", "text") else parse_as(field.kind, words, now)
    if slot is None:
        return {"value": words, "shown": words, "unsure": field.kind not in ("facts", "text", "claim", "respondent")}
    return {"value": slot.value, "shown": slot.shown, "unsure": False}


def _category(policy: Policy, wanted: str, facts: str) -> str:
    known = {row.key: row.label.zh for row in policy.categories}
    if not wanted:
        return classify(facts, policy).category or "other"
    found = next((key for key, label in known.items() if wanted in (key, label)), None)
    if found is None:
        raise Refused("register.no_such_category", known="、".join(f"{key} {label}" for key, label in known.items()))
    return found


def _phone(policy: Policy, told: Mapping[str, Mapping[str, Any]]) -> str:
    phones = (told[field.key]["value"] for field in policy.fields if field.kind == "phone" and field.key in told)
    return next((phone for phone in phones if phone.isdecimal()), "")


def bind(uow: UnitOfWork, case: StoredCase, session_id: int, now: datetime) -> StoredCase:
    """From now on this chat hears of the case: whoever has number and code of one that no chat filed."""
    if case.session_id is not None:
        raise Refused("act.not_yours")
    timeline.add(uow, case, now, "bound", "complainant")
    return cases.update(uow, case, session_id=session_id)
