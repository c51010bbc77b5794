from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from fastapi import FastAPI
from playwright.async_api import Browser, expect

from app.headers import SecurityHeaders
from app.page_files import PageFiles
from console.pages import STATIC, texts
from console.routes.status import RATE, status_router
from console.views import StatusSettings, StatusView, Step
from core.errors import StoreUnavailable
from tests.browser import DESK, PHONE, served, watched
from tests.legible import check_legible

CASE = StatusView(
    number="2026-000017",
    status="正在办理",
    registered_on=date(2026, 11, 20),
    promised_on=date(2027, 1, 11),
    provisional=True,
    timeline=(
        Step(date(2026, 11, 20), "已登记"),
        Step(date(2026, 11, 23), "已受理，交后勤处办理 <b>&amp;</b>"),
    ),
)
TOKEN = "17.1764000000.abcdefgh"
SETTINGS = StatusSettings({"zh": "临江市政务服务中心", "en": "Linjiang Service Center"}, phone="0571-12345")


@dataclass
class Desk:
    """Knows one case and its code; notes who asked."""

    view: StatusView = CASE
    fault: Exception | None = None
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    async def look_up(self, number: str, code: str, asker: str) -> StatusView | None:
        self.asked.append((number, code, asker))
        if self.fault:
            raise self.fault
        return self.view if (number, code) == (self.view.number, "K7QF-2MPX") else None

    async def open_link(self, token: str) -> StatusView | None:
        if self.fault:
            raise self.fault
        return self.view if token == TOKEN else None

    def app(self, settings: StatusSettings = SETTINGS) -> FastAPI:
        app = FastAPI(openapi_url=None)
        app.add_middleware(SecurityHeaders)
        app.mount("/status/static", PageFiles(directory=STATIC))
        app.include_router(status_router(self.look_up, self.open_link, settings))
        return app


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def ask(visitor: httpx.AsyncClient, number: str, code: str) -> httpx.Response:
    return await visitor.post("/status", data={"number": number, "code": code})


async def test_number_and_code_show_the_case(visitor: httpx.AsyncClient, desk: Desk) -> None:
    answer = await ask(visitor, " 2026-000017 ", "K7QF-2MPX")
    assert answer.status_code == 200
    for words in ("2026-000017", "正在办理", "2026年11月20日 星期五", "2027年1月11日 星期一"):
        assert words in answer.text
    assert texts("zh")["status"]["provisional"] in answer.text
    assert desk.asked == [("2026-000017", "K7QF-2MPX", "192.0.2.7")]


async def test_a_link_shows_the_case_and_is_kept_nowhere(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get(f"/status/n/{TOKEN}")
    assert answer.status_code == 200
    assert "正在办理" in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert TOKEN not in answer.text


@pytest.mark.parametrize("token", ["17.1764000000.abcdefgi", "x", "..", "%00", "1" * 4000, "%ff.%ff.%ff", "17"])
async def test_a_link_that_is_forged_torn_or_over_leads_to_the_form(visitor: httpx.AsyncClient, token: str) -> None:
    answer = await visitor.get(f"/status/n/{token}")
    assert "正在办理" not in answer.text
    if token != "..":
        assert texts("zh")["status"]["over"] in answer.text
        assert 'name="code"' in answer.text


async def test_links_are_tried_no_more_often_than_numbers(visitor: httpx.AsyncClient) -> None:
    for _ in range(int(RATE.burst)):
        await visitor.get("/status/n/x")
    assert (await visitor.get(f"/status/n/{TOKEN}")).status_code == 429
    assert (await ask(visitor, "2026-000017", "K7QF-2MPX")).status_code == 429


async def test_a_link_waits_for_a_database_that_is_away(desk: Desk, visitor: httpx.AsyncClient) -> None:
    desk.fault = StoreUnavailable()
    assert (await visitor.get(f"/status/n/{TOKEN}")).status_code == 503


async def test_words_of_the_timeline_are_only_words(visitor: httpx.AsyncClient) -> None:
    answer = await ask(visitor, "2026-000017", "K7QF-2MPX")
    assert "后勤处办理 &lt;b&gt;&amp;amp;&lt;/b&gt;" in answer.text


async def test_a_case_without_a_promise_shows_none(desk: Desk, visitor: httpx.AsyncClient) -> None:
    desk.view = replace(CASE, promised_on=None, provisional=False)
    answer = await ask(visitor, "2026-000017", "K7QF-2MPX")
    assert texts("zh")["status"]["promised"] not in answer.text


async def test_wrong_and_unknown_are_one_and_the_same_answer(visitor: httpx.AsyncClient) -> None:
    typed = [
        ("2026-000017", "WRONG"),
        ("2026-999999", "K7QF-2MPX"),
        ("", ""),
        ("x" * 5000, "y"),
        ("<script>", "'; drop table case_file; --"),
        ("2026-000017\0", "\ud7ff"),
    ]
    answers = [await ask(visitor, number, code) for number, code in typed]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


async def test_what_the_status_does_not_explain_is_said_below_it(desk: Desk, visitor: httpx.AsyncClient) -> None:
    desk.view = replace(CASE, promised_on=None, standing="恢复办理时告诉您新的日期。")
    assert "恢复办理时告诉您新的日期。" in (await ask(visitor, "2026-000017", "K7QF-2MPX")).text


async def test_no_secret_can_be_in_a_url(visitor: httpx.AsyncClient, desk: Desk) -> None:
    answer = await visitor.get("/status?number=2026-000017&code=K7QF-2MPX")
    assert "正在办理" not in answer.text
    assert "K7QF-2MPX" not in answer.text
    assert desk.asked == []
    assert 'method="post"' in answer.text


async def test_the_number_of_a_slip_stands_in_the_form(visitor: httpx.AsyncClient, desk: Desk) -> None:
    answer = await visitor.get("/status?number=2026-000017")
    assert 'value="2026-000017"' in answer.text
    assert desk.asked == []


@pytest.mark.parametrize("number", ['"><script>', "x" * 65, "\0", "1&language=en", "a\r\nSet-Cookie: b=c"])
async def test_whatever_stands_for_the_number_is_only_words(visitor: httpx.AsyncClient, number: str) -> None:
    answer = await visitor.get("/status", params={"number": number})
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert "x" * 65 not in answer.text
    moved = await visitor.get("/status", params={"number": number, "language": "en"})
    assert moved.headers["location"].startswith("/status")
    assert "set-cookie" in moved.headers
    assert "b=c" not in moved.headers["set-cookie"]


async def test_the_language_changes_and_the_number_stays(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/status?language=en&number=2026-000017")
    assert answer.headers["location"] == "/status?number=2026-000017"
    assert 'value="2026-000017"' in (await visitor.get(answer.headers["location"])).text


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"&" * 4000, b"%zz=%", b"number=1", b"x" * 100_000])
async def test_what_is_no_form_is_a_look_up_that_finds_nothing(visitor: httpx.AsyncClient, body: bytes) -> None:
    answer = await visitor.post("/status", content=body)
    assert answer.status_code == 200
    assert texts("zh")["status"]["not_found_title"] in answer.text


