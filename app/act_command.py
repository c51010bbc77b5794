"""``tousu case act``: what staff do with a case, without a browser, beside a running service or without one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from app.resources import open_store
from app.texts_cli import say
from core.cases import calendar_changes, service
from core.cases.lifecycle import TABLE
from core.cases.service import Office
from core.cases.vocabulary import Action
from core.errors import Refused
from core.policies.load import load
from core.policies.policy import Policy
from core.store.cases import StoredCase
from core.store.unit_of_work import UnitOfWork
from core.texts import load_texts

if TYPE_CHECKING:
    from app.settings import Settings

ACTIONS = tuple(dict.fromkeys(row.action for row in TABLE if row.side == "staff"))
FIELDS = ("words", "ground", "approved_by")
"""What is told to the complainant, the key of one of the pack's grounds to decline, and who allowed an extension."""


def act(
    settings: Settings, number: str, action: str, staff: str, fields: Iterable[str], now: datetime
) -> dict[str, str]:
    """Do it as this member of staff; fields are ``name=value``. The complainant is told by their own chat. Raises Refused."""
    if action not in ACTIONS:
        raise Refused(say("case_act", "no_such_action", action=action, known="、".join(ACTIONS)))
    if not staff.strip():
        raise Refused(say("case_act", "nobody"))
    given, policy = _given(fields), load(settings.policy)
    store = open_store(settings, beside=True)
    try:
        case = store.write(partial(_act, policy, number, action, staff.strip(), given, now))
    except Refused as refused:
        grounds = "、".join(row.key for row in policy.exclusions)
        raise Refused(say("case_act", str(refused).removeprefix("act."), number=number, known=grounds)) from None
    finally:
        store.close()
    return {"number": case.number, "status": case.status, "promised_on": case.promised_on.isoformat()}


def lines(case: dict[str, str]) -> list[str]:
    status = load_texts().render("zh", f"status.is.{case['status']}")
    return [say("case_act", "done", number=case["number"], status=status)]


def _act(
    policy: Policy,
    number: str,
    action: Action,
    staff: str,
    given: dict[str, str],
    now: datetime,
    uow: UnitOfWork,
) -> StoredCase:
    office = Office(policy, calendar_changes.current(uow), load_texts())
    approved_by = given.get("approved_by", "").strip()
    return service.act_as_staff(
        uow,
        office,
        number,
        action,
        _person(staff),
        given.get("words", ""),
        now,
        ground=given.get("ground", ""),
        approved_by=_person(approved_by) if approved_by else "",
    )


def _person(name: str) -> str:
    return f"staff:{name}"


def _given(fields: Iterable[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for field in fields:
        name, equals, value = field.partition("=")
        if not equals or name not in FIELDS:
            raise Refused(say("case_act", "field", field=field, known="、".join(FIELDS)))
        given[name] = value
    return given
