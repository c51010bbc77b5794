"""Settings from the environment and ``.env``: checked once, at start-up, before anything is opened."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, NoDecode, SettingsConfigDict

from app.texts_cli import say
from bots.robots.config import WrongRobot, robots_in
from core.errors import SettingsError
from core.ladder import ANY
from core.store.keyring import SHORTEST_SECRET
from core.texts import load_texts

PREFIX = "TOUSU_"
TEST_PREFIX = "TOUSU_TEST_"
ENV_FILE = Path(".env")

_AES_KEY = re.compile(r"[A-Za-z0-9+/]{43}")
_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")
_TEMPLATE_ID = "[A-Za-z0-9_-]{20,64}"
_TEMPLATE = re.compile(rf"([a-z_]+|\*)={_TEMPLATE_ID}")
_BOT_TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{10,100}")
_BOT_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_WECOM = ("wecom_corp_id", "wecom_agent_id", "wecom_secret", "wecom_token", "wecom_aes_key")


class _Wrong(ValueError):
    """A value is not what is expected; what is expected is said by the texts."""


def _origin(value: str) -> str:
    """Scheme, host and port, nothing behind them: whoever uses the address adds the path."""
    parts = urlsplit(value.strip().rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise _Wrong
    if parts.path or parts.query or parts.fragment:
        raise _Wrong
    return f"{parts.scheme}://{parts.netloc}"


def _database_url(value: str) -> str:
    if not re.match(r"(sqlite:///.|postgres(ql)?://.)", value):
        raise _Wrong
    return re.sub(r"^postgres://", "postgresql://", value)


def _secret_key(value: SecretStr) -> SecretStr:
    masters = [part.strip() for part in value.get_secret_value().split(",")]
    if min(map(len, masters)) < SHORTEST_SECRET:
        raise _Wrong
    return SecretStr(",".join(masters))


def _aes_key(value: SecretStr) -> SecretStr:
    if not _AES_KEY.fullmatch(value.get_secret_value()):
        raise _Wrong
    return value


def _token(value: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(value.get_secret_value()):
        raise _Wrong
    return value


def _bot_token(value: SecretStr) -> SecretStr:
    if not _BOT_TOKEN.fullmatch(value.get_secret_value()):
        raise _Wrong
    return value


def _bot_secret(value: SecretStr) -> SecretStr:
    if not _BOT_SECRET.fullmatch(value.get_secret_value()):
        raise _Wrong
    return value


def _rates(value: object) -> object:
    """``1,18,25``, as one can type it into a file."""
    return tuple(value.split(",")) if isinstance(value, str) else value


def _templates(value: object) -> object:
    """``closed=ID,*=ID2``, as one can type it into a file: the id of a template by the notice that goes on it."""
    if not isinstance(value, str):
        return value
    pairs = [part.strip() for part in value.split(",") if part.strip()]
    found = dict(pair.split("=", 1) for pair in pairs if _TEMPLATE.fullmatch(pair))
    if len(found) != len(pairs) or any(name != ANY and not _is_notice(name) for name in found):
        raise _Wrong
    return found


def _is_notice(name: str) -> bool:
    return f"phrase.{name}" in load_texts().sentences["zh"]


def _robots(value: SecretStr) -> SecretStr:
    robots_in(value.get_secret_value())
    return value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


Rate = Annotated[float, Field(gt=0, le=100_000)]
Origin = Annotated[str, AfterValidator(_origin)]
AesKey = Annotated[SecretStr, AfterValidator(_aes_key)]


class Settings(BaseSettings):
    """Everything that can be set from outside. ``.env.example`` explains each; ``docs/howto`` says when it is needed."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    data_dir: Path = Path("var")
    database_url: Annotated[str, AfterValidator(_database_url)] = Field(default="", repr=False, validate_default=False)
    policy: str = "service-hall"
    personnel: str = "personnel"
    attendance: str = ""
    base_url: Origin = "http://127.0.0.1:8000"
    secret_key: Annotated[SecretStr, AfterValidator(_secret_key)] | None = None
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = "info"
    log_format: Annotated[Literal["text", "json"], BeforeValidator(_lower)] = "text"
    alert_story: bool = False

    wechat_app_id: Annotated[str, Field(pattern=r"^wx[0-9A-Za-z]{6,40}$")] | None = None
    wechat_secret: SecretStr | None = None
    wechat_token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    wechat_aes_key: AesKey | None = None
    wechat_aes_key_previous: AesKey | None = None
    wechat_account: Annotated[Literal["service", "subscription", "passive"], BeforeValidator(_lower)] = "service"
    wechat_api_base: Origin = "https://api.weixin.qq.com"
    wechat_allow_plain: bool = False
    wechat_templates: Annotated[Mapping[str, str], NoDecode, BeforeValidator(_templates)] = Field(default_factory=dict)
    wechat_subscribe_template: Annotated[str, Field(pattern=f"^{_TEMPLATE_ID}$")] | None = None

    telegram_token: Annotated[SecretStr, AfterValidator(_bot_token)] | None = None
    telegram_secret: Annotated[SecretStr, AfterValidator(_bot_secret)] | None = None
    telegram_api_base: Origin = "https://api.telegram.org"
    telegram_mode: Annotated[Literal["webhook", "polling"], BeforeValidator(_lower)] = "webhook"
    telegram_staff_chat: Annotated[str, Field(pattern=r"^(-?[0-9]{1,20}|@[A-Za-z0-9_]{5,32})$")] | None = None
    telegram_pace: Annotated[tuple[Rate, Rate, Rate], NoDecode, BeforeValidator(_rates)] = (1.0, 18.0, 25.0)

    staff_webhooks: Annotated[SecretStr, AfterValidator(_robots)] | None = None
    staff_webhooks_base: Origin | None = None
    wecom_corp_id: Annotated[str, Field(pattern=r"^w[0-9A-Za-z_-]{5,63}$")] | None = None
    wecom_agent_id: Annotated[int, Field(ge=1, le=2_000_000_000)] | None = None
    wecom_secret: SecretStr | None = None
    wecom_token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    wecom_aes_key: AesKey | None = None
    wecom_api_base: Origin = "https://qyapi.weixin.qq.com"

    @model_validator(mode="after")
    def _keep_sqlite_with_the_other_files(self) -> Settings:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data_dir}/tousu.db")
        return self

    @property
    def wechat_missing(self) -> tuple[str, ...]:
        """Variables that the WeChat channel still needs. An account that only answers has no use for the secret."""
        needed = ["wechat_app_id", "wechat_token", "wechat_aes_key"]
        if self.wechat_account != "passive":
            needed.insert(1, "wechat_secret")
        return tuple(variable(name) for name in needed if getattr(self, name) is None)

    @property
    def wechat_on(self) -> bool:
        return not self.wechat_missing

    @property
    def telegram_missing(self) -> tuple[str, ...]:
        """Variables that the Telegram channel still needs. Who polls is not called, and so needs no secret."""
        needed = ["telegram_token", *(["telegram_secret"] if self.telegram_mode == "webhook" else [])]
        return tuple(variable(name) for name in needed if getattr(self, name) is None)

    @property
    def wecom_missing(self) -> tuple[str, ...]:
        """Variables that the WeCom channel still needs: all of them."""
        return tuple(variable(name) for name in _WECOM if getattr(self, name) is None)


