from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Route, expect

from bots.webchat.page.pages import texts
from core.errors import StoreUnavailable
from core.messages import Address, OutboundMessage
from tests.bots.webchat.service import Service
from tests.browser import DESK, Served, Watched, served, watched
from tests.legible import check_legible

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]

HOSTILE = (
    "<script>document.title='stolen'</script>",
    "<img src=x onerror=\"document.title='stolen'\">",
    "</textarea><svg onload=\"document.title='stolen'\">",
    "javascript:document.title='stolen'",
    "{{7*7}} ${7*7} <b>bold</b> &lt;",
)


@pytest_asyncio.fixture(loop_scope="session")
async def home(service: Service) -> AsyncIterator[Served]:
    async with served(service.app()) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def watch(browser: Browser, home: Served) -> AsyncIterator[Watched]:
    """The chat, open on a phone."""
    async with watched(browser, home.url) as seen:
        await seen.page.goto(home.url)
        yield seen


def bubbles(page: Page, text: str) -> object:
    return page.locator(".bubble", has_text=text)


async def say(page: Page, text: str) -> None:
    await page.get_by_label(texts("zh")["page"]["compose"]).fill(text)
    await page.get_by_role("button", name=texts("zh")["page"]["send"], exact=True).click()


async def said(page: Page) -> list[str]:
    """The bubbles in order, without what only a screen reader hears."""
    return await page.eval_on_selector_all(
        ".bubble", "found => found.map(b => [...b.children].slice(1).map(part => part.textContent).join('|'))"
    )


async def heard(page: Page, text: str) -> None:
    await expect(page.locator(".bubble.out", has_text=text)).to_be_visible()


def only_person(service: Service) -> Address:
    (address,) = service.conversations
    return address


async def test_a_sentence_is_sent_and_answered(watch: Watched) -> None:
    await say(watch.page, "食堂有虫")
    await heard(watch.page, "已记：食堂有虫")
    assert await said(watch.page) == ["食堂有虫", "已记：食堂有虫"]


async def test_enter_sends_and_shift_enter_makes_a_line(watch: Watched) -> None:
    box = watch.page.get_by_label(texts("zh")["page"]["compose"])
    await box.press_sequentially("第一行")
    await box.press("Shift+Enter")
    await box.press_sequentially("第二行")
    await box.press("Enter")
    await heard(watch.page, "已记：第一行\n第二行")


async def test_a_choice_is_pressed_and_the_others_stay_as_text(watch: Watched, service: Service) -> None:
    await say(watch.page, "我要投诉")
    await watch.page.get_by_role("button", name="服务态度").click()
    await heard(watch.page, "已记：kind:staff")
    assert (await said(watch.page))[:3] == ["我要投诉", "您要投诉哪一类？|饭菜服务态度", "服务态度"]
    await expect(watch.page.get_by_role("button", name="饭菜")).to_have_count(0)
    assert [message.kind for message in service.received] == ["text", "choice"]


