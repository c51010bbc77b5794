"""One notice on its way: into the outbox of the chat that filed the case, with the record that proves what became of it.

Where no chat is known, or none lets us write in time, staff are asked to tell it themselves, before the day by which it must
be known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from core.cases import about_notice, notices
from core.cases.clocks import local_day, working_days_after
from core.cases.office import Office, grant_link, rules_of
from core.cases.telling_staff import staff_alert
from core.ladder import Facts
from core.messages import Language, OutboundMessage
from core.policies.policy import Policy, Words
from core.store import cases, grants, notifications, outbox, sessions, timeline
from core.store.cases import StoredCase
from core.store.notifications import NewNotification, Notification
from core.store.sessions import StoredSession
from core.store.unit_of_work import UnitOfWork

BATCH = 50

ASKS = "accepted"
"""The notice that a person is glad of, and reads."""

OF_FORMS: Language = "zh"
"""What the forms of a platform are in, whoever reads them: their labels are, and some of their fields take nothing else."""


def notify(
    uow: UnitOfWork,
    office: Office,
    case: StoredCase,
    about: StoredCase,
    notice: str,
    note: str,
    now: datetime,
    params: Mapping[str, Words],
) -> None:
    """Tell the complainant of ``case`` what happened to ``about``, which is another one where theirs was joined to it.

    Everybody reads their own number; of the others in the group they read nothing. Once for this version of the case.
    """
    to = sessions.get(uow, case.session_id) if case.session_id is not None else None
    language: Language = to.language if to else "zh"
    day = notices.day_words(office.texts, language, about.promised_on, provisional=about.promise_provisional)
    said = {name: words.in_language(language) for name, words in params.items()}
    message = notices.notice(office.texts, language, notice, case.number, day, note, **said)
    sent_as = None
    if to is not None:
        due_at = now + timedelta(seconds=office.gathers.get(to.channel, 0.0))
        key = f"case:{case.id}:{notice}:{about.id}.{about.version}"
        result = notice in notices.RESULTS
        sent = _asking(uow, office, to, message, notice, now)
        sent_as = outbox.add(uow, to, sent, key, due_at, now=now, notice=notice, result=result)
        if sent_as is None:
            return
    _keep_record(uow, office, case, about, sent_as, notice, message.text, now)


def _asking(
    uow: UnitOfWork, office: Office, to: StoredSession, message: OutboundMessage, notice: str, now: datetime
) -> OutboundMessage:
    """Whoever hears that it is taken up is asked to let us write once more, unless they did."""
    link = grant_link(uow, office, to, now) if notice == ASKS else ""
    if not link or grants.kinds(uow, to.id):
        return message
    return replace(message, text=f"{message.text}\n{office.texts.render(to.language, 'receipt.grant', link=link)}")


def _keep_record(
    uow: UnitOfWork,
    office: Office,
    case: StoredCase,
    about: StoredCase,
    sent_as: int | None,
    notice: str,
    words: str,
    now: datetime,
) -> None:
    policy = rules_of(uow, office, case)
    legal_by, ask_at = _days(office, policy, case, sent_as, notice, now)
    if sent_as is None and ask_at is None:
        return
    facts = _facts(office, policy, case, about, notice, now)
    digest = hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()
    notifications.add(
        uow,
        NewNotification(case.id, case.key_id, sent_as, notice, digest, words, facts, now, legal_by, ask_at),
    )


def _facts(office: Office, policy: Policy, case: StoredCase, about: StoredCase, notice: str, now: datetime) -> Facts:
    """In the language of the forms they go on."""
    return Facts(
        number=case.number,
        phrase=office.texts.render(OF_FORMS, f"phrase.{notice}"),
        subject=policy.category(case.category).label.in_language(OF_FORMS),
        by=notices.day_words(office.texts, OF_FORMS, about.promised_on, provisional=about.promise_provisional),
        sender=policy.institution.name.in_language(OF_FORMS),
        at=now,
    )


def _days(
    office: Office, policy: Policy, case: StoredCase, sent_as: int | None, notice: str, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """By when it must be known, and from when on staff are asked to tell it. Whoever left no way to be reached reads it
    where they ask for their case."""
    if notice not in notices.LEGAL:
        return None, None
    rules = policy.follow_up
    legal_by = working_days_after(policy, now, rules.known_within_working_days, office.calendar).at
    if sent_as is None:
        return legal_by, None if case.anonymous else now
    return legal_by, working_days_after(policy, now, rules.ask_staff_after_working_days, office.calendar).at


def ask_staff(uow: UnitOfWork, office: Office, now: datetime, limit: int = BATCH) -> int:
    """Ask staff to tell what no chat brought in time; how many were asked. Each is asked for once."""
    waiting = notifications.to_ask(uow, now, limit)
    for each in waiting:
        case = cases.by_id(uow, each.case_id, for_update=True)
        timeline.add(uow, case, now, "call_asked", "service", about_notice.note(each.id, each.notice), public=False)
        notifications.asked(uow, each.id, now)
        staff_alert(uow, office, "call", f"call:{each.id}", now, each.legal_by, **_asked(office, case, each, now))
    return len(waiting)


def opened(uow: UnitOfWork, notification_id: int, now: datetime) -> StoredCase | None:
    """The case that a link opens, None once it is erased. The first time is written down, and says no more than that.

    A platform's scanner opens it, too, or a clerk who tries it: nobody is known to know of the notice by that.
    """
    found = notifications.by_id(uow, notification_id)
    if found is None or found.facts is None:
        return None
    case = cases.by_id(uow, found.case_id, for_update=True)
    if about_notice.opened_at(timeline.of_case(uow, case), found.id) is None:
        timeline.add(uow, case, now, "link_opened", "service", about_notice.note(found.id), public=False)
    return case


def _asked(office: Office, case: StoredCase, each: Notification, now: datetime) -> dict[str, str]:
    by = local_day(each.legal_by or now)
    phrase = office.texts.render("zh", f"phrase.{each.notice}")
    return {"number": case.number, "id": str(each.id), "what": phrase, "month": str(by.month), "day": str(by.day)}