def variable(field: str) -> str:
    """The environment variable of a field."""
    return PREFIX + field.upper()


def load_settings(env_file: Path | None = ENV_FILE) -> Settings:
    """Read and check everything; raises SettingsError naming the variable and what is expected, never its value."""
    try:
        settings = Settings(_env_file=env_file)
    except ValidationError as error:
        # The cause is dropped: pydantic's text repeats the value, which may be a secret.
        said = {_explain(wrong["loc"], wrong.get("ctx", {}).get("error")) for wrong in error.errors()}
        raise SettingsError("\n".join(sorted(said))) from None
    _refuse_half_a_channel(settings)
    return settings


def _explain(location: tuple[Any, ...], cause: object = None) -> str:
    field = str(location[0])
    if isinstance(cause, WrongRobot):
        reason = say("settings_robot", cause.reason)
        return say("settings", "wrong_robot", variable=variable(field), place=cause.place, reason=reason)
    return say("settings", "wrong", variable=variable(field), expected=say("settings_expected", field))


def _refuse_half_a_channel(settings: Settings) -> None:
    """Credentials that are there in part are a mistake; none at all only means that the channel is off."""
    wechat = ("wechat_app_id", "wechat_secret", "wechat_token", "wechat_aes_key", "wechat_aes_key_previous")
    telegram = ("telegram_token", "telegram_secret", "telegram_staff_chat")
    channels = (
        (wechat, settings.wechat_missing),
        (telegram, settings.telegram_missing),
        (_WECOM, settings.wecom_missing),
    )
    for credentials, missing in channels:
        given = [variable(name) for name in credentials if getattr(settings, name) is not None]
        if given and missing:
            together = say("settings", "and").join
            raise SettingsError(say("settings", "half", given=together(given), missing=together(missing)))


def unknown_variables(environment: Mapping[str, str] = os.environ, env_file: Path | None = ENV_FILE) -> tuple[str, ...]:
    """``TOUSU_…`` names that are set and that nothing reads, most often a slip of the finger."""
    written = DotEnvSettingsSource(Settings, env_file=env_file).env_vars
    ours = {name for name in (*environment, *map(str.upper, written)) if name.startswith(PREFIX)}
    known = {variable(name) for name in Settings.model_fields}
    return tuple(sorted(name for name in ours - known if not name.startswith(TEST_PREFIX)))
