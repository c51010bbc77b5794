"""``tousu doctor``: one line for each thing that can be wrong before the first citizen finds out."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from app.resources import KEY_FILE, keyring, telegram_account, wechat_account
from app.settings import Settings, load_settings, unknown_variables
from app.texts_cli import say
from bots.telegram.config import TelegramSettings
from bots.wechat.client import WeChatChannel
from bots.wechat.config import WeChatSettings
from core.errors import TousuError

Verdict = Literal["good", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and in words what to know or do."""

    subject: str
    verdict: Verdict
    words: str

    @property
    def good(self) -> bool:
        return self.verdict != "bad"


Check = Callable[[Settings], Finding]


def examine(load: Callable[[], Settings] = load_settings, checks: Sequence[Check] | None = None) -> list[Finding]:
    """Look at everything; a fault in one place does not hide the next. Without settings there is nothing to look at."""
    try:
        settings = load()
    except TousuError as error:
        return [Finding(say("doctor", "settings"), "bad", str(error))]
    return [check(settings) for check in (CHECKS if checks is None else checks)]


def line(finding: Finding) -> str:
    words = finding.words.replace("\n", " ")
    return say("doctor", finding.verdict, subject=finding.subject, finding=words)


def _examined(subject: str) -> Callable[[Callable[[Settings], tuple[Verdict, str]]], Check]:
    """An error of ours is a finding like any other."""

    def wrap(look: Callable[[Settings], tuple[Verdict, str]]) -> Check:
        def check(settings: Settings) -> Finding:
            try:
                return Finding(say("doctor", subject), *look(settings))
            except TousuError as error:
                return Finding(say("doctor", subject), "bad", str(error))

        return check

    return wrap


@_examined("settings")
def settings_are_read(settings: Settings) -> tuple[Verdict, str]:
    if unknown := unknown_variables():
        return "warn", say("doctor", "unread", variables=say("settings", "and").join(unknown))
    return "good", say("doctor", "fine")


@_examined("policy")
def policy_is_sound(settings: Settings) -> tuple[Verdict, str]:
    from core.policies.load import load

    pack = load(settings.policy)
    return "good", say("doctor", "pack", title=pack.title.zh, id=pack.id, version=pack.version)


@_examined("data_dir")
def data_directory_is_ours(settings: Settings) -> tuple[Verdict, str]:
    """The nearest directory that exists must be writable; what is below it is made at the first start."""
    nearest = next(path for path in (settings.data_dir, *settings.data_dir.absolute().parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        return "bad", say("doctor", "not_writable", path=nearest)
    return "good", str(settings.data_dir)


@_examined("keys")
def master_key_is_there(settings: Settings) -> tuple[Verdict, str]:
    """Looks without making a key: that is for the first start to do."""
    file: Path = settings.data_dir / KEY_FILE
    if settings.secret_key is None and not file.exists():
        return "warn", say("doctor", "no_key", path=file)
    keyring(settings)
    return "good", say("doctor", "key_set" if settings.secret_key else "key_file", path=file)


@_examined("database")
def database_is_current(settings: Settings) -> tuple[Verdict, str]:
    from core.store import migrations
    from core.store.unit_of_work import connect

    file = settings.database_url.removeprefix("sqlite:///")
    if file != settings.database_url and not Path(file).exists():
        return "warn", say("doctor", "db_none")
    database = connect(settings.database_url, read_only=True)
    try:
        state = migrations.state(database.engine)
    finally:
        database.close()
    verdicts: dict[str, Verdict] = {"current": "good", "empty": "warn"}
    return verdicts.get(state, "bad"), say("doctor_database", state)


def calendar_reaches(today: Callable[[], date]) -> Check:
    """Clocks count working days by the yearly notices. Next year's comes in November."""

    @_examined("calendar")
    def check(settings: Settings) -> tuple[Verdict, str]:
        from core.cases.calendar import calendar

        known = {*calendar().years, *_imported_years(settings)}
        if today().year not in known:
            return "bad", say("doctor", "year_unknown", year=today().year, last=max(known))
        following = today().year + 1
        if following not in known:
            return "warn", say("doctor", "year_provisional", year=following, last=max(known))
        return "good", say("doctor", "years", first=min(known), last=max(known))

    return check


def _imported_years(settings: Settings) -> list[int]:
    """What was imported over the packaged years; nothing where there is no database yet."""
    from core.store.calendar import imported_years

    file = settings.database_url.removeprefix("sqlite:///")
    missing = file != settings.database_url and not Path(file).exists()
    return [] if missing else imported_years(settings.database_url)


@_examined("wechat")
def wechat_lets_us_in(settings: Settings) -> tuple[Verdict, str]:
    account = wechat_account(settings)
    if account is None:
        return "warn", say("doctor", "channel_off", missing=say("settings", "and").join(settings.wechat_missing))
    if not account.can_push:
        return "good", say("doctor", "channel_passive")
    asyncio.run(_ask_wechat(account))
    return "good", say("doctor", "fine")


async def _ask_wechat(account: WeChatSettings) -> None:
    """The smallest question that needs a valid token: which addresses the platform calls from."""
    channel = WeChatChannel(account)
    try:
        await channel.ask("/cgi-bin/get_api_domain_ip", {})
    finally:
        await channel.close()


@_examined("telegram")
def telegram_lets_us_in(settings: Settings) -> tuple[Verdict, str]:
    account = telegram_account(settings)
    if account is None:
        return "warn", say("doctor", "channel_off", missing=say("settings", "and").join(settings.telegram_missing))
    name, url, fault = asyncio.run(_ask_telegram(account))
    wanted = f"{settings.base_url}/telegram" if account.mode == "webhook" else ""
    if url != wanted:
        key = "bot_elsewhere" if url else "bot_nowhere"
        return "warn", say("doctor", key, name=name, url=url, wanted="set" if wanted else "delete")
    if fault:
        return "warn", say("doctor", "bot_fault", name=name, fault=fault)
    return "good", say("doctor", "bot" if wanted else "bot_polls", name=name, url=url)


async def _ask_telegram(account: TelegramSettings) -> tuple[str, str, str]:
    """The bot's name, where its updates go, and what went wrong there last."""
    from bots.telegram.client import TelegramChannel

    channel = TelegramChannel(account)
    try:
        return (await channel.username(), *await channel.webhook())
    finally:
        await channel.close()


def _today() -> date:
    return datetime.now(UTC).date()


CHECKS: tuple[Check, ...] = (
    settings_are_read,
    policy_is_sound,
    data_directory_is_ours,
    master_key_is_there,
    database_is_current,
    calendar_reaches(_today),
    wechat_lets_us_in,
    telegram_lets_us_in,
)