async def test_three_files_go_up_in_one_message_with_their_progress_shown(watch: Watched, service: Service) -> None:
    async def slow(route: Route) -> None:
        await asyncio.sleep(0.5)
        await route.continue_()

    await watch.page.route("**/chat/files", slow)
    files = [{"name": f"照片{n}.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 300_000} for n in (1, 2, 3)]
    await watch.page.set_input_files("#files", files)  # type: ignore[arg-type]
    await expect(watch.page.get_by_role("progressbar")).to_be_visible()
    await heard(watch.page, "已收到3个文件")
    await expect(watch.page.get_by_role("progressbar")).to_have_count(0)
    assert await said(watch.page) == ["照片1.jpg照片2.jpg照片3.jpg", "已收到3个文件"]
    assert [len(message.attachments) for message in service.received] == [3]


async def test_a_file_or_a_notice_in_between_leaves_the_question_open(watch: Watched, service: Service) -> None:
    await say(watch.page, "我要投诉")
    await watch.page.set_input_files("#files", [{"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": b"x"}])
    await heard(watch.page, "已收到1个文件")
    await service.push(only_person(service), "今天下班前有人值班。")
    await heard(watch.page, "今天下班前有人值班。")
    await watch.page.get_by_role("button", name="饭菜").click()
    await heard(watch.page, "已记：kind:meal")
    await expect(watch.page.get_by_role("button", name="饭菜")).to_have_count(0)


async def test_a_file_that_is_too_large_is_explained_before_it_is_sent(watch: Watched, service: Service) -> None:
    large = {"name": "录像.mp4", "mimeType": "video/mp4", "buffer": b"x" * 1_200_000}
    await watch.page.set_input_files("#files", [large])  # type: ignore[list-item]
    sentence = texts("zh")["script"]["file_too_large"].format(name="录像.mp4", max=1)
    await expect(watch.page.get_by_role("status")).to_have_text(sentence)
    assert service.uploads.files == {}


async def test_the_conversation_is_there_on_return(watch: Watched) -> None:
    await say(watch.page, "我要投诉")
    await heard(watch.page, "您要投诉哪一类？")
    await watch.page.reload()
    await heard(watch.page, "您要投诉哪一类？")
    await watch.page.get_by_role("button", name="饭菜").click()
    await heard(watch.page, "已记：kind:meal")
    await watch.page.reload()
    await heard(watch.page, "已记：kind:meal")
    assert await said(watch.page) == ["我要投诉", "您要投诉哪一类？|饭菜服务态度", "饭菜", "已记：kind:meal"]


async def test_a_pushed_message_appears_without_a_reload(watch: Watched, service: Service) -> None:
    await say(watch.page, "你好")
    await heard(watch.page, "已记：你好")
    started = monotonic()
    await service.push(only_person(service), "您的投诉已受理。")
    await heard(watch.page, "您的投诉已受理。")
    assert monotonic() - started < 1.5


async def test_what_was_said_in_another_tab_appears_here_once(watch: Watched, home: Served) -> None:
    other = await watch.context.new_page()
    await other.goto(home.url)
    await say(other, "另一个窗口")
    await heard(watch.page, "已记：另一个窗口")
    await heard(other, "已记：另一个窗口")
    assert await said(watch.page) == await said(other) == ["另一个窗口", "已记：另一个窗口"]


async def test_an_outage_neither_loses_nor_doubles_a_message(watch: Watched, home: Served, service: Service) -> None:
    watch.forgiven += ["ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_EMPTY_RESPONSE"]
    await say(watch.page, "之前")
    await heard(watch.page, "已记：之前")
    await home.stop()
    await say(watch.page, "断网时说的")
    await expect(watch.page.get_by_role("status")).to_have_text(texts("zh")["script"]["offline"])
    await say(watch.page, "接着说的")
    await home.start()
    await heard(watch.page, "已记：接着说的")
    assert [message.text for message in service.received] == ["之前", "断网时说的", "接着说的"]
    assert sorted(await said(watch.page)) == sorted(
        ["之前", "已记：之前", "断网时说的", "已记：断网时说的", "接着说的", "已记：接着说的"]
    )
    await expect(watch.page.get_by_role("status")).to_be_hidden()


async def test_a_message_outlives_a_page_that_is_closed_during_an_outage(
    watch: Watched, home: Served, service: Service
) -> None:
    watch.forgiven += ["503"]
    await watch.page.route("**/chat/messages", lambda route: route.fulfill(status=503, body="{}"))
    await say(watch.page, "还没有发出去")
    await expect(watch.page.locator(".state")).to_have_text(texts("zh")["script"]["waiting"])
    await watch.page.close()
    again = await watch.context.new_page()
    await again.goto(home.url)
    await heard(again, "已记：还没有发出去")
    assert await said(again) == ["还没有发出去", "已记：还没有发出去"]
    assert len(service.received) == 1


async def test_a_lost_acknowledgement_does_not_double_a_message(watch: Watched, service: Service) -> None:
    watch.forgiven += ["500"]
    service.lose_answers = True
    await say(watch.page, "收到了但没有回音")
    await expect(watch.page.locator(".state")).to_have_text(texts("zh")["script"]["waiting"])
    service.lose_answers = False
    await expect(watch.page.locator(".state")).to_have_count(0)
    await heard(watch.page, "已记：收到了但没有回音")
    assert await said(watch.page) == ["收到了但没有回音", "已记：收到了但没有回音"]
    assert len(service.received) == 1


async def test_while_the_database_is_away_a_message_is_kept_and_answered_later(
    watch: Watched, service: Service
) -> None:
    watch.forgiven += ["503"]
    await say(watch.page, "之前")
    await heard(watch.page, "已记：之前")
    service.fault = StoreUnavailable()
    await say(watch.page, "数据库不在时说的")
    await expect(watch.page.locator(".state")).to_have_text(texts("zh")["script"]["kept"])
    await expect(watch.page.get_by_role("status")).to_have_text(texts("zh")["errors"]["kept"])
    service.fault = None
    await service.receive(service.kept[0])
    await heard(watch.page, "已记：数据库不在时说的")
    assert await said(watch.page) == ["之前", "已记：之前", "数据库不在时说的", "已记：数据库不在时说的"]


async def test_a_refused_message_says_why_and_can_be_removed(watch: Watched) -> None:
    watch.forgiven += ["400"]
    await watch.page.route("**/chat/messages", lambda route: route.fulfill(status=400, body='{"message": "没有读懂"}'))
    await say(watch.page, "什么")
    await expect(watch.page.locator(".bubble.failed")).to_contain_text("没有读懂")
    await watch.page.get_by_role("button", name=texts("zh")["script"]["remove"]).click()
    assert await said(watch.page) == []


async def test_the_number_can_be_copied(watch: Watched) -> None:
    await watch.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await say(watch.page, "提交")
    await watch.page.get_by_role("button", name="2026-000017").click()
    assert await watch.page.evaluate("navigator.clipboard.readText()") == "2026-000017"


async def test_an_answer_longer_than_the_window_is_shown_from_its_beginning(watch: Watched) -> None:
    await watch.page.set_viewport_size({"width": 390, "height": 600})
    await say(watch.page, "长话" * 400)
    await expect(watch.page.locator(".bubble.out")).to_have_count(1)
    top = await watch.page.locator(".bubble.out").evaluate("bubble => bubble.getBoundingClientRect().top")
    assert 0 < top < 200
    assert await watch.page.evaluate("document.scrollingElement.scrollHeight - innerHeight") <= 0


async def test_shortcuts_say_their_words(watch: Watched, service: Service) -> None:
    page = texts("zh")["page"]
    await watch.page.get_by_role("button", name=page["quick_human"]).click()
    await heard(watch.page, "已记：转人工")
    await watch.page.get_by_role("button", name=page["quick_status"]).click()
    await heard(watch.page, "已记：查进度")
    await watch.page.get_by_role("button", name=page["quick_family"]).click()
    await expect(watch.page.get_by_label(page["compose"])).to_have_value("我替家人投诉")


async def test_hostile_words_and_file_names_are_only_words(watch: Watched, service: Service) -> None:
    title = await watch.page.title()
    for words in HOSTILE:
        await say(watch.page, words)
        await heard(watch.page, f"已记：{words}")
    names = [{"name": f"{words.replace('/', '')}.jpg", "mimeType": "image/jpeg", "buffer": b"x"} for words in HOSTILE]
    await watch.page.set_input_files("#files", names[:4])  # type: ignore[arg-type]
    await heard(watch.page, "已收到4个文件")
    service.say(only_person(service), OutboundMessage("<img src=x onerror=alert(1)>", copyable="<b>1</b>"))
    await watch.page.reload()
    await heard(watch.page, "<img src=x onerror=alert(1)>")
    assert await watch.page.title() == title
    assert await watch.page.locator(".bubble img, .bubble script, .bubble svg, .bubble b").count() == 0


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("viewport", [{"width": 390, "height": 844}, DESK], ids=["phone", "desk"])
async def test_every_text_and_target_is_large_and_clear(
    browser: Browser, home: Served, viewport: dict[str, int], language: str
) -> None:
    async with watched(browser, home.url, viewport=viewport) as seen:
        await seen.page.goto(f"{home.url}/?language={language}")
        await seen.page.locator("#compose").fill("我要投诉")
        await seen.page.locator("#compose").press("Enter")
        await heard(seen.page, "您要投诉哪一类？")
        await check_legible(seen.page)
        await seen.page.locator("#compose").fill("提交")
        await seen.page.locator("#compose").press("Enter")
        await heard(seen.page, "2026-000017")
        await seen.page.locator("#larger").click()
        await check_legible(seen.page)


@pytest.mark.parametrize("width", [195, 320, 640], ids=["phone at 200 %", "small phone", "desk at 200 %"])
async def test_at_200_percent_nothing_is_wider_than_the_window(browser: Browser, home: Served, width: int) -> None:
    async with watched(browser, home.url, viewport={"width": width, "height": 420}) as seen:
        await seen.page.goto(home.url)
        await say(seen.page, "提交")
        await heard(seen.page, "2026-000017")
        await check_legible(seen.page)
        await expect(seen.page.locator("#compose")).to_be_in_viewport()


async def test_larger_text_is_larger_and_remembered(watch: Watched) -> None:
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    before = await watch.page.evaluate(size)
    await watch.page.get_by_role("button", name=texts("zh")["page"]["larger_text_label"]).click()
    assert await watch.page.evaluate(size) > before * 1.2
    await watch.page.reload()
    assert await watch.page.evaluate(size) > before * 1.2


async def test_a_keyboard_alone_is_enough(watch: Watched) -> None:
    names = []
    for _ in range(16):
        await watch.page.keyboard.press("Tab")
        names.append(
            await watch.page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
        )
    page = texts("zh")["page"]
    order = [page["skip"], "larger", "quick-status", "quick-human", "quick-family", "attach", "compose"]
    places = [names.index(name) for name in order]
    assert places == sorted(places)


async def test_an_accessibility_checker_finds_nothing(watch: Watched) -> None:
    await say(watch.page, "我要投诉")
    await heard(watch.page, "您要投诉哪一类？")
    await say(watch.page, "提交")
    await heard(watch.page, "2026-000017")
    found = await Axe().run(watch.page)
    assert [violation["id"] for violation in found.response["violations"]] == []
