"""A notice goes by the best way that is open: a message of the window, a template, a granted message; else it waits."""

from __future__ import annotations

import asyncio

from bots.wechat.forms import NO_FORM
from core.messages import Address
from core.store import grants, links
from tests.bots.wechat.account import OPENID
from tests.bots.wechat.conftest import Found
from tests.bots.wechat.town import FORM, GRANTED_FORM, TWO_DAYS, Town, until

TEMPLATE = "/cgi-bin/message/template/send"
GRANTED, LIST = "/cgi-bin/message/template/subscribe", "/cgi-bin/template/get_all_private_template"
ELSE = "oSomebodyElse"


async def spoken(found: Found, **how: object) -> tuple[Town, str]:
    """A town whose person has just written, and a case of theirs that they have heard of."""
    town = found(**how)
    await town.phone.say(OPENID, "你好")
    number = town.begin()
    await town.deliver()
    assert town.notice(number, "progress").rung == "window"
    return town, number


async def silent(found: Found, **how: object) -> tuple[Town, str]:
    """The same two days later."""
    town, number = await spoken(found, **how)
    town.phone.advance(TWO_DAYS)
    return town, number


# ── the rungs ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_result_after_the_window_goes_by_template(found: Found) -> None:
    town, number = await silent(found)
    town.close(number)
    await town.deliver()
    [sent] = [sent for sent in town.phone.api.templates if sent.data["phrase2"]["value"] == "已答复"]
    assert (sent.template_id, sent.openid) == (FORM, OPENID)
    assert sent.data["character_string1"]["value"] == number
    assert town.notice(number, "closed").rung == "template"


async def test_a_template_opens_the_case_for_its_reader(found: Found) -> None:
    town, number = await silent(found)
    town.close(number)
    await town.deliver()
    address, _, token = [body for path, body in town.phone.api.calls if path == TEMPLATE][-1]["url"].rpartition("/")
    assert address == "https://tousu.example.cn/status/n"
    assert town.store.read(lambda uow: links.opened(uow, token, town.now)) == town.notice(number, "closed").id


async def test_of_five_messages_the_last_is_kept_for_the_result(found: Found) -> None:
    town, number = await spoken(found)
    for day in range(3):
        town.work(number, "report_progress", words=f"step {day}")
        await town.deliver()
    assert (len(town.inbox), town.left()) == (4, 1)
    town.work(number, "report_progress", words="one more step")
    await town.deliver()
    assert (len(town.inbox), len(town.phone.api.templates)) == (4, 1)
    town.close(number)
    await town.deliver()
    assert (len(town.inbox), town.left()) == (5, 0)
    assert town.notice(number, "closed").rung == "window"


async def test_the_platforms_count_beats_ours_within_the_same_round(found: Found) -> None:
    town, number = await spoken(found)
    town.phone.api.windows[OPENID].left = 0
    town.work(number, "report_progress", words="we asked the workshop")
    await town.deliver()
    assert town.tries(number, "progress")[0] == ("window", "45047")
    assert town.notice(number, "progress").rung == "template"
    assert town.left() == 0


async def test_several_changes_within_a_short_time_are_one_message(found: Found) -> None:
    town = found()
    await town.phone.say(OPENID, "你好")
    number = town.begin()
    for words in ("we asked the workshop", "they answered"):
        town.work(number, "report_progress", words=words)
    await town.deliver()
    assert len(town.inbox) == 1
    assert "they answered" in town.inbox[0]
    assert town.left() == 4


async def test_a_granted_message_goes_where_there_is_no_template(found: Found) -> None:
    town, number = await silent(found, kind="subscription")
    town.grant(7)
    town.work(number, "report_progress", words="one")
    await town.deliver()
    [body] = [body for path, body in town.phone.api.calls if path == GRANTED and body["scene"] == "7"][-1:]
    assert (body["title"], body["template_id"]) == ("有新进展", GRANTED_FORM)
    assert town.phone.api.granted == set()
    assert town.inbox[-1] == body["data"]["content"]["value"]
    assert town.notice(number, "progress").rung == "subscription"


async def test_a_grant_is_for_one_message(found: Found) -> None:
    town, number = await silent(found, kind="subscription")
    town.grant(7)
    for words in ("one", "two"):
        town.work(number, "report_progress", words=words)
        await town.deliver()
    assert town.states["held"] == 1
    town.grant(8)
    town.work(number, "report_progress", words="three")
    await town.deliver()
    assert (town.states["held"], town.notice(number, "progress").rung) == (1, "subscription")


async def test_a_grant_that_could_not_be_used_is_not_lost(found: Found) -> None:
    town, number = await silent(found, kind="subscription")
    town.grant(7)
    town.phone.api.fail(GRANTED, 45011)
    town.work(number, "report_progress", words="one")
    await town.deliver()
    assert town.notice(number, "progress").state == "pending"
    await town.deliver(61)
    assert town.notice(number, "progress").rung == "subscription"
    assert town.states == {"sent": 2}


async def test_what_no_rung_takes_is_handed_over_with_the_next_reply(found: Found) -> None:
    town, number = await silent(found, kind="subscription")
    town.close(number)
    await town.deliver()
    assert town.states["held"] >= 1
    reply = await town.phone.say(OPENID, "有消息吗")
    assert reply is not None
    assert number in reply
    assert town.notice(number, "closed").delivered_at is not None


