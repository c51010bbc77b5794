"""``tousu case act``: what staff do with a case, without a browser, beside a running service or without one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from app.resources import at_the_desk
from app.texts_cli import say
from core.cases import lifecycle, work
from core.cases.office import Office
from core.errors import Refused
from core.texts import load_texts

if TYPE_CHECKING:
    from app.settings import Settings
    from core.store.cases import StoredCase
    from core.store.unit_of_work import UnitOfWork

T = TypeVar("T")

MORE_FIELDS = ("words", "measures", "yuan", "authority", "staff")
"""Fields that no row of the table demands, and that some take."""

FIELDS = tuple(dict.fromkeys([name for row in lifecycle.TABLE for need in row.needs for name in need.split("|")]))


def act(
    settings: Settings,
    number: str,
    action: str,
    account: str,
    fields: Iterable[str],
    now: datetime,
    seen: int | None = None,
) -> dict[str, str]:
    """Do it as this member of staff; fields are ``name=value``. The complainant is told by their own chat. Raises Refused."""
    given = given_fields(fields, (*FIELDS, *MORE_FIELDS))
    with at_the_desk(settings) as (store, office):
        try:
            case = work.attempt(store, office, account, number, action, given, now, seen=seen)
        except Refused as refused:
            raise Refused(in_words(office, refused, number=number)) from None
    return _record(case)


def lines(case: Mapping[str, str]) -> list[str]:
    status = load_texts().render("zh", f"status.is.{case['status']}")
    return [say("case_act", "done", number=case["number"], status=status)]


def written(settings: Settings, work: Callable[[UnitOfWork, Office], T]) -> T:
    """What one unit of work at the desk comes to. Raises Refused in words."""
    with at_the_desk(settings) as (store, office):
        try:
            return store.write(lambda uow: work(uow, office))
        except Refused as refused:
            raise Refused(in_words(office, refused)) from None


def in_words(office: Office, refused: Refused, **more: str) -> str:
    """A refusal as its reader gets it."""
    return office.texts.render("zh", str(refused), **(more | refused.facts))


def given_fields(fields: Iterable[str], known: Iterable[str] = ()) -> dict[str, str]:
    """``name=value`` as a mapping; any name where none are ``known``. Raises Refused."""
    given: dict[str, str] = {}
    names = tuple(dict.fromkeys(known))
    for field in fields:
        name, equals, value = field.partition("=")
        if not equals or (names and name not in names):
            raise Refused(say("case_act", "field", field=field, known="、".join(names) or "…"))
        given[name] = value
    return given


def _record(case: StoredCase) -> dict[str, str]:
    return {
        "number": case.number,
        "status": case.status,
        "level": case.level,
        "promised_on": case.promised_on.isoformat(),
    }
