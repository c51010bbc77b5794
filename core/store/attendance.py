"""Attendance as it is kept: device codes, hours, punches, imported files, requests, confirmed statements.

What somebody wrote, and the figures of their month, are sealed with the office's key.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from core.records import pack, record, unpack
from core.store import keys
from core.store.statements import Row, Statement
from core.store.tables import (
    attendance_confirmed,
    attendance_hours,
    attendance_import,
    attendance_person,
    attendance_punch,
    attendance_request,
)
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class StoredPunch:
    staff_id: int
    at: datetime
    way: str


@record(frozen=True, slots=True)
class StoredHours:
    """Somebody's own hours from a day on; "" for those of their post."""

    staff_id: int
    from_on: date
    hours: str


@record(frozen=True, slots=True)
class StoredImport:
    """A file that was imported: ``added`` of its ``rows`` were new."""

    rows: int
    added: int
    at: datetime
    actor: str


@record(frozen=True, slots=True)
class StoredRequest:
    """What somebody asked for: that from ``begins_at`` to ``ends_at`` ``becomes`` something. ``words`` are theirs, ``note`` is
    the decision's."""

    id: int
    staff_id: int
    kind: str
    becomes: str
    begins_at: datetime
    ends_at: datetime
    words: str
    state: str
    asked_at: datetime
    decided_at: datetime | None
    decided_by: int | None
    note: str


@record(frozen=True, slots=True)
class StoredConfirmed:
    digest: str
    figures: Mapping[str, Any]
    at: datetime


_people, _hours, _imports = attendance_person.c, attendance_hours.c, attendance_import.c
_punches, _requests, _confirmed = attendance_punch.c, attendance_request.c, attendance_confirmed.c

_make_code = insert(attendance_person)
_put_code = Statement(
    _make_code.on_conflict_do_update(index_elements=["staff_id"], set_={"device_code": _make_code.excluded.device_code})
)
_drop_code = Statement(delete(attendance_person).where(_people.staff_id == bindparam("whose")))
_codes = Statement(select(_people.staff_id, _people.device_code))
_make_hours = insert(attendance_hours)
_put_hours = Statement(
    _make_hours.on_conflict_do_update(
        index_elements=["staff_id", "from_on"], set_={"hours": _make_hours.excluded.hours}
    )
)
_all_hours = Statement(select(_hours.staff_id, _hours.from_on, _hours.hours).order_by(_hours.staff_id, _hours.from_on))
_make_import = Statement(
    insert(attendance_import).on_conflict_do_nothing(index_elements=["sha256"]).returning(_imports.id)
)
_count_import = Statement(
    update(attendance_import).where(_imports.id == bindparam("key")).values(added=bindparam("new"))
)
_import = Statement(
    select(_imports.rows, _imports.added, _imports.at, _imports.actor).where(_imports.sha256 == bindparam("digest"))
)
_make_punch = Statement(
    insert(attendance_punch)
    .on_conflict_do_nothing(index_elements=["staff_id", "at", "way"])
    .returning(attendance_punch.c.id)
)
_between = select(_punches.staff_id, _punches.at, _punches.way).where(
    _punches.at >= bindparam("since"), _punches.at < bindparam("until")
)
_all_punches = Statement(_between.order_by(_punches.at, _punches.id))
_own_punches = Statement(_between.where(_punches.staff_id == bindparam("whose")).order_by(_punches.at, _punches.id))
_make_request = Statement(insert(attendance_request).returning(_requests.id))
_request = Statement(select(attendance_request).where(_requests.id == bindparam("key")).with_for_update())
_overlapping = select(attendance_request).where(
    _requests.ends_at >= bindparam("since"), _requests.begins_at < bindparam("until")
)
_all_requests = Statement(_overlapping.order_by(_requests.begins_at, _requests.id))
_own_requests = Statement(
    _overlapping.where(_requests.staff_id == bindparam("whose")).order_by(_requests.begins_at, _requests.id)
)
_asked = Statement(select(attendance_request).where(_requests.state == "asked").order_by(_requests.id))
_decide = Statement(
    update(attendance_request)
    .where(_requests.id == bindparam("key"), _requests.state == bindparam("was"))
    .values(
        state=bindparam("now_is"), decided_at=bindparam("at"), decided_by=bindparam("by"), note_sealed=bindparam("note")
    )
)
_make_confirmed = insert(attendance_confirmed)
_put_confirmed = Statement(
    _make_confirmed.on_conflict_do_update(
        index_elements=["staff_id", "month"],
        set_={name: _make_confirmed.excluded[name] for name in ("digest", "figures_sealed", "at")},
    )
)
_of_month = Statement(
    select(_confirmed.digest, _confirmed.figures_sealed, _confirmed.at).where(
        _confirmed.staff_id == bindparam("whose"), _confirmed.month == bindparam("of")
    )
)


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def put_code(uow: UnitOfWork, staff_id: int, device_code: str) -> None:
    """How the device knows them; "" for not at all. Whoever else has the code must have given it up before."""
    if device_code:
        uow.run(_put_code, {"staff_id": staff_id, "device_code": device_code})
    else:
        uow.run(_drop_code, {"whose": staff_id})


def codes(uow: UnitOfWork) -> dict[str, int]:
    """Ids of staff by the device's code."""
    return {row.device_code: row.staff_id for row in uow.run(_codes, {}).rows}


