"""Every error of ours, in one tree. A docstring is the message its reader gets.

TousuError
├── SettingsError          a setting is wrong; said at start-up
├── PolicyError            a pack is wrong; names file, table and reason
├── TextsError             a texts file is wrong; names file and key
├── CalendarError          a file of holidays is wrong; names what is expected
├── StoreError
│   ├── AlreadyRunning     a second writing process on one SQLite file
│   ├── NeverStarted       a database without our tables, or none at all
│   ├── StoreUnavailable   the database cannot take this now; nothing was written
│   ├── StaleVersion       someone else changed it first
│   ├── KeyDestroyed       the data was erased
│   └── NotRestorable      a backup is torn, is not for this program or key, or would overwrite something
├── Overloaded             more comes in than can be answered in time; nothing was kept
├── Refused                a rule of the case says no; one clear line
├── ChannelError
│   ├── BadEnvelope        a callback that is forged, replayed or malformed
│   └── DeliveryError      a message that was not delivered
│       ├── TryLater       a passing fault, or a rate limit
│       │   └── Moved      ...the chat has another address now
│       ├── Held           the platform does not let us write now; another way, or wait for the person
│       │   └── WindowShut ...and our count of what it allows was wrong
│       ├── Undeliverable  this person can never be reached here
│       │   └── Gone       ...nor can any other message to this address
│       └── ChannelStopped credentials, quota or rights: stop and tell the operator
│           └── RungClosed ...for one way only; others may be open
└── FetchError             evidence that could not be fetched
    └── FetchRefused       ...and never will be: too large, a kind that is not taken, gone
"""

from __future__ import annotations

import traceback


class TousuError(Exception):
    """Something went wrong."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (self.__doc__ or "").split("\n", 1)[0])


class SettingsError(TousuError):
    """A setting is wrong."""


class PolicyError(TousuError):
    """A policy pack is wrong."""


class TextsError(TousuError):
    """A texts file is wrong."""


class CalendarError(TousuError):
    """The file of holidays is not taken; nothing was changed. ``reason`` is one of: no_file, not_read, shape, not_announced,
    out_of_year, twice, not_whole; ``facts`` are the values that explain it.
    """

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__()
        self.reason = reason
        self.facts = facts


class StoreError(TousuError):
    """The database refused."""


class AlreadyRunning(StoreError):
    """Another process is writing to this database file; stop it first, or use PostgreSQL for several processes."""


class NeverStarted(StoreError):
    """There is no database of ours yet; start the service once."""


class StoreUnavailable(StoreError):
    """The database cannot take this now; nothing was written."""


class StaleVersion(StoreError):
    """Someone else changed this first; read it again."""


class KeyDestroyed(StoreError):
    """The data was erased: its key no longer exists."""


class NotRestorable(StoreError):
    """The backup is not restored; nothing was changed. ``reason`` is one of: torn, forged, newer_format, newer_schema,
    key_missing, not_empty; ``facts`` are the values that explain it.
    """

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__()
        self.reason = reason
        self.facts = facts


class Overloaded(TousuError):
    """More comes in than can be answered in time; nothing was kept. Try again in a moment."""


class Refused(TousuError):
    """This is not possible now. Rules of the case give a texts key; ``facts`` are the values that explain it."""

    def __init__(self, message: str = "", **facts: str) -> None:
        super().__init__(message)
        self.facts = facts


class ChannelError(TousuError):
    """A chat platform could not be understood or reached."""


class BadEnvelope(ChannelError):
    """The callback is not a genuine message of the platform."""


class DeliveryError(ChannelError):
    """The message was not delivered. ``code`` is the platform's, ``answer`` its name for the request where it gives one."""

    def __init__(self, message: str = "", code: str = "", answer: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.answer = answer


class TryLater(DeliveryError):
    """The platform is busy; the message waits. ``after`` is in seconds, None when the platform does not say."""

    def __init__(self, message: str = "", code: str = "", after: float | None = None, answer: str = "") -> None:
        super().__init__(message, code, answer)
        self.after = after


class Moved(TryLater):
    """The chat has another address now. ``peer`` is the channel's id for it."""

    def __init__(self, message: str = "", code: str = "", after: float | None = None, peer: str = "") -> None:
        super().__init__(message, code, after)
        self.peer = peer


class Held(DeliveryError):
    """The platform does not let us write to this person so now; there may be another way, else it waits until they write."""


class WindowShut(Held):
    """The person's window has no room, whatever we counted."""


class Undeliverable(DeliveryError):
    """This person can no longer be reached on this channel."""


class Gone(Undeliverable):
    """There is nobody at this address any more."""


class ChannelStopped(DeliveryError):
    """The channel's credentials, rights or quota need the operator."""


class RungClosed(ChannelStopped):
    """One way of the channel needs the operator; the message may go by another."""


class FetchError(ChannelError):
    """The file could not be fetched; it will be tried again."""


class FetchRefused(FetchError):
    """The file can never be taken. ``reason`` is one of: too_large, wrong_kind, gone, empty."""

    def __init__(self, message: str = "", reason: str = "gone") -> None:
        super().__init__(message)
        self.reason = reason


def place_of(error: BaseException) -> str:
    """The error's kind and line, without its words, which may hold what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} at {frames[-1].filename}:{frames[-1].lineno}" if frames else type(error).__name__
