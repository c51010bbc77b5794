"""What the settings stand for: the master keys, the store, the account of a channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from bots.robots.config import Robot, robots_in
from bots.telegram.config import Pace, TelegramSettings
from bots.wechat.config import NAME as WECHAT
from bots.wechat.config import WeChatSettings
from bots.wecom.config import WeComSettings

if TYPE_CHECKING:
    from app.settings import Settings
    from core.cases.office import Office
    from core.policies.attendance import Attendance
    from core.store.keyring import Keyring
    from core.store.unit_of_work import Store

KEY_FILE = "secret.key"


def keyring(settings: Settings) -> Keyring:
    """From the secret key that was set, else from the key file, which is made where there is none."""
    from core.store.keyring import Keyring

    if settings.secret_key:
        return Keyring.from_secret(settings.secret_key.get_secret_value())
    return Keyring.from_file(settings.data_dir / KEY_FILE)


def open_store(settings: Settings, *, read_only: bool = False, beside: bool = False) -> Store:
    """``beside`` a service that may be running, for a command that writes little."""
    from core.store.unit_of_work import Store

    masters = keyring(settings)
    return Store.open(settings.database_url, settings.data_dir, masters, read_only=read_only, beside=beside)


def open_office(settings: Settings, store: Store) -> Office:
    """The institution as it is now; its pack is kept in the version that new cases are opened under."""
    from core import desk
    from core.cases import calendar_changes
    from core.cases.office import Office
    from core.cases.telling_staff import STAFF
    from core.messages import Address
    from core.policies.load import load
    from core.policies.personnel import load_personnel
    from core.store import packs
    from core.texts import load_texts

    policy, now = load(settings.policy), datetime.now(UTC)
    if not store.read_only:
        store.write(partial(packs.keep, policy=policy, now=now))
    days, account = store.read(calendar_changes.current), wechat_account(settings)
    told = tuple(Address(robot.name, STAFF.peer) for robot in staff_robots(settings))
    return Office(
        policy,
        days,
        load_texts(),
        gathers=_gathers(account),
        grants=_grants(account),
        robots=told,
        personnel=load_personnel(settings.personnel),
        attendance=attendance_pack(settings),
        targets=desk.tell,
        tells_story=settings.alert_story,
    )


def attendance_pack(settings: Settings) -> Attendance | None:
    """The pack of attendance, None where it is not kept here. Raises PolicyError."""
    from core.policies.attendance import load

    return load(settings.attendance) if settings.attendance else None


def _gathers(account: WeChatSettings | None) -> dict[str, float]:
    """For how many seconds notices wait on a channel, so that several become one message."""
    return {WECHAT: account.limits.ladder.gathers} if account else {}


def _grants(account: WeChatSettings | None) -> dict[str, Callable[[str], str]]:
    """By channel, where people let us write to them once more."""
    return {WECHAT: account.grant_link} if account and account.asks_for_grants else {}


@contextmanager
def at_the_desk(settings: Settings, *, read_only: bool = False) -> Iterator[tuple[Store, Office]]:
    """The store and the office for one command, beside a service that may be running."""
    store = open_store(settings, read_only=True) if read_only else open_store(settings, beside=True)
    try:
        yield store, open_office(settings, store)
    finally:
        store.close()


def wechat_account(settings: Settings) -> WeChatSettings | None:
    """The official account, or None while its credentials are not set."""
    if not settings.wechat_on:
        return None
    from core.cases.notices import LEGAL

    former, secret = settings.wechat_aes_key_previous, settings.wechat_secret
    return WeChatSettings(
        app_id=settings.wechat_app_id or "",
        token=settings.wechat_token.get_secret_value() if settings.wechat_token else "",
        aes_key=settings.wechat_aes_key.get_secret_value() if settings.wechat_aes_key else "",
        secret=secret.get_secret_value() if secret else "",
        aes_key_previous=former.get_secret_value() if former else "",
        account=settings.wechat_account,
        api_base=settings.wechat_api_base,
        allow_plain=settings.wechat_allow_plain,
        base_url=settings.base_url,
        templates=settings.wechat_templates,
        subscribe_template=settings.wechat_subscribe_template or "",
        granted_notices=LEGAL,
    )


def telegram_account(settings: Settings) -> TelegramSettings | None:
    """The bot, or None while its credentials are not set."""
    if settings.telegram_token is None or settings.telegram_missing:
        return None
    secret = settings.telegram_secret
    return TelegramSettings(
        token=settings.telegram_token.get_secret_value(),
        secret=secret.get_secret_value() if secret else "",
        api_base=settings.telegram_api_base,
        mode=settings.telegram_mode,
        staff_chat=settings.telegram_staff_chat or "",
        pace=Pace(*settings.telegram_pace),
    )


def staff_robots(settings: Settings) -> tuple[Robot, ...]:
    """The robots in groups of staff, none where none are set."""
    if settings.staff_webhooks is None:
        return ()
    return robots_in(settings.staff_webhooks.get_secret_value(), settings.staff_webhooks_base or "")


def wecom_account(settings: Settings) -> WeComSettings | None:
    """The application, or None while its credentials are not set."""
    token, key, secret = settings.wecom_token, settings.wecom_aes_key, settings.wecom_secret
    if settings.wecom_corp_id is None or settings.wecom_agent_id is None or not (token and key and secret):
        return None
    return WeComSettings(
        corp_id=settings.wecom_corp_id,
        agent_id=settings.wecom_agent_id,
        token=token.get_secret_value(),
        aes_key=key.get_secret_value(),
        secret=secret.get_secret_value(),
        api_base=settings.wecom_api_base,
    )
