"""Nothing that a person typed can be read in any file of ours or in a dump of the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from core.messages import Address, Attachment, Choice, InboundMessage, OutboundMessage
from core.store import (
    assessments,
    cases,
    conduct,
    evidence,
    keys,
    lookups,
    office_timeline,
    outbox,
    sessions,
    staff,
    timeline,
    trainings,
)
from core.store.assessments import Assessment
from core.store.figures import Figures
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.store.samples import new_case, take_in

NAME, PHONE, FACTS, PEER = "金丝雀", "13912345678", "三食堂的汤里有虫", "openid-of-canary"
CODE = "QXZ7-CANARY"
CANARIES = (NAME, PHONE, PHONE[-4:] + PHONE, FACTS, PEER, CODE)


def forms(word: str) -> set[bytes]:
    """A word as it might stand in a file."""
    return {word.encode(), json.dumps(word)[1:-1].encode(), word.encode("utf-16-le"), word.encode("gb18030")}


def write_everything(store: Store, now: datetime) -> None:
    """What a whole complaint leaves behind."""
    who = Address("wechat", PEER)
    said = InboundMessage(
        who, f"{PEER}1764", now, text=FACTS, attachments=(Attachment("photo", PHONE, f"{NAME}.jpg", recognised=FACTS),)
    )
    reply = OutboundMessage(f"{NAME}{PHONE}", (Choice("1", FACTS),), CODE)

    def work(uow: UnitOfWork) -> None:
        stored = sessions.load(uow, who, now)
        take_in(uow, said, stored, [reply], now, draft="draft")
        sessions.save(uow, stored, {"name": NAME, "phone": PHONE, "facts": FACTS}, now)
        outbox.add(uow, stored, reply, "remind:1", now, now=now, slot="remind")
        outbox.add(uow, stored, reply, "remind:2", now, now=now, slot="remind")
        new = new_case(
            uow,
            now,
            draft="draft",
            session_id=stored.id,
            contents={"name": NAME, "phone": PHONE, "facts": FACTS},
            phone=PHONE,
            code_hash=keys.blind(uow, "code", CODE),
        )
        evidence.add(uow, stored.id, "draft", None, new.key_id, said.attachments[0], now)
        case = cases.insert(uow, new)
        timeline.add(uow, case, now, "note", "staff", f"{NAME} {PHONE} {FACTS}")
        cases.update(uow, case, rating=1, rating_reason=FACTS)
        li = staff.add(uow, "li", [NAME], "", ["handler"], now)
        assert li is not None
        write_people(uow, li.id, now)
        office_timeline.add(uow, now, "staff_added", "admin", f"{NAME} {FACTS}")
        lookups.record(uow, f"peer:{PEER}", now)
        assert lookups.reached(uow, f"peer:{PEER}", now - timedelta(hours=1), 1)

    store.write(work)
    [claimed] = store.write(lambda uow: evidence.claim(uow, now, 1, 60))
    file = store.files.write(f"{NAME} {FACTS}".encode(), claimed.key)
    store.write(lambda uow: evidence.settle_stored(uow, claimed.id, file.mime, file.size, file.sha256, file.path))


def write_people(uow: UnitOfWork, member: int, now: datetime) -> None:
    """What is said of somebody who works here."""
    said = f"{NAME} {FACTS}"
    training = trainings.plan(uow, member, "induction", "joining", now.date(), now)
    assert training is not None
    trainings.finish(uow, training, now.date(), 90, member, said, passed=True)
    conduct.add(uow, member, "praise", "commended", now.date(), said, member, now)
    conduct.acknowledge(uow, member, "2026.1", now.date(), "chat", member, now)
    day, marks, words = now.date(), {"attitude": 90, "quality": None}, {"attitude": said}
    assessments.add(uow, Assessment(member, day, day, 0, now, member, Figures(), marks, 90, True, words))


def files_of(folder: Path) -> Iterator[bytes]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path).encode()
            yield path.read_bytes()


def dump_of(url: str) -> Iterator[bytes]:
    """Every value of every table, as the bytes it is."""
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            for row in connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))):
                yield from map(_bytes, row)


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def test_no_canary_is_in_the_files_or_the_dump(store: Store, store_url: str, data_dir: Path, now: datetime) -> None:
    write_everything(store, now)
    written = [*files_of(data_dir), *(dump_of(store_url) if store_url.startswith("postgresql") else ())]
    assert any(b"2026-0001" in content for content in written), "what may be read is found, so the search works"
    found = {word for word in CANARIES for form in forms(word) for content in written if form in content}
    assert found == set()


def test_a_database_error_does_not_repeat_what_was_typed(store: Store, now: datetime) -> None:
    def work(uow: UnitOfWork) -> None:
        cases.insert(uow, new_case(uow, now, contents={"name": NAME}, phone=PHONE, level=FACTS))

    with pytest.raises(Exception, match="level") as refused:
        store.write(work)
    assert not [word for word in (NAME, PHONE) if word in str(refused.value)]
