"""What this channel is called, what one bubble of it holds, and the account it speaks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from bots.wechat.windows import WINDOWS
from core.ladder import ANY, Ladder, Limits, Rung

NAME = "wechat"

LIMITS = Limits(characters=600, utf8_bytes=1800, buttons=False, can_push=True)
"""The platform publishes no limit; above about 2,048 bytes the reader sees a fault instead of the reply."""

WINDOW, TEMPLATE, SUBSCRIPTION = "window", "template", "subscription"
"""The rungs: customer-service messages, template messages, messages that a person granted one by one."""

ASK, ANSWERED = "/wechat/grant", "/wechat/granted"
"""Where a person goes to grant a message, and where the platform sends them afterwards."""

GATHER_SECONDS = 20.0
"""So long a notice waits for others to the same person: of what their last action allows, each message is one."""

MAX_BODY_BYTES = 64 * 1024
"""Of one callback. The longest genuine one (a text in compatible mode) is a few kilobytes."""

MAX_FILE_BYTES = 32 * 1024 * 1024
"""Of one fetched photo, voice or video."""

Account = Literal["service", "subscription", "passive"]
"""A verified service account, a verified subscription account, or one that may only answer."""


@dataclass(frozen=True, slots=True)
class WeChatSettings:
    """One account, as the settings of the service checked it.

    ``aes_key_previous`` keeps messages readable while the key is being changed.
    ``allow_plain`` takes unencrypted callbacks, which anybody who has seen one address can forge: for trying out only.
    ``templates`` are the ids of message templates by notice, ``*`` for any other; ``subscribe_template`` is the one by which
    people grant a message, which is kept for ``granted_notices``. ``base_url`` is where the public reaches our pages.
    """

    account: Account
    api_base: str
    app_id: str
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    secret: str = field(default="", repr=False)
    aes_key_previous: str = field(default="", repr=False)
    allow_plain: bool = False
    base_url: str = ""
    templates: Mapping[str, str] = field(default_factory=dict)
    subscribe_template: str = ""
    granted_notices: frozenset[str] = frozenset({ANY})

    @property
    def can_push(self) -> bool:
        return self.account != "passive"

    @property
    def limits(self) -> Limits:
        return replace(LIMITS, can_push=self.can_push, ladder=Ladder(self._rungs, WINDOWS, GATHER_SECONDS))

    @property
    def has_templates(self) -> bool:
        """Template messages are for service accounts."""
        return self.account == "service" and bool(self.templates)

    @property
    def asks_for_grants(self) -> bool:
        return self.can_push and bool(self.subscribe_template)

    def grant_link(self, word: str) -> str:
        """What is said in the chat: our address, since the platform's is longer than a message should be."""
        return f"{self.base_url}{ASK}?word={word}"

    @property
    def _rungs(self) -> tuple[Rung, ...]:
        """What this kind of account may do; a passive one only answers."""
        if not self.can_push:
            return ()
        template = Rung(TEMPLATE, forms=frozenset(self.templates), later=True)
        subscription = Rung(SUBSCRIPTION, forms=self.granted_notices, grant=True)
        return (
            Rung(WINDOW, spends=True),
            *((template,) if self.has_templates else ()),
            *((subscription,) if self.asks_for_grants else ()),
        )
