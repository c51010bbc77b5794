"""A citizen in WeChat and a clerk in Telegram talk about a case, over the wires of both platforms."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from core.store import cases, queries, timeline
from core.store.unit_of_work import UnitOfWork
from tests.conversations.direct import PICTURE
from tests.conversations.test_desk_in_chat import CITIZEN, CLERK, Story, both_chats

COLLEAGUE = 9


async def test_they_talk_and_the_whole_of_it_is_in_the_case(tmp_path: Path) -> None:
    async with both_chats(tmp_path, Story) as story:
        number = await story.files()
        await story.hires("lin", "林晓", CLERK)
        said = await story.wechat.say(CITIZEN, "转人工")
        assert "20 分钟内有人答复" in (said or "")
        await says_and_waits(story, "昨天的单子还要吗", "有人接就转给他")
        asked = story.bot.inbox_of(CLERK)[-1].text
        assert number in asked
        assert "单子" not in asked
        await story.clerk("接谈")
        assert any("昨天的单子还要吗" in bubble.text for bubble in story.bot.inbox_of(CLERK))
        assert "工作人员来了" in story.told()
        await says_and_waits(story, "我带来了", "")
        assert story.bot.inbox_of(CLERK)[-1].text == f"{number} 投诉人：我带来了"
        await story.clerk(f"回 {number} 要的，请拍给我看")
        assert f"工作人员（{number}）：要的，请拍给我看" in story.told()
        await story.wechat.send_image(CITIZEN, PICTURE, "image/png")
        await waits(story)
        assert story.bot.inbox_of(CLERK)[-1].text == f"{number} 投诉人：〔照片〕"
        await story.clerk(f"结束对话 {number}")
        assert "结束了这次对话" in story.told()
        assert await transcript(story, number) == [
            ("complainant", "昨天的单子还要吗"), ("complainant", "我带来了"), ("staff:lin", "要的，请拍给我看"), ("complainant", "〔照片〕"),
        ]  # fmt: skip
        detail = await story.service.store.aread(lambda uow: queries.case_detail(uow, number))
        assert detail is not None
        assert [(file.kind, file.state) for file in detail.evidence] == [("photo", "stored")]


async def test_who_does_not_press_first_finds_it_taken(tmp_path: Path) -> None:
    async with both_chats(tmp_path, Story) as story:
        await story.files()
        await story.hires("lin", "林晓", CLERK)
        await story.hires("sun", "孙燕", COLLEAGUE)
        await says_and_waits(story, "转人工", "")
        assert "已接谈" in "".join(await reads(story, "接谈", CLERK))
        assert "lin 已经接谈了" in "".join(await reads(story, "接谈", COLLEAGUE))


async def test_words_that_the_platform_does_not_take_wait_and_the_clerk_is_told(tmp_path: Path) -> None:
    async with both_chats(tmp_path, Story) as story:
        number = await story.files()
        await story.hires("lin", "林晓", CLERK)
        story.house.now += timedelta(hours=49)
        story.wechat.advance(49 * 3600)
        read = "".join(await reads(story, f"问 {number} 是几点钟的事？", CLERK))
        assert "还没送到" in read
        assert "几点钟" not in story.told()
        handed = await story.wechat.say(CITIZEN, "你好")
        assert f"工作人员想问您（{number}）：是几点钟的事？" in (handed or "")
        await waits(story)
        assert any("现在送到了" in bubble.text for bubble in story.bot.inbox_of(CLERK))
        await says_and_waits(story, "早上八点半", "说给谁的")
        await says_and_waits(story, "1", "已转给工作人员")
        assert story.bot.inbox_of(CLERK)[-1].text == f"{number} 投诉人：早上八点半"
        assert await transcript(story, number) == [("staff:lin", "是几点钟的事？"), ("complainant", "早上八点半")]


async def says_and_waits(story: Story, words: str, answer: str) -> None:
    """The citizen says it, and reads this at once ("" for whatever); what follows is delivered."""
    assert answer in (await story.wechat.say(CITIZEN, words) or "")
    await waits(story)


async def waits(story: Story) -> None:
    story.house.now += timedelta(seconds=10)
    await story.house.work()


async def reads(story: Story, words: str, user: int) -> list[str]:
    """All that somebody of staff reads after they said, or pressed, this."""
    before = len(story.bot.inbox_of(user))
    await story.clerk(words, user)
    await waits(story)
    return [bubble.text for bubble in story.bot.inbox_of(user)[before:]]


async def transcript(story: Story, number: str) -> list[tuple[str, str]]:
    def look(uow: UnitOfWork) -> list[tuple[str, str]]:
        case = cases.by_number(uow, number)
        assert case is not None
        kinds = ("relay_said", "relay_answered")
        return [(entry.actor, entry.note) for entry in timeline.of_case(uow, case) if entry.kind in kinds]

    return await story.service.store.aread(look)
