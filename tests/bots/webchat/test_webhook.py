from __future__ import annotations

import json
import logging
import re

import httpx
import pytest

from bots.webchat import webhook
from bots.webchat.guards import PERSON_RATE
from bots.webchat.page.pages import texts
from core.errors import StoreUnavailable
from tests.bots.webchat.service import Service

PHOTO = ("files", ("虫子.jpg", b"\xff\xd8\xff photo", "image/jpeg"))
ID = "0123456789abcdef"


async def say(visitor: httpx.AsyncClient, text: object = "我要投诉", client_id: object = ID) -> httpx.Response:
    return await visitor.post("/chat/messages", json={"id": client_id, "text": text})


async def test_a_sentence_is_answered_with_bubbles_and_choices(visitor: httpx.AsyncClient) -> None:
    await visitor.get("/")
    answer = await say(visitor)
    assert answer.status_code == 200
    assert answer.json() == {
        "replies": [
            {
                "text": "您要投诉哪一类？",
                "choices": [
                    {"key": "kind:meal", "label": "饭菜", "aside": False},
                    {"key": "kind:staff", "label": "服务态度", "aside": False},
                ],
                "copyable": "",
            }
        ]
    }


async def test_a_pressed_choice_arrives_as_its_key(visitor: httpx.AsyncClient, service: Service) -> None:
    await visitor.post("/chat/messages", json={"id": ID, "choice": "kind:meal"})
    assert [(message.kind, message.text) for message in service.received] == [("choice", "kind:meal")]


async def test_a_retry_gets_the_same_answer_and_has_no_second_effect(
    visitor: httpx.AsyncClient, service: Service
) -> None:
    await visitor.get("/")
    first, second = await say(visitor), await say(visitor)
    assert first.json() == second.json()
    assert len(service.received) == 1


async def test_the_same_id_from_a_stranger_is_another_message(service: Service) -> None:
    for _ in range(2):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(service.app()), base_url="http://home") as stranger:
            await say(stranger)
    assert len(service.received) == 2


async def test_history_is_the_visitors_own(visitor: httpx.AsyncClient, service: Service) -> None:
    await visitor.get("/")
    await say(visitor)
    assert [line["text"] for line in (await visitor.get("/chat/history")).json()] == ["我要投诉", "您要投诉哪一类？"]
    visitor.cookies.clear()
    assert (await visitor.get("/chat/history")).json() == []


async def test_history_goes_on_after_a_cursor(visitor: httpx.AsyncClient) -> None:
    await visitor.get("/")
    await say(visitor)
    await say(visitor, "提交", "f" * 16)
    assert [line["cursor"] for line in (await visitor.get("/chat/history?after=1")).json()] == [2, 2]


@pytest.mark.parametrize("after", ["-1", "x", "１", "9" * 30, "", "1e3", "%00"])
async def test_a_senseless_cursor_is_the_beginning(visitor: httpx.AsyncClient, after: str) -> None:
    await visitor.get("/")
    await say(visitor)
    assert len((await visitor.get(f"/chat/history?after={after}")).json()) == 2


async def test_a_forged_cookie_is_a_new_identity(visitor: httpx.AsyncClient, service: Service) -> None:
    await visitor.get("/")
    await say(visitor)
    peer, signature = visitor.cookies["tousu_chat"].rsplit(".", 1)
    visitor.cookies.clear()
    visitor.cookies.set("tousu_chat", f"{peer}.{signature[::-1]}")
    assert (await visitor.get("/chat/history")).json() == []


async def test_several_files_are_one_message(visitor: httpx.AsyncClient, service: Service) -> None:
    answer = await visitor.post("/chat/files", data={"id": ID}, files=[PHOTO, PHOTO, PHOTO])
    assert answer.json()["replies"][0]["text"] == "已收到3个文件"
    (message,) = service.received
    assert [(file.kind, file.name, file.mime, file.size) for file in message.attachments] == [
        ("photo", "虫子.jpg", "image/jpeg", 9)
    ] * 3
    assert (await service.channel.fetch(message.attachments[0])).content == b"\xff\xd8\xff photo"


async def test_a_file_that_is_too_large_is_refused_politely_and_nothing_is_kept(
    visitor: httpx.AsyncClient, service: Service
) -> None:
    large = ("files", ("录像.mp4", b"0" * (1024 * 1024 + 1), "video/mp4"))
    answer = await visitor.post("/chat/files", data={"id": ID}, files=[PHOTO, large])
    assert answer.status_code == 413
    assert answer.json() == {"error": "too_large", "message": texts("zh")["errors"]["too_large"]}
    assert service.uploads.files == {}


async def test_one_file_too_many_is_refused_and_nothing_is_kept(visitor: httpx.AsyncClient, service: Service) -> None:
    answer = await visitor.post("/chat/files", data={"id": ID}, files=[PHOTO] * 5)
    assert (answer.status_code, answer.json()["error"]) == (413, "too_many")
    assert service.uploads.files == {}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"text"', b"\xff", b"[" * 60000, b'{"id": 1, "text": "x"}', b'{"id": "../../x", "text": "x"}'],
)
async def test_what_is_no_message_is_a_polite_400(visitor: httpx.AsyncClient, body: bytes) -> None:
    answer = await visitor.post("/chat/messages", content=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "malformed")