def put_hours(uow: UnitOfWork, staff_id: int, from_on: date, hours: str) -> None:
    uow.run(_put_hours, {"staff_id": staff_id, "from_on": from_on, "hours": hours})


def hours(uow: UnitOfWork) -> list[StoredHours]:
    """Everybody's own, each in the order of their days."""
    return [StoredHours(*row) for row in uow.run(_all_hours, {}).rows]


# ── punches ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def punch(uow: UnitOfWork, staff_id: int, at: datetime, way: str, import_id: int | None = None) -> bool:
    """Keep it; False where it is there already."""
    row = {"staff_id": staff_id, "at": at, "way": way, "import_id": import_id}
    return uow.run(_make_punch, row).scalar() is not None


def punches(uow: UnitOfWork, since: datetime, until: datetime, staff_id: int | None = None) -> list[StoredPunch]:
    """Those from ``since`` until before ``until``, in order; of one person, or of all."""
    span = {"since": since, "until": until}
    found = uow.run(_all_punches, span) if staff_id is None else uow.run(_own_punches, span | {"whose": staff_id})
    return [StoredPunch(*row) for row in found.rows]


def begin_import(uow: UnitOfWork, sha256: str, rows: int, at: datetime, actor: str) -> int | None:
    """The id under which this file is imported; None where it was before."""
    row = {"sha256": sha256, "rows": rows, "added": 0, "at": at, "actor": actor}
    new_id: int | None = uow.run(_make_import, row).scalar()
    return new_id


def end_import(uow: UnitOfWork, import_id: int, added: int) -> None:
    uow.run(_count_import, {"key": import_id, "new": added})


def imported(uow: UnitOfWork, sha256: str) -> StoredImport | None:
    row = uow.run(_import, {"digest": sha256}).one_or_none()
    return StoredImport(*row) if row else None


# ── requests ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def ask(
    uow: UnitOfWork,
    staff_id: int,
    kind: str,
    becomes: str,
    begins_at: datetime,
    ends_at: datetime,
    words: str,
    now: datetime,
) -> int:
    """Keep what somebody asks for; return its number."""
    sealed = keys.office_key(uow).seal(words, _about(staff_id, begins_at))
    row = {"staff_id": staff_id, "kind": kind, "becomes": becomes, "begins_at": begins_at, "ends_at": ends_at}
    new_id: int = uow.run(_make_request, row | {"words_sealed": sealed, "state": "asked", "asked_at": now}).scalar_one()
    return new_id


def request(uow: UnitOfWork, request_id: int) -> StoredRequest | None:
    """One request, locked until the unit ends."""
    row = uow.run(_request, {"key": request_id}).one_or_none()
    return _stored(uow, row) if row else None


def requests(uow: UnitOfWork, since: datetime, until: datetime, staff_id: int | None = None) -> list[StoredRequest]:
    """Those that reach into the time from ``since`` until before ``until``; of one person, or of all."""
    span = {"since": since, "until": until}
    found = uow.run(_all_requests, span) if staff_id is None else uow.run(_own_requests, span | {"whose": staff_id})
    return [_stored(uow, row) for row in found.rows]


def asked(uow: UnitOfWork) -> list[StoredRequest]:
    """What waits for a decision, the oldest first."""
    return [_stored(uow, row) for row in uow.run(_asked, {}).rows]


def decide(uow: UnitOfWork, one: StoredRequest, state: str, by: int, note: str, now: datetime) -> bool:
    """Decide it as it was read; False where somebody decided meanwhile."""
    sealed = keys.office_key(uow).seal(note, _about(one.staff_id, one.begins_at)) if note else None
    row = {"key": one.id, "was": one.state, "now_is": state, "at": now, "by": by, "note": sealed}
    return uow.run(_decide, row).rowcount == 1


# ── statements ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def confirm(uow: UnitOfWork, staff_id: int, month: str, digest: str, figures: Mapping[str, Any], now: datetime) -> None:
    """Keep what somebody confirmed; what they confirmed of that month before is replaced."""
    sealed = keys.office_key(uow).seal(pack(dict(figures)), f"attendance_confirmed.figures_sealed:{staff_id}:{month}")
    row = {"staff_id": staff_id, "month": month, "digest": digest, "figures_sealed": sealed, "at": now}
    uow.run(_put_confirmed, row)


def confirmed(uow: UnitOfWork, staff_id: int, month: str) -> StoredConfirmed | None:
    row = uow.run(_of_month, {"whose": staff_id, "of": month}).one_or_none()
    if row is None:
        return None
    about = f"attendance_confirmed.figures_sealed:{staff_id}:{month}"
    return StoredConfirmed(row.digest, unpack(keys.office_key(uow).unseal(row.figures_sealed, about)), row.at)


def _stored(uow: UnitOfWork, row: Row) -> StoredRequest:
    key, about = keys.office_key(uow), _about(row.staff_id, row.begins_at)
    words = key.unseal(row.words_sealed, about).decode("utf-8", "surrogatepass")
    note = key.unseal(row.note_sealed, about).decode("utf-8", "surrogatepass") if row.note_sealed else ""
    return StoredRequest(
        row.id, row.staff_id, row.kind, row.becomes, row.begins_at, row.ends_at, words, row.state, row.asked_at,
        row.decided_at, row.decided_by, note,
    )  # fmt: skip


def _about(staff_id: int, begins_at: datetime) -> str:
    return f"attendance_request.words_sealed:{staff_id}:{begins_at.astimezone(UTC).isoformat()}"
