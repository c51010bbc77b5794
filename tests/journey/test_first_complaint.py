"""A person, a phone, and the service as it is started by ``make run``: from the first word to the status page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from core.store import queries
from tests.browser import watched
from tests.hammer.running import Running, free_port

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
ANSWERS = ("昨天上午在办税窗口排队两小时没人管，态度很差", "3号窗口的人")


@pytest_asyncio.fixture(loop_scope="session")
async def service(tmp_path: Path) -> AsyncIterator[Running]:
    data_dir = tmp_path / "var"
    data_dir.mkdir()
    port = free_port()
    running = Running(f"sqlite:///{data_dir}/tousu.db", data_dir, port, base_url=f"http://127.0.0.1:{port}")
    await asyncio.to_thread(running.start)
    yield running
    await asyncio.to_thread(running.stop)


async def say(page: Page, words: str) -> None:
    """Write it, and wait until it is answered."""
    answered = await page.locator(".bubble.out").count()
    await page.fill("#compose", words)
    await page.press("#compose", "Enter")
    await expect(page.locator(".bubble.out").nth(answered)).to_be_visible(timeout=15_000)


async def press(page: Page, label: str) -> None:
    answered = await page.locator(".bubble.out").count()
    await page.locator("button.choice", has_text=re.compile(f"^{re.escape(label)}$")).last.click()
    await expect(page.locator(".bubble.out").nth(answered)).to_be_visible(timeout=15_000)


async def tell(page: Page) -> None:
    """The facts and the personal details, up to the question for evidence."""
    await say(page, ANSWERS[0])
    if await page.locator("button.choice", has_text="服务态度").count():
        await press(page, "服务态度、效率、业务能力")
    await say(page, ANSWERS[1])
    await press(page, "同意")
    await say(page, "李小禾")
    await say(page, "139 0000 0021")


async def send_photos(page: Page, folder: Path, many: int) -> None:
    paths = [folder / f"现场{n}.png" for n in range(1, many + 1)]
    for path in paths:
        path.write_bytes(PHOTO)
    await page.set_input_files("#files", [str(path) for path in paths])
    await expect(page.locator(".bubble.out").last).to_contain_text(f"照片 {many} 个", timeout=15_000)


async def test_a_complaint_with_photos_is_filed_on_a_phone_and_found_again(
    browser: Browser, service: Running, tmp_path: Path
) -> None:
    async with watched(browser, service.address) as visit:
        await visit.page.goto(service.address)
        await tell(visit.page)
        await send_photos(visit.page, tmp_path, 3)
        await press(visit.page, "好了")
        await press(visit.page, "确认提交")
        number, code = (await visit.page.locator(".copyable code").inner_text()).split()
        await status_shows(visit.page, service, number, code)
        await status_hides(visit.page, service, number)
    await evidence_is_kept(service, number)


async def status_shows(page: Page, service: Running, number: str, code: str) -> None:
    await look_up(page, service, number, code)
    await expect(page.locator("main")).to_contain_text(number)
    await expect(page.locator("main")).to_contain_text("已登记")


async def status_hides(page: Page, service: Running, number: str) -> None:
    await look_up(page, service, number, "0000-0000")
    await expect(page.locator("main")).not_to_contain_text("已登记")


async def look_up(page: Page, service: Running, number: str, code: str) -> None:
    await page.goto(f"{service.address}/status")
    await page.fill("input[name=number]", number)
    await page.fill("input[name=code]", code)
    await page.locator("form button[type=submit]").click()


async def evidence_is_kept(service: Running, number: str) -> None:
    """Three photos, fetched, recognised by content, hashed."""
    for _ in range(100):
        with service.store() as store:
            detail = store.read(lambda uow: queries.case_detail(uow, number))
        assert detail is not None
        if all(file.state == "stored" for file in detail.evidence):
            break
        await asyncio.sleep(0.1)
    assert [(file.mime, file.size) for file in detail.evidence] == [("image/png", len(PHOTO))] * 3


async def test_a_page_left_open_over_a_crash_goes_on_where_it_stopped(browser: Browser, service: Running) -> None:
    async with watched(browser, service.address) as visit:
        visit.forgiven += [
            "ERR_CONNECTION_REFUSED",
            "ERR_INCOMPLETE_CHUNKED",
            "ERR_EMPTY",
            "ERR_CONNECTION_RESET",
            "ERR_NETWORK",
        ]
        await visit.page.goto(service.address)
        await say(visit.page, ANSWERS[0])
        await asyncio.to_thread(service.kill)
        await visit.page.fill("#compose", "前天")
        await visit.page.press("#compose", "Enter")
        await asyncio.to_thread(service.start)
        await expect(visit.page.locator(".bubble.in", has_text="前天")).to_have_count(1, timeout=30_000)
        await expect(visit.page.locator(".bubble.in.pending")).to_have_count(0, timeout=30_000)
        await visit.page.reload()
        await expect(visit.page.locator(".bubble.in", has_text="前天")).to_have_count(1, timeout=15_000)