@pytest.mark.parametrize("text", ["", "   ", "\0\0", None, 5, ["x"], "\ud800"])
async def test_an_empty_message_is_a_polite_400(visitor: httpx.AsyncClient, text: object) -> None:
    body = json.dumps({"id": ID, "text": text})
    assert (await visitor.post("/chat/messages", content=body)).status_code == 400


@pytest.mark.parametrize("text", ["长" * 5001, "x" * 1_000_000])
async def test_a_message_that_is_too_long_is_never_cut_in_silence(
    visitor: httpx.AsyncClient, service: Service, text: str
) -> None:
    answer = await say(visitor, text)
    assert (answer.status_code, answer.json()["error"]) == (413, "too_long")
    assert service.received == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\nnonsense"),
        ("multipart/form-data; boundary=b", b"--c\r\n\r\n--c--"),
        ("multipart/form-data; boundary=b", b"--b--\r\n"),
        ("multipart/form-data; boundary=" + "b" * 300, b""),
    ],
)
async def test_what_is_no_upload_is_a_polite_400(visitor: httpx.AsyncClient, content_type: str, body: bytes) -> None:
    answer = await visitor.post("/chat/files", content=body, headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["error"]) == (400, "malformed")


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
async def test_another_sites_page_cannot_post(
    visitor: httpx.AsyncClient, service: Service, headers: dict[str, str]
) -> None:
    answer = await visitor.post("/chat/messages", json={"id": ID, "text": "x"}, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (403, "cross_site")
    assert service.received == []


async def test_our_own_page_can_post(visitor: httpx.AsyncClient) -> None:
    headers = {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}
    answer = await visitor.post("/chat/messages", json={"id": ID, "text": "x"}, headers=headers)
    assert answer.status_code == 200


async def test_while_the_database_is_away_a_message_is_kept_and_the_person_told(
    visitor: httpx.AsyncClient, service: Service
) -> None:
    service.fault = StoreUnavailable()
    answer = await say(visitor, "食堂有虫")
    assert answer.status_code == 202
    assert answer.json()["replies"][0]["text"] == texts("zh")["errors"]["kept"]
    assert [message.text for message in service.kept] == ["食堂有虫"]
    assert (await visitor.get("/chat/history")).status_code == 503


async def test_a_defect_is_a_polite_500_and_the_log_holds_no_word_of_the_person(
    visitor: httpx.AsyncClient, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.fault = RuntimeError("said by 王小明 13900001111")
    with caplog.at_level(logging.DEBUG):
        answer = await say(visitor, "王小明 13900001111")
    assert (answer.status_code, answer.json()["error"]) == (500, "failed")
    assert "RuntimeError" in caplog.text
    assert "13900001111" not in caplog.text


async def test_who_is_too_fast_is_told_when_to_come_back(visitor: httpx.AsyncClient) -> None:
    await visitor.get("/")
    answers = [await say(visitor, "x", f"{number:016}") for number in range(PERSON_RATE.burst + 1)]
    assert [answer.status_code for answer in answers] == [200] * PERSON_RATE.burst + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1


async def test_the_language_is_chosen_once_and_goes_with_each_message(
    visitor: httpx.AsyncClient, service: Service
) -> None:
    await say(visitor, "hello")
    chosen = await visitor.get("/?language=en")
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/")
    assert texts("en")["page"]["title"] in (await visitor.get("/")).text
    await say(visitor, "hello", "f" * 16)
    assert [message.language for message in service.received] == [None, "en"]


async def test_a_browser_in_english_sees_the_english_page(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/", headers={"Accept-Language": "en-GB,en;q=0.9,zh;q=0.5"})
    assert '<html lang="en">' in answer.text


async def test_pages_and_answers_are_never_stored_and_carry_the_security_headers(visitor: httpx.AsyncClient) -> None:
    for answer in (await visitor.get("/"), await say(visitor), await visitor.get("/chat/history")):
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_static_files_are_asked_for_again_only_when_they_changed(visitor: httpx.AsyncClient) -> None:
    first = await visitor.get("/chat/static/chat.js")
    again = await visitor.get("/chat/static/chat.js", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


@pytest.mark.parametrize("name", ["nothing.js", "..%2fpages.py", "%2e%2e%2ftexts.zh.toml", "pages.py"])
async def test_nothing_but_the_pages_files_is_served(visitor: httpx.AsyncClient, name: str) -> None:
    assert (await visitor.get(f"/chat/static/{name}")).status_code == 404


async def test_nothing_personal_is_in_the_page_or_a_url(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get("/")).text
    assert visitor.cookies["tousu_chat"].split(".")[0] not in page
    assert re.findall(r'(?:src|href)="(?!/|#|tel:)', page) == []


async def test_one_visitor_cannot_hold_all_connections(
    visitor: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "MAX_PAGES_OPEN", 0)
    assert (await visitor.get("/chat/events")).status_code == 429
