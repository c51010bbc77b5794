"""Each code is what it means for a message, and quotes nothing that is not the platform's own."""

from __future__ import annotations

import pytest

from bots.wecom.codes import refusal
from core.errors import ChannelStopped, DeliveryError, Held, TryLater, Undeliverable

HINT = "hint: [1639718553304012608876854], from ip: 203.0.113.9, more info at https://open.work.weixin.qq.com"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-1, TryLater), (45009, TryLater), (45033, TryLater), (999999, TryLater),
        (81013, Held),
        (40003, Undeliverable), (40031, Undeliverable), (60111, Undeliverable), (40058, Undeliverable),
        (40008, Undeliverable), (44004, Undeliverable), (45002, Undeliverable), (47001, Undeliverable),
        (40001, ChannelStopped), (40013, ChannelStopped), (40014, ChannelStopped), (42001, ChannelStopped),
        (40056, ChannelStopped), (41001, ChannelStopped), (48002, ChannelStopped), (50003, ChannelStopped),
        (60020, ChannelStopped), (301002, ChannelStopped), (301007, ChannelStopped),
    ],
)  # fmt: skip
def test_a_code_is_what_it_means_for_a_message(code: int, kind: type[DeliveryError]) -> None:
    error = refusal(code, f"invalid something s3cret, {HINT}")
    assert (type(error), error.code, error.answer) == (kind, str(code), "1639718553304012608876854")
    assert "s3cret" not in str(error)


def test_an_address_that_is_not_trusted_is_named() -> None:
    assert "from ip: 203.0.113.9" in str(refusal(60020, f"not allow to access from your ip, {HINT}"))


def test_too_much_in_a_minute_waits_a_minute() -> None:
    error = refusal(45009, "api freq out of limit")
    assert isinstance(error, TryLater)
    assert error.after == 60