async def test_while_the_database_is_away_the_page_says_so(visitor: httpx.AsyncClient, desk: Desk) -> None:
    desk.fault = StoreUnavailable()
    answer = await ask(visitor, "2026-000017", "K7QF-2MPX")
    assert answer.status_code == 503
    assert texts("zh")["status"]["unavailable"] in answer.text


async def test_whoever_asks_too_often_waits_and_is_not_looked_up(visitor: httpx.AsyncClient, desk: Desk) -> None:
    for _ in range(RATE.burst):
        await ask(visitor, "2026-000017", "WRONG")
    answer = await ask(visitor, "2026-000017", "K7QF-2MPX")
    assert answer.status_code == 429
    assert texts("zh")["status"]["busy"] in answer.text
    assert len(desk.asked) == RATE.burst


async def test_the_pages_are_never_stored_and_tell_nobody_where_they_were(visitor: httpx.AsyncClient) -> None:
    for answer in (await visitor.get("/status"), await ask(visitor, "2026-000017", "K7QF-2MPX")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_the_language_is_remembered(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/status?language=en")).headers["location"] == "/status"
    assert texts("en")["status"]["title"] in (await visitor.get("/status")).text


async def test_the_form_asks_for_the_phone_only_where_the_pack_takes_it(desk: Desk) -> None:
    settings = replace(SETTINGS, phone_last_four=True)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(desk.app(settings)), base_url="http://home") as visitor:
        assert texts("zh")["status"]["code_or_phone"] in (await visitor.get("/status")).text


async def test_only_the_pages_files_are_served(visitor: httpx.AsyncClient) -> None:
    style = await visitor.get("/status/static/status.css")
    again = await visitor.get("/status/static/status.css", headers={"If-None-Match": style.headers["etag"]})
    assert (style.status_code, again.status_code) == (200, 304)
    assert (await visitor.get("/status/static/..%2fpages.py")).status_code == 404


def test_both_languages_say_the_same_things() -> None:
    assert texts("zh")["status"].keys() == texts("en")["status"].keys()


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("viewport", [PHONE, DESK, {"width": 320, "height": 420}], ids=["phone", "desk", "200 %"])
async def test_the_page_works_without_scripts_and_is_legible(
    browser: Browser, desk: Desk, viewport: dict[str, int]
) -> None:
    async with (
        served(desk.app()) as home,
        watched(browser, home.url, viewport=viewport, java_script_enabled=False) as seen,
    ):
        page, words = seen.page, texts("zh")["status"]
        await page.goto(f"{home.url}/status")
        await page.get_by_label(words["number"]).fill("2026-000017")
        await page.get_by_label(words["code"]).fill("WRONG")
        await page.get_by_role("button", name=words["look_up"]).click()
        await expect(page.get_by_role("alert")).to_contain_text(words["not_found_title"])
        await expect(page.get_by_label(words["number"])).to_have_value("")
        await check_legible(page)
        await page.get_by_label(words["number"]).fill("2026-000017")
        await page.get_by_label(words["code"]).fill("K7QF-2MPX")
        await page.get_by_role("button", name=words["look_up"]).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(words["receipt"])
        assert page.url == f"{home.url}/status"
        await check_legible(page)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.xdist_group("browser")
async def test_an_accessibility_checker_finds_nothing(browser: Browser, desk: Desk) -> None:
    async with served(desk.app()) as home, watched(browser, home.url) as seen:
        await seen.page.goto(f"{home.url}/status")
        assert (await Axe().run(seen.page)).response["violations"] == []
        await seen.page.locator("#number").fill("2026-000017")
        await seen.page.locator("#code").fill("K7QF-2MPX")
        await seen.page.locator("form button").click()
        await expect(seen.page.locator(".receipt")).to_be_visible()
        assert (await Axe().run(seen.page)).response["violations"] == []
