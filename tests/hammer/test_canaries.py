"""What people say is nowhere to be read: not in a file, not in a dump of the database, not in a log line."""

from __future__ import annotations

import asyncio
import base64
import json
import uuid
from collections.abc import Iterator
from functools import partial
from urllib.parse import quote

import httpx
import psycopg
import pytest
from psycopg import sql

from core.errors import KeyDestroyed
from core.messages import Address
from core.store import cases, evidence, keys, notifications, queries, sessions
from core.store.unit_of_work import UnitOfWork
from tests.hammer.citizens import Platform, history, numbers
from tests.hammer.running import Running

OPENID = "oCANARY7f3Xq-person"
WEB_NAME = "欧阳金丝雀"
CANARIES = (
    OPENID, "诸葛金丝雀", WEB_NAME, "13912345678", "13987654321", "三号柜台的翡翠算盘被摔坏", "灯塔旁的紫色旋转门",
    "工号八八四七的络腮胡", "语音里说的琥珀茶壶", "canary-contract.pdf", "content-of-the-canary-file", "要求赔偿琉璃砚台",
)  # fmt: skip
_, NAME, _, PHONE, NEW_PHONE, FACTS, PLACE, RESPONDENT, VOICE, FILE_NAME, FILE, MORE = CANARIES
PICTURE = b"\x89PNG\r\n\x1a\n" + FILE.encode()
TOLD = f"昨天{FACTS}，窗口工作人员态度很差"
DIALOGUE = (
    TOLD, PLACE, RESPONDENT, "1", "同意", NAME, PHONE, f"电话改成{NEW_PHONE}", "好了", "1",
    "查进度", "补充", MORE, "好了", "催办", "人工", "我的信息",
)  # fmt: skip


def spellings(canary: str) -> Iterator[bytes]:
    """Every form in which it would still be readable."""
    plain = canary.encode()
    yield from (plain, canary.encode("utf-16-le"), canary.encode("utf-16-be"), canary.encode("gb18030"))
    yield from (json.dumps(canary)[1:-1].encode(), quote(canary).encode(), quote(canary).lower().encode())
    yield from (plain.hex().encode(), plain.hex().upper().encode())
    for shift in range(3):
        # The characters at both ends of base64 depend on the neighbours, so they are left out.
        yield base64.b64encode(b"-" * shift + plain)[4 if shift else 0 : -4]
        yield base64.urlsafe_b64encode(b"-" * shift + plain)[4 if shift else 0 : -4]


def found(content: bytes) -> list[str]:
    return [canary for canary in CANARIES if any(spelling in content for spelling in spellings(canary))]


def _dump(running: Running) -> dict[str, bytes]:
    """Everything that is on the disk, and of PostgreSQL every table in both of its forms."""
    places = [path for path in running.data_dir.rglob("*") if path.is_file()]
    dumped = {str(path): path.read_bytes() for path in [*places, running.log]}
    if running.url.startswith("postgresql"):
        dumped |= _tables(running.url)
    return dumped


