"""What the doctor says of the chats: whether the platforms let us in, what forms they have for us, when we may write."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from app.findings import Looked, examined
from app.resources import staff_robots, telegram_account, wechat_account, wecom_account
from app.settings import Settings
from app.texts_cli import say
from bots.telegram.config import TelegramSettings
from bots.wechat.client import WeChatChannel
from bots.wechat.config import WeChatSettings
from bots.wechat.forms import Field, forms_of
from bots.wechat.windows import ACTED, SPOKE
from bots.wecom.codes import NOT_LISTED as NOT_TRUSTED
from bots.wecom.config import WeComSettings
from core.errors import DeliveryError
from core.ladder import ANY
from core.texts import load_texts

T = TypeVar("T")

NOT_LISTED = "40164"
TEMPLATES = "/cgi-bin/template/get_all_private_template"

_REFUSED_ADDRESS = re.compile("invalid ip ([0-9a-f.:]{3,45})")
_CALLING_ADDRESS = re.compile("from ip: ([0-9a-f.:]{3,45})")


def _off(missing: tuple[str, ...]) -> Looked:
    return "warn", say("doctor", "channel_off", missing=say("settings", "and").join(missing))


@examined("wechat")
def wechat_lets_us_in(settings: Settings) -> Looked:
    account = wechat_account(settings)
    if account is None:
        return _off(settings.wechat_missing)
    if not account.can_push:
        return "good", say("doctor", "channel_passive")
    try:
        _asked(account, _addresses)
    except DeliveryError as error:
        return "bad", _why_shut(error)
    return "good", say("doctor", "token")


@examined("wechat_templates")
def wechat_forms_are_there(settings: Settings) -> Looked | None:
    """Past the window a result needs a form; one whose id was mistyped is found here, and not by the first result."""
    account = wechat_account(settings)
    if account is None or account.account != "service":
        return None
    if not account.has_templates:
        return "warn", say("doctor", "no_templates")
    found = forms_of(_asked(account, lambda channel: channel.look(TEMPLATES)))
    if missing := [template for template in account.templates.values() if template not in found]:
        return "bad", say("doctor", "template_gone", templates=say("settings", "and").join(missing))
    listed = (_form(notice, found[template]) for notice, template in account.templates.items())
    return "good", say("doctor", "semicolon").join(listed)


def _form(notice: str, fields: Sequence[Field]) -> str:
    whose = say("doctor", "any_notice") if notice == ANY else load_texts().render("zh", f"phrase.{notice}")
    return say("doctor", "template", notice=whose, fields=" ".join(field.name for field in fields))


@examined("wechat_windows")
def wechat_windows_are_known(settings: Settings) -> Looked | None:
    """When we may write to somebody, by the kind of account."""
    account = wechat_account(settings)
    if account is None:
        return None
    if not account.can_push:
        return "good", say("doctor", "window_passive")
    ways = [account.has_templates and "beyond_template", account.asks_for_grants and "beyond_grant"]
    beyond = say("doctor", "otherwise").join(say("doctor", way) for way in ways if way) or say("doctor", "beyond_none")
    spoke = {"hours": SPOKE.length // timedelta(hours=1), "spoke": SPOKE.messages}
    acted = {"minutes": ACTED.length // timedelta(minutes=1), "acted": ACTED.messages}
    return "good" if any(ways) else "warn", say("doctor", "windows", beyond=beyond, **spoke, **acted)


@examined("telegram")
def telegram_lets_us_in(settings: Settings) -> Looked:
    account = telegram_account(settings)
    if account is None:
        return _off(settings.telegram_missing)
    name, url, fault = asyncio.run(_ask_telegram(account))
    wanted = f"{settings.base_url}/telegram" if account.mode == "webhook" else ""
    if url != wanted:
        key = "bot_elsewhere" if url else "bot_nowhere"
        return "warn", say("doctor", key, name=name, url=url, wanted="set" if wanted else "delete")
    if fault:
        return "warn", say("doctor", "bot_fault", name=name, fault=fault)
    return "good", say("doctor", "bot" if wanted else "bot_polls", name=name, url=url)


@examined("robots")
def robots_are_known(settings: Settings) -> Looked | None:
    """None of them is asked: whatever one is asked, it says in its group."""
    robots = staff_robots(settings)
    if not robots:
        return None
    listed = (
        say(
            "doctor",
            "robot" if robot.is_signed else "robot_unsigned",
            platform=say("robots_platform", robot.platform.name),
            name=robot.name,
        )
        for robot in robots
    )
    return "good" if all(robot.is_signed for robot in robots) else "warn", say("doctor", "semicolon").join(listed)


@examined("wecom")
def wecom_lets_us_in(settings: Settings) -> Looked:
    """By the name of the application, for which corporation, secret and number of the application have to be right."""
    account = wecom_account(settings)
    if account is None:
        return _off(settings.wecom_missing)
    try:
        return "good", say("doctor", "application", name=asyncio.run(_ask_wecom(account)))
    except DeliveryError as error:
        return "bad", _why_wecom_is_shut(error)


def _why_wecom_is_shut(error: DeliveryError) -> str:
    if error.code == NOT_TRUSTED:
        found = _CALLING_ADDRESS.search(str(error))
        return say("doctor", "wecom_not_listed", address=found[1] if found else say("doctor", "of_this_server"))
    return say("doctor", "wecom_refused", said=str(error))


async def _ask_wecom(account: WeComSettings) -> str:
    from bots.wecom.client import WeComChannel

    channel = WeComChannel(account)
    try:
        return await channel.application()
    finally:
        await channel.close()


def _why_shut(error: DeliveryError) -> str:
    """What to do about it, where we know that; else the platform's own code."""
    if error.code == NOT_LISTED:
        found = _REFUSED_ADDRESS.search(str(error))
        return say("doctor", "not_listed", address=found[1] if found else say("doctor", "of_this_server"))
    return say("doctor", "token_refused", said=str(error))


def _asked(account: WeChatSettings, question: Callable[[WeChatChannel], Awaitable[T]]) -> T:
    async def ask() -> T:
        channel = WeChatChannel(account)
        try:
            return await question(channel)
        finally:
            await channel.close()

    return asyncio.run(ask())


async def _addresses(channel: WeChatChannel) -> None:
    """The smallest question that needs a valid token: which addresses the platform calls from."""
    await channel.ask("/cgi-bin/get_api_domain_ip", {})


async def _ask_telegram(account: TelegramSettings) -> tuple[str, str, str]:
    """The bot's name, where its updates go, and what went wrong there last."""
    from bots.telegram.client import TelegramChannel

    channel = TelegramChannel(account)
    try:
        return (await channel.username(), *await channel.webhook())
    finally:
        await channel.close()
