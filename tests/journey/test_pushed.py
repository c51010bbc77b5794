"""What staff do beside the running service appears in the page that a complainant left open."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, Locator, expect

from core.store import cases, notifications
from core.store.notifications import Notification
from core.store.unit_of_work import UnitOfWork
from tests.browser import watched
from tests.hammer.running import Running, report
from tests.journey.test_first_complaint import press, service, tell

__all__ = ["service"]

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORDS = "已经联系三号窗口，明天上午答复您。"


async def test_what_staff_do_beside_the_service_appears_in_the_open_page(
    browser: Browser, service: Running, record_property: Callable[[str, object], None]
) -> None:
    await asyncio.to_thread(service.command, "staff", "add", "wang", "--name", "王敏", "--post", "officer")
    async with watched(browser, service.address) as visit:
        await visit.page.goto(service.address)
        await tell(visit.page)
        await press(visit.page, "好了")
        await press(visit.page, "确认提交")
        number, _ = (await visit.page.locator(".copyable code").inner_text()).split()
        act = ("case", "act", number, "report_progress", "--as", "wang", "--field", f"words={WORDS}")
        shown = asyncio.create_task(appears(visit.page.locator(".bubble.out", has_text=WORDS)))
        await asyncio.to_thread(service.command, *act)
        ended = time.monotonic()
        seconds = await shown - ended
        record_property("seconds_from_the_command_to_the_page", round(seconds, 2))
        report(f"in the page {seconds:.2f} s after the command ended")
    assert (await arrived(service, number)).delivered_at is not None


async def appears(bubble: Locator) -> float:
    """When it was there."""
    await expect(bubble).to_be_visible(timeout=60_000)
    return time.monotonic()


async def arrived(service: Running, number: str) -> Notification:
    """The notice, once it counts as delivered: it does so right behind being fetched."""

    def look(uow: UnitOfWork) -> Notification:
        case = cases.by_number(uow, number)
        assert case is not None
        [found] = notifications.of_case(uow, case.id)
        return found

    for _ in range(50):
        with service.store() as store:
            found = store.read(look)
        if found.delivered_at is not None:
            break
        await asyncio.sleep(0.1)
    return found
