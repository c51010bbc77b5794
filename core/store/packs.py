"""Policy packs as they stood when cases were opened under them: a case keeps the version it began with."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache

from pydantic import ValidationError
from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.dialects.postgresql import insert

from core.errors import PolicyError
from core.policies.faults import file_fault
from core.policies.policy import Policy
from core.store.statements import Statement
from core.store.tables import case_file, pack_version
from core.store.unit_of_work import UnitOfWork

_columns = pack_version.c
_this = (_columns.policy_id == bindparam("called"), _columns.version == bindparam("dated"))
_make = Statement(
    insert(pack_version).on_conflict_do_nothing(index_elements=["policy_id", "version"]).returning(_columns.sha256)
)
_find = Statement(select(_columns.sha256, _columns.body).where(*_this))
_replace = Statement(
    update(pack_version)
    .where(
        *_this,
        ~exists(
            select(case_file.c.id).where(
                case_file.c.policy_id == bindparam("called"), case_file.c.policy_version == bindparam("dated")
            )
        ),
    )
    .values(sha256=bindparam("new_sum"), body=bindparam("new_body"), kept_at=bindparam("now"))
)


def keep(uow: UnitOfWork, policy: Policy, now: datetime) -> None:
    """Keep this pack under its id and version.

    Another pack of the same version is replaced while no case was opened under it. Raises PolicyError once one was: what
    those cases were promised is what the kept pack says. One that was kept before packs could say something more, and says
    nothing of it, is the same pack.
    """
    body = policy.model_dump_json()
    digest = hashlib.sha256(body.encode()).hexdigest()
    row = {"policy_id": policy.id, "version": policy.version, "sha256": digest, "body": body, "kept_at": now}
    if uow.run(_make, row).scalar() is not None:
        return
    this = {"called": policy.id, "dated": policy.version}
    kept = uow.run(_find, this).one()
    fresh = {"new_sum": digest, "new_body": body, "now": now}
    if kept.sha256 == digest or uow.run(_replace, this | fresh).rowcount == 1:
        return
    if find(uow, policy.id, policy.version) != policy:
        known = {"id": policy.id, "version": policy.version, "kept": kept.sha256[:12], "new": digest[:12]}
        raise PolicyError(file_fault("version_in_use", file=f"{policy.id}.toml", **known))


def find(uow: UnitOfWork, policy_id: str, version: str) -> Policy | None:
    """The pack of this version, None where it was never kept. Raises PolicyError where this program cannot read it."""
    row = uow.run(_find, {"called": policy_id, "dated": version}).one_or_none()
    try:
        return _read(row.body) if row is not None else None
    except ValidationError as error:
        file = f"{policy_id}.toml"
        raise PolicyError(file_fault("kept_unreadable", file=file, id=policy_id, version=version)) from error


@lru_cache(maxsize=32)
def _read(body: str) -> Policy:
    """Reading one takes milliseconds, and what is kept never changes under its cases."""
    return Policy.model_validate_json(body)