async def test_who_unfollowed_gets_it_when_they_follow_again(found: Found) -> None:
    town, number = await spoken(found)
    await town.phone.unfollow(OPENID)
    town.close(number)
    await town.deliver()
    assert ("template", "43004") in town.tries(number, "closed")
    assert town.notice(number, "closed").state == "held"
    reply = await town.phone.follow(OPENID)
    assert reply is not None
    assert number in reply


async def test_an_account_that_may_only_answer_holds_everything(found: Found) -> None:
    town = found(kind="passive")
    await town.phone.say(OPENID, "你好")
    town.begin()
    await town.deliver()
    assert set(town.states) == {"held"}
    assert town.phone.api.calls == []


# ── templates ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_forms_are_asked_for_once_and_not_before_one_is_needed(found: Found) -> None:
    town, number = await spoken(found)
    assert town.phone.api.count(LIST) == 0
    town.phone.advance(TWO_DAYS)
    town.work(number, "report_progress", words="one")
    await town.deliver()
    asked = town.phone.api.count(LIST)
    town.work(number, "report_progress", words="two")
    await town.deliver()
    assert asked > 0
    assert (town.phone.api.count(LIST), len(town.phone.api.templates)) == (asked, 2)


async def test_a_try_whose_answer_was_lost_is_one_template_message(found: Found) -> None:
    town, number = await silent(found)
    town.work(number, "report_progress", words="one")
    town.phone.api.lose_answers(TEMPLATE)
    await town.deliver()
    await town.deliver(5)
    assert town.phone.api.count(TEMPLATE) == 2
    assert len(town.phone.api.templates) == 1
    assert town.notice(number, "progress").state == "sent"


async def test_a_template_that_is_gone_is_passed_and_staff_are_alarmed(found: Found) -> None:
    town, number = await silent(found)
    town.phone.api.forms.clear()
    town.work(number, "report_progress", words="one")
    await town.deliver()
    assert town.alarms == [("wechat", NO_FORM)]
    assert town.notice(number, "progress").state == "held"


async def test_a_field_that_nothing_fits_is_passed_and_staff_are_alarmed(found: Found) -> None:
    town, number = await silent(found)
    town.phone.api.forms[FORM] = "应付:{{amount1.DATA}}"
    town.work(number, "report_progress", words="one")
    await town.deliver()
    assert town.alarms == [("wechat", "form_amount")]
    assert town.phone.api.count(TEMPLATE) == 0


async def test_a_form_that_was_changed_is_read_again(found: Found) -> None:
    town, number = await silent(found)
    town.work(number, "report_progress", words="one")
    await town.deliver()
    town.phone.api.forms[FORM] = "编号:{{character_string7.DATA}}"
    town.work(number, "report_progress", words="two")
    await town.deliver()
    assert town.alarms == [("wechat", "47003")]
    town.work(number, "report_progress", words="three")
    await town.deliver()
    assert town.phone.api.templates[-1].data == {"character_string7": {"value": number}}


# ── what the platform says afterwards ────────────────────────────────────────────────────────────────────────────────


async def test_a_template_has_arrived_once_the_platform_says_so(found: Found) -> None:
    town, number = await silent(found)
    town.close(number)
    await town.deliver()
    assert town.notice(number, "closed").delivered_at is None
    await town.phone.finish_templates()
    await until(lambda: town.notice(number, "closed").delivered_at is not None)


async def test_a_template_that_did_not_arrive_goes_by_the_next_way(found: Found) -> None:
    town, number = await silent(found)
    town.phone.blocked.add(OPENID)
    town.close(number)
    await town.deliver()
    town.grant(3)
    town.grant(4)
    await town.phone.finish_templates()
    await until(lambda: town.notice(number, "closed").state == "pending")
    await town.deliver()
    await town.deliver()
    tries = town.tries(number, "closed")
    assert tries[-2:] == [("template", "failed:user block"), ("subscription", "")]
    assert town.notice(number, "closed").state == "sent"


async def test_a_report_that_comes_again_changes_nothing(found: Found) -> None:
    town, number = await silent(found)
    town.close(number)
    await town.deliver()
    await town.phone.finish_templates("failed: system failed")
    callback = town.phone.last
    await until(lambda: town.notice(number, "closed").state == "pending")
    tries = town.tries(number, "closed")
    await town.phone.redeliver(callback, new_envelope=True)
    await asyncio.sleep(0.3)
    assert town.tries(number, "closed") == tries


# ── more than one ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_grants_and_windows_are_each_persons_own(found: Found) -> None:
    town, number = await silent(found, kind="subscription")
    await town.phone.say(ELSE, "你好")
    other = town.desk.arrives(Address("wechat", ELSE))
    town.phone.api.granted.add((ELSE, "9"))
    town.store.write(lambda uow: grants.add(uow, other, "*", town.now, 9))
    town.work(number, "report_progress", words="one")
    await town.deliver()
    assert town.notice(number, "progress").state == "held"
    assert town.phone.inbox_of(ELSE) == []
    assert town.store.read(lambda uow: grants.kinds(uow, other)) == {"*"}
