"""What one bubble of a channel holds, and how a text that it does not is cut."""

from __future__ import annotations

import pytest

from core.ladder import Limits


@pytest.mark.parametrize(
    ("limits", "text", "cut"),
    [
        (Limits(), "x" * 100_000, "x" * 100_000),
        (Limits(characters=5), "12345", "12345"),
        (Limits(characters=5), "123456", "1234…"),
        (Limits(utf8_bytes=9), "受理了", "受理了"),
        (Limits(utf8_bytes=9), "受理了吗", "受理…"),
        (Limits(characters=3, utf8_bytes=100), "受理了吗", "受理…"),
        (Limits(characters=100, utf8_bytes=8), "受理了吗", "受…"),
        (Limits(characters=1), "受理", "…"),
    ],
)
def test_what_a_bubble_does_not_hold_is_cut_with_an_ellipsis(limits: Limits, text: str, cut: str) -> None:
    assert limits.cut(text) == cut
    assert limits.hold(cut)
