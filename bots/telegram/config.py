"""What this channel is called, what one bubble of it holds, and the bot it speaks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from core.ladder import Limits

NAME = "telegram"

UTF16_UNITS = 4096
"""Of one message. The platform counts as UTF-16 does: an emoji is two."""

LIMITS = Limits(characters=UTF16_UNITS, buttons=True, can_push=True)

CALLBACK_BYTES = 64
"""Of what a button brings back when it is pressed."""

MAX_BODY_BYTES = 1024 * 1024
"""Of one update. The longest genuine one (a text full of formatting) is far below it."""

MAX_FILE_BYTES = 20 * 1024 * 1024
"""Of one file the platform lets a bot download."""

API_BASE = "https://api.telegram.org"

UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""What the platform is asked to deliver."""

RELEASE = "answerCallbackQuery"
"""The method that lets go of a pressed button, which shows that it waits until then."""

Mode = Literal["webhook", "polling"]


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the bot writes: a second to one chat (with a short burst), a minute to one group, a second in all.

    The platform publishes 1, 20 and 30. Who has bought a higher rate may say so.
    """

    chat_second: float = 1.0
    group_minute: float = 18.0
    all_second: float = 25.0


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """One bot, as the settings of the service checked it.

    ``token`` is the bot's id, a colon and its password. ``secret`` is what the platform shows us with each webhook
    call. ``staff_chat`` is the chat that alerts for staff go to, empty where they go to the log.
    """

    token: str = field(repr=False)
    secret: str = field(default="", repr=False)
    api_base: str = API_BASE
    mode: Mode = "webhook"
    staff_chat: str = ""
    pace: Pace = Pace()

    @property
    def bot_id(self) -> str:
        return self.token.partition(":")[0]

    @property
    def is_local(self) -> bool:
        """Whether a Bot API server of our own is used: it knows no size limit and hands files over as paths."""
        return self.api_base != API_BASE
