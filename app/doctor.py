"""``tousu doctor``: one line for each thing that can be wrong before the first citizen finds out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from app.doctor_channels import (
    robots_are_known,
    telegram_lets_us_in,
    wechat_forms_are_there,
    wechat_lets_us_in,
    wechat_windows_are_known,
    wecom_lets_us_in,
)
from app.findings import HEARTBEAT_SECONDS, OLDEST_DUE, Check, Finding, Looked, Verdict, examined
from app.resources import KEY_FILE, attendance_pack, keyring
from app.settings import Settings, load_settings, unknown_variables
from app.texts_cli import say
from core.errors import TousuError

if TYPE_CHECKING:
    from core.store.gauges import Gauges


def examine(load: Callable[[], Settings] = load_settings, checks: Sequence[Check] | None = None) -> list[Finding]:
    """Look at everything; a fault in one place does not hide the next. Without settings there is nothing to look at."""
    try:
        settings = load()
    except TousuError as error:
        return [Finding(say("doctor", "settings"), "bad", str(error))]
    found = (check(settings) for check in (CHECKS if checks is None else checks))
    return [finding for finding in found if finding is not None]


@examined("settings")
def settings_are_read(settings: Settings) -> Looked:
    if unknown := unknown_variables():
        return "warn", say("doctor", "unread", variables=say("settings", "and").join(unknown))
    return "good", say("doctor", "fine")


@examined("policy")
def policy_is_sound(settings: Settings) -> Looked:
    from core.policies.load import load

    pack = load(settings.policy)
    return "good", say("doctor", "pack", title=pack.title.zh, id=pack.id, version=pack.version)


@examined("personnel")
def personnel_rules_are_sound(settings: Settings) -> Looked:
    from core.policies.personnel import load_personnel

    rules = load_personnel(settings.personnel)
    return "good", say("doctor", "pack", title=rules.title.zh, id=rules.id, version=rules.version)


@examined("attendance")
def attendance_is_sound(settings: Settings) -> Looked | None:
    """Nothing where none is kept."""
    pack = attendance_pack(settings)
    if pack is None:
        return None
    return "good", say("doctor", "pack", title=pack.title.zh, id=pack.id, version=pack.version)


@examined("data_dir")
def data_directory_is_ours(settings: Settings) -> Looked:
    """The nearest directory that exists must be writable; what is below it is made at the first start."""
    nearest = next(path for path in (settings.data_dir, *settings.data_dir.absolute().parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        return "bad", say("doctor", "not_writable", path=nearest)
    return "good", str(settings.data_dir)


@examined("keys")
def master_key_is_there(settings: Settings) -> Looked:
    """Looks without making a key: that is for the first start to do."""
    file: Path = settings.data_dir / KEY_FILE
    if settings.secret_key is None and not file.exists():
        return "warn", say("doctor", "no_key", path=file)
    keyring(settings)
    return "good", say("doctor", "key_set" if settings.secret_key else "key_file", path=file)


@examined("database")
def database_is_current(settings: Settings) -> Looked:
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

    @examined("calendar")
    def check(settings: Settings) -> Looked:
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


@examined("worker")
def somebody_works(settings: Settings) -> Looked | None:
    """Whether what happens with time happens: a worker leaves a sign of life every minute."""
    if (found := _gauges(settings)) is None:
        return None
    if found.beat_at is None:
        return "warn", say("doctor", "never_worked")
    minutes = (_now() - found.beat_at) // timedelta(minutes=1)
    if minutes * 60 >= HEARTBEAT_SECONDS:
        return "bad", say("doctor", "not_working", minutes=minutes)
    return "good", say("doctor", "working")


@examined("delivery")
def messages_go_out(settings: Settings) -> Looked | None:
    """What is stranded, and whether anything that could go out waits."""
    if (found := _gauges(settings)) is None:
        return None
    counts = {state: found.outbox[state] for state in ("pending", "held", "dead")}
    minutes = (_now() - found.oldest_due_at) // timedelta(minutes=1) if found.oldest_due_at else 0
    if timedelta(minutes=minutes) >= OLDEST_DUE:
        return "bad", say("doctor", "late", minutes=minutes, **counts)
    if counts["dead"]:
        return "warn", say("doctor", "dead", **counts)
    due = say("doctor", "none_due") if counts["pending"] and found.oldest_due_at is None else ""
    return "good", say("doctor", "goes_out", due=due, **counts)


def _gauges(settings: Settings) -> Gauges | None:
    """None where there is no database of this version to look at; that is a finding of its own."""
    from core.store import migrations
    from core.store.unit_of_work import connect

    file = settings.database_url.removeprefix("sqlite:///")
    if file != settings.database_url and not Path(file).exists():
        return None
    database = connect(settings.database_url, read_only=True)
    try:
        if migrations.state(database.engine) != "current":
            return None
    finally:
        database.close()
    from app.resources import open_store
    from core.store import gauges

    store = open_store(settings, read_only=True)
    try:
        return store.read(lambda uow: gauges.look(uow, _now()))
    finally:
        store.close()


def _now() -> datetime:
    return datetime.now(UTC)


def _today() -> date:
    return _now().date()


CHECKS: tuple[Check, ...] = (
    settings_are_read,
    policy_is_sound,
    personnel_rules_are_sound,
    attendance_is_sound,
    data_directory_is_ours,
    master_key_is_there,
    database_is_current,
    calendar_reaches(_today),
    somebody_works,
    messages_go_out,
    wechat_lets_us_in,
    wechat_forms_are_there,
    wechat_windows_are_known,
    telegram_lets_us_in,
    robots_are_known,
    wecom_lets_us_in,
)
