"""The windows we count by are the platform's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bots.wechat.windows import WINDOWS
from core.ladder import Window
from core.messages import MessageKind


@pytest.mark.parametrize(
    ("kind", "messages", "length"),
    [
        ("text", 5, timedelta(hours=48)),
        ("files", 5, timedelta(hours=48)),
        ("location", 5, timedelta(hours=48)),
        ("unsupported", 5, timedelta(hours=48)),
        ("choice", 3, timedelta(minutes=1)),
        ("follow", 3, timedelta(minutes=1)),
        ("unfollow", 0, timedelta(0)),
    ],
)
def test_an_interaction_opens_the_published_window(kind: MessageKind, messages: int, length: timedelta) -> None:
    assert WINDOWS[kind] == Window(messages, length)
