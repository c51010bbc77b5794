"""The page of evidence over files that mean harm: what is shown, what is saved, and what no answer of it ever allows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from fastapi import FastAPI
from playwright.async_api import Browser, expect

from app.headers import SecurityHeaders
from app.page_files import PageFiles
from console.pages import STATIC, texts
from console.routes.evidence import SHOWN, evidence_router
from console.routes.status import RATE, status_router
from console.views import EvidenceFile, EvidenceLine, EvidenceView
from core.errors import StoreUnavailable
from core.files.endings import ENDINGS
from core.throttle import Throttle
from tests.browser import served, watched
from tests.console.test_status import SETTINGS
from tests.console.test_status import Desk as StatusDesk
from tests.legible import check_legible

AT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
TOKEN = "17.4.9.1764000000.abcdefgh"
GIF = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
HARM = b"%PDF-1.7 <script>document.title = 'harm'</script>"
FILES = {
    1: EvidenceFile("stored", "DT2611-00018-001.gif", "image/gif", GIF),
    2: EvidenceFile("stored", "DT2611-00018-002.pdf", "application/pdf", HARM),
    3: EvidenceFile("waiting"),
    4: EvidenceFile("failed"),
    5: EvidenceFile("erased"),
    6: EvidenceFile("missing"),
}
VIEW = EvidenceView(
    "DT2611-00018",
    (
        EvidenceLine(1, "photo", "stored", AT, "1 KB"),
        EvidenceLine(2, "file", "stored", AT, "2.9 MB"),
        EvidenceLine(3, "voice", "waiting", AT),
        EvidenceLine(4, "video", "failed", AT),
    ),
)
WORDS = texts("zh")["evidence"]


@dataclass
class Desk:
    """Knows one link; notes which files were asked for."""

    view: EvidenceView = VIEW
    files: dict[int, EvidenceFile] = field(default_factory=lambda: dict(FILES))
    fault: Exception | None = None
    asked: list[int] = field(default_factory=list)

    async def open_list(self, token: str) -> EvidenceView | None:
        if self.fault:
            raise self.fault
        return self.view if token == TOKEN else None

    async def open_file(self, token: str, position: int) -> EvidenceFile | None:
        self.asked.append(position)
        if self.fault:
            raise self.fault
        return self.files.get(position, FILES[5]) if token == TOKEN else None

    def app(self) -> FastAPI:
        app, throttle, status = FastAPI(openapi_url=None), Throttle(RATE), StatusDesk()
        app.add_middleware(SecurityHeaders)
        app.mount("/status/static", PageFiles(directory=STATIC))
        app.include_router(status_router(status.look_up, status.open_link, SETTINGS, throttle))
        app.include_router(evidence_router(self.open_list, self.open_file, SETTINGS.title, throttle))
        return app


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_the_list_says_what_each_file_is_and_leads_to_those_that_are_here(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get(f"/evidence/{TOKEN}")
    assert answer.status_code == 200
    for words in (
        "DT2611-00018",
        "1. 照片 · 1 KB",
        "2. 文件 · 2.9 MB",
        "3. 录音",
        "2026-11-23 09:30",
        WORDS["waiting"],
        WORDS["failed"],
    ):
        assert words in answer.text
    assert re.findall(r'href="(/evidence[^"]*)"', answer.text) == [f"/evidence/{TOKEN}/1", f"/evidence/{TOKEN}/2"]
    assert '<img src="/evidence' not in answer.text, "whoever only looks at the list must not be given what is in it"
    assert '<meta name="robots" content="noindex, nofollow">' in answer.text


async def test_a_preview_of_the_list_asks_for_no_file_and_uses_nothing_up(
    desk: Desk, visitor: httpx.AsyncClient
) -> None:
    for _ in range(5):
        assert "DT2611-00018" in (await visitor.get(f"/evidence/{TOKEN}")).text
    assert desk.asked == []


@pytest.mark.parametrize("mime", [*ENDINGS, "application/octet-stream", "text/html", "image/svg+xml"])
async def test_pictures_of_known_kinds_are_shown_and_all_else_is_saved(
    desk: Desk, visitor: httpx.AsyncClient, mime: str
) -> None:
    desk.files[1] = EvidenceFile("stored", "DT2611-00018-001.bin", mime, HARM)
    answer = await visitor.get(f"/evidence/{TOKEN}/1")
    how = "inline" if mime in ("image/jpeg", "image/png", "image/gif", "image/webp") else "attachment"
    assert answer.headers["content-disposition"] == f'{how}; filename="DT2611-00018-001.bin"'
    assert answer.headers["content-type"].partition(";")[0] == mime
    assert answer.content == HARM
    assert {"image/jpeg", "image/png", "image/gif", "image/webp"} == SHOWN


async def test_a_file_is_kept_nowhere_runs_nothing_and_is_what_we_say(visitor: httpx.AsyncClient) -> None:
    closed = "default-src 'none'; sandbox; frame-ancestors 'none'"
    for position, policy in ((1, f"{closed}; style-src 'unsafe-inline'"), (2, closed)):
        headers = (await visitor.get(f"/evidence/{TOKEN}/{position}")).headers
        assert headers["content-security-policy"] == policy
        assert headers["x-content-type-options"] == "nosniff"
        assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"


async def test_the_page_is_kept_nowhere_and_tells_nobody_where_it_was(visitor: httpx.AsyncClient) -> None:
    for path in (TOKEN, "x", f"{TOKEN}/3"):
        headers = (await visitor.get(f"/evidence/{path}")).headers
        assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("position", "why"), [(3, "waiting"), (4, "failed"), (5, "erased"), (6, "missing"), (99, "erased")]
)
async def test_a_file_that_is_not_there_says_why(visitor: httpx.AsyncClient, position: int, why: str) -> None:
    answer = await visitor.get(f"/evidence/{TOKEN}/{position}")
    assert answer.status_code == 404
    assert WORDS[why] in answer.text
    assert f'href="/evidence/{TOKEN}"' in answer.text


@pytest.mark.parametrize(
    "path",
    ["x", "17.4.9.1764000000.abcdefgi", "x/1", "%00", "%ff.%ff", "1" * 4000, f"{'1' * 4000}/1", "x/x", "..%2f..%2fstatus/1", "17"],
)  # fmt: skip
async def test_a_link_that_is_forged_over_or_somebody_elses_is_one_and_the_same_page(
    visitor: httpx.AsyncClient, path: str
) -> None:
    wrong, other = await visitor.get(f"/evidence/{path}"), await visitor.get("/evidence/wrong")
    assert wrong.status_code == 404
    if "%2f" in path:
        return
    assert WORDS["over"] in wrong.text
    assert (wrong.content, sorted(wrong.headers.items())) == (other.content, sorted(other.headers.items()))


@pytest.mark.parametrize("typed", ["0", "-1", "1.0", "1e0", "+1", "%2b1", "１", "٣", "9" * 5000, "x", "%00", "0x1"])
async def test_what_is_no_number_of_a_file_is_none_that_was_ever_there(
    desk: Desk, visitor: httpx.AsyncClient, typed: str
) -> None:
    assert (await visitor.get(f"/evidence/{TOKEN}/{typed}")).status_code == 404
    assert desk.asked == [0]


async def test_wrong_links_count_with_those_of_the_status_page(desk: Desk, visitor: httpx.AsyncClient) -> None:
    for index in range(int(RATE.burst)):
        await visitor.get(("/evidence/x", "/evidence/x/1", "/status/n/x")[index % 3])
    asked = list(desk.asked)
    for path in (f"/evidence/{TOKEN}", f"/evidence/{TOKEN}/1", "/status/n/17.1764000000.abcdefgh"):
        assert (await visitor.get(path)).status_code == 429, path
    assert desk.asked == asked
    assert WORDS["busy"] in (await visitor.get(f"/evidence/{TOKEN}")).text


async def test_while_the_database_is_away_nothing_is_shown_that_could_not_be_put_on_record(
    desk: Desk, visitor: httpx.AsyncClient
) -> None:
    desk.fault = StoreUnavailable()
    for path in (TOKEN, f"{TOKEN}/1"):
        answer = await visitor.get(f"/evidence/{path}")
        assert answer.status_code == 503
        assert WORDS["unavailable"] in answer.text


async def test_nothing_is_opened_but_by_a_get(desk: Desk, visitor: httpx.AsyncClient) -> None:
    for path in (TOKEN, f"{TOKEN}/1"):
        for method in ("POST", "PUT", "DELETE", "HEAD"):
            assert (await visitor.request(method, f"/evidence/{path}")).status_code == 405
    assert desk.asked == []


async def test_words_on_the_page_are_only_words(desk: Desk, visitor: httpx.AsyncClient) -> None:
    desk.view = EvidenceView("<b>1</b>", ())
    assert "&lt;b&gt;1&lt;/b&gt;" in (await visitor.get(f"/evidence/{TOKEN}")).text
    assert WORDS["none"] in (await visitor.get(f"/evidence/{TOKEN}")).text
    desk.view = EvidenceView("1", (), erased=True)
    assert WORDS["erased_case"] in (await visitor.get(f"/evidence/{TOKEN}")).text


async def test_it_speaks_the_language_of_its_reader(visitor: httpx.AsyncClient) -> None:
    english = texts("en")["evidence"]
    for path, key in ((TOKEN, "open"), ("x", "over"), (f"{TOKEN}/6", "missing")):
        answer = await visitor.get(f"/evidence/{path}", headers={"accept-language": "en"})
        assert english[key] in answer.text


# ── in a browser ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.xdist_group("browser")
async def test_a_browser_shows_the_picture_and_saves_the_rest(browser: Browser, desk: Desk) -> None:
    async with served(desk.app()) as home, watched(browser, home.url, java_script_enabled=True) as seen:
        page = seen.page
        await page.goto(f"{home.url}/evidence/{TOKEN}")
        await check_legible(page)
        assert (await Axe().run(page)).response["violations"] == []
        async with page.expect_download() as saving:
            await page.get_by_role("link", name=f"{WORDS['open']} 2").click()
        saved = await saving.value
        assert saved.suggested_filename == "DT2611-00018-002.pdf"
        assert (await saved.path()).read_bytes() == HARM
        await page.get_by_role("link", name=f"{WORDS['open']} 1").click()
        await expect(page.locator("img")).to_have_js_property("naturalWidth", 1)
        await page.go_back()
        await expect(page.get_by_role("heading", level=1)).to_have_text(WORDS["title"])
    assert desk.asked == [2, 1]


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.xdist_group("browser")
async def test_a_link_that_is_over_is_legible(browser: Browser, desk: Desk) -> None:
    async with served(desk.app()) as home, watched(browser, home.url) as seen:
        seen.forgiven.append("404")
        await seen.page.goto(f"{home.url}/evidence/x")
        await expect(seen.page.get_by_role("alert")).to_contain_text(WORDS["over"])
        assert (await Axe().run(seen.page)).response["violations"] == []
