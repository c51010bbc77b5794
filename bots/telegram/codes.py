"""What the platform's refusals mean for a message that was to be sent. Pure."""

from __future__ import annotations

from datetime import timedelta

from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from core.errors import ChannelStopped, DeliveryError, Gone, Held, TryLater, Undeliverable

CONFLICT = "409"

_MAY_COME_BACK = "blocked by the user"
"""Who has blocked the bot may unblock it; the platform tells us, and what waited is handed over."""

_SHUT = (
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "topic_closed",
    "topic_deleted",
    "administrator rights",
)
"""A group in which the bot may not write any more: it was left there, and silenced."""

UNCHANGEABLE = ("message is not modified", "message to edit not found", "message can't be edited")
"""What the platform says of a message that reads like that already, or that nobody can read or change any more."""

TOPIC_GONE = "thread not found"
"""A topic that its group has removed."""

TOPIC = "topic"
"""The code of that."""

_NOBODY_THERE = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found")


def refusal(error: TelegramError) -> DeliveryError:
    """The error to raise. The platform's own words are only looked at, never repeated: they may quote the request."""
    if isinstance(error, RetryAfter):
        return TryLater("Telegram asks us to slow down", "429", _seconds(error))
    if isinstance(error, Forbidden):
        return _forbidden(error.message.lower())
    if isinstance(error, InvalidToken):
        return ChannelStopped("Telegram does not know this token", "401")
    if isinstance(error, Conflict):
        return TryLater("another program receives this bot's messages", CONFLICT)
    if isinstance(error, BadRequest):
        return _bad_request(error.message.lower())
    return TryLater(f"Telegram could not be reached ({type(error).__name__})", type(error).__name__)


def _forbidden(words: str) -> DeliveryError:
    if _MAY_COME_BACK in words:
        return Held("this person has blocked the bot", "403")
    return Gone("nobody can be reached there on Telegram", "403")


def _bad_request(words: str) -> DeliveryError:
    if any(sign in words for sign in _NOBODY_THERE):
        return Gone("there is no such chat on Telegram", "400")
    if any(sign in words for sign in _SHUT):
        return Gone("the bot may not write there on Telegram", "400")
    if TOPIC_GONE in words:
        return Gone("the topic is gone", TOPIC)
    return Undeliverable("Telegram does not take this message", "400")


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