def _tables(url: str) -> dict[str, bytes]:
    dumped = {}
    with psycopg.connect(url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (name,) in names:
            for form in ("text", "binary"):
                statement = sql.SQL("COPY {} TO STDOUT (FORMAT {})").format(sql.Identifier(name), sql.SQL(form))
                with connection.cursor().copy(statement) as copy:
                    dumped[f"{name} as {form}"] = b"".join(map(bytes, copy))
    return dumped


def _readable(running: Running) -> dict[str, list[str]]:
    return {place: canaries for place, content in _dump(running).items() if (canaries := found(content))}


async def _over_wechat(platform: Platform) -> str:
    """A whole complaint with everything that may go with one; its number."""
    for words in DIALOGUE[:3]:
        await platform.say(OPENID, words)
    await platform.send_image(OPENID, PICTURE, "image/png")
    await platform.send_voice(OPENID, b"#!AMR\n" + FILE.encode(), VOICE)
    for words in DIALOGUE[3:]:
        await platform.say(OPENID, words)
    await platform.send_location(OPENID, "30.1", "120.2", PLACE)
    assert await platform.status_of(OPENID, f"<xml><broken>{FACTS}</xml>") == 400
    complaint, *calls_for_staff = sorted(numbers(platform.heard(OPENID)))
    assert len(calls_for_staff) == 1
    return complaint


def _over_the_web(running: Running) -> None:
    with httpx.Client(base_url=running.address, trust_env=False) as browser:
        browser.get("/")
        for words in (TOLD, PLACE, "跳过", "同意", WEB_NAME, PHONE):
            said = browser.post("/chat/messages", json={"id": uuid.uuid4().hex, "text": words})
            assert said.status_code == 200
        sent = browser.post(
            "/chat/files", data={"id": uuid.uuid4().hex}, files={"file": (FILE_NAME, b"%PDF-1.7 " + FILE.encode())}
        )
        assert sent.status_code == 200
        browser.post("/chat/messages", content=f'{{"text": "{FACTS}"')
        browser.get("/status", params={"number": NAME})
        browser.post("/status", data={"number": PHONE, "code": NAME})
        lines = browser.get("/chat/history").text
        assert WEB_NAME in lines


async def _wait_for_evidence(running: Running) -> None:
    for _ in range(150):
        with running.store() as store:
            states = store.read(queries.overview).evidence
        if set(states) == {"stored"}:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(states)


def _told_by_staff(running: Running, number: str) -> None:
    """A notice that quotes the complainant, on its way by every rung that there is."""
    running.command("staff", "add", "wang", "--name", "王敏", "--post", "officer")
    words = f"words={NAME}，请补充{MORE}，我们会打{PHONE}"
    running.command("case", "act", number, "request_supplement", "--as", "wang", "--field", words)


async def _wait_for_tries(running: Running, number: str) -> None:
    def tried(uow: UnitOfWork) -> int:
        case = cases.by_number(uow, number)
        assert case
        return sum(len(notice.tries) for notice in notifications.of_case(uow, case.id))

    for _ in range(600):
        with running.store() as store:
            if store.read(tried):
                return
        await asyncio.sleep(0.1)
    raise AssertionError("nothing was tried")


def test_a_canary_is_found_in_every_spelling() -> None:
    for canary in CANARIES:
        assert all(found(b"..." + spelling + b"...") for spelling in spellings(canary))
        assert found(base64.b64encode(b"x" + f"before {canary} after".encode())) == [canary]
    assert found(b"nothing personal") == []


@pytest.mark.timeout(120)
async def test_a_whole_run_leaves_nothing_readable_and_erasing_leaves_nothing_at_all(
    running: Running, platform: Platform
) -> None:
    running.start()
    number = await _over_wechat(platform)
    platform.api.fail("/cgi-bin/message/custom/send", 45015, times=-1)
    # What staff say waits for more to go with it; meanwhile the rest goes on.
    await asyncio.to_thread(_told_by_staff, running, number)
    await asyncio.to_thread(_over_the_web, running)
    await _wait_for_evidence(running)
    await _wait_for_tries(running, number)
    assert _readable(running) == {}
    assert list((running.data_dir / "uploads").iterdir()) == []
    before = _session_key(running)
    await platform.say(OPENID, "删除我的信息")
    await platform.say(OPENID, "是")
    assert _readable(running) == {}
    running.kill()
    _check_chat_is_gone(running, before)
    _check_case_can_be_erased(running, number)
    assert _readable(running) == {}


def _session_key(running: Running) -> int:
    with running.store() as store:
        found_ = store.read(lambda uow: sessions.find(uow, Address("wechat", OPENID)))
    assert found_
    return found_.key_id


def _check_chat_is_gone(running: Running, key_id: int) -> None:
    with running.store() as store:
        assert history(store, OPENID) == []
        with pytest.raises(KeyDestroyed):
            store.read(lambda uow: keys.open_key(uow, key_id))


def _check_case_can_be_erased(running: Running, number: str) -> None:
    """Until then its evidence is there; after it there is neither a key nor a file."""

    def files(uow: UnitOfWork) -> list[tuple[str, int]]:
        case = cases.by_number(uow, number)
        assert case
        return [(file.path, file.key_id) for file in evidence.list_for_case(uow, case.id)]

    with running.store(read_only=False) as store:
        kept = store.read(files)
        assert len(kept) == 2
        for path, key_id in kept:
            assert FILE.encode() in store.files.read(path, store.read(partial(keys.open_key, key_id=key_id)))
        case = store.read(lambda uow: cases.by_number(uow, number))
        assert case
        store.write(lambda uow: cases.erase(uow, case.id))
        assert not any((running.data_dir / path).exists() for path, _ in kept)
        detail = store.read(lambda uow: queries.case_detail(uow, number))
        assert detail
        assert detail.contents == {}
        with pytest.raises(KeyDestroyed):
            store.read(lambda uow: keys.open_key(uow, case.key_id))
