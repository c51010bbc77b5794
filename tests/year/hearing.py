"""What each person on the platform got to see, in the order in which they saw it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.hammer.citizens import Account
from tests.hammer.running import AES_KEY, APP_ID, TOKEN

WINDOW, REPLY, TEMPLATE = "window", "reply", "template"


@dataclass(frozen=True, slots=True)
class Heard:
    """``words`` are the text; of a template the id that we gave it. ``left`` is what the window still allowed before it."""

    openid: str
    way: str
    words: str
    at: datetime
    left: int = 0


class _Ears(list[Any]):
    """A list that says what it is given."""

    def __init__(self, hear: Callable[[Any], None]) -> None:
        super().__init__()
        self._hear = hear

    def append(self, each: Any) -> None:
        super().append(each)
        self._hear(each)


class _Inbox(defaultdict[str, list[str]]):
    """The texts of everybody, each said as it comes."""

    def __init__(self, hear: Callable[[str, str], None]) -> None:
        super().__init__()
        self._hear = hear

    def __missing__(self, openid: str) -> list[str]:
        found = self[openid] = _Ears(lambda text: self._hear(openid, text))
        return found


class Phones(Account):
    """The platform and all its people; ``now`` is the simulated moment."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__("", APP_ID, TOKEN, AES_KEY)
        self._now = now
        self.heard: list[Heard] = []
        self.api.inbox = _Inbox(self._pushed)
        self.api.templates = _Ears(self._formed)

    async def browse(self, url: str) -> None:
        """Somebody follows a link, and waits for the page as long as it takes."""
        await self._http.get(url, timeout=None)

    def _pushed(self, openid: str, text: str) -> None:
        window = self.api.windows.get(openid)
        self.heard.append(Heard(openid, WINDOW, text, self._now(), window.left + 1 if window else 0))

    def _formed(self, sent: Any) -> None:
        self.heard.append(Heard(sent.openid, TEMPLATE, sent.client_msg_id, self._now()))

    def _shown(self, openid: str, answer: str) -> str | None:
        text = super()._shown(openid, answer)
        if text is not None:
            self.heard.append(Heard(openid, REPLY, text, self._now()))
        return text
