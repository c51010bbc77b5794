"""The safe-mode envelope: who signed a callback, what it says, and the sealed answer.

The ciphers are wechatpy's; its checks are not used, since it compares signatures in varying time, knows no time
limit and raises a dozen unrelated errors.
"""

from __future__ import annotations

import hmac
import re
import secrets
import struct
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha1

from wechatpy.crypto import PrpCrypto
from wechatpy.exceptions import WeChatException

from core.errors import BadEnvelope
from core.records import record

MAX_AGE_SECONDS = 300
"""The third delivery of a message comes 10 s after the first, so a genuine one is never this old."""

_UNIX_SECONDS = re.compile("[0-9]{10}")

Query = Mapping[str, str]


class Forged(BadEnvelope):
    """Nothing proves that the callback comes from the platform."""


class Cipher(PrpCrypto):  # type: ignore[misc]
    """One key of one account."""

    def __init__(self, aes_key: str, account: str) -> None:
        super().__init__(b64decode(aes_key + "="))
        self._account = account

    def get_random_string(self) -> str:
        """The block that hides what comes after it: the library's own can be foretold."""
        return secrets.token_hex(8)

    def seal(self, text: str) -> str:
        sealed: bytes = self.encrypt(text, self._account)
        return sealed.decode("ascii")

    def open(self, sealed: str) -> str | None:
        """None where it was not sealed with this key for this account."""
        try:
            text: str = self.decrypt(sealed, self._account)
        except (WeChatException, ValueError, IndexError, struct.error):
            return None
        return text


@record(frozen=True, slots=True)
class Opened:
    """What an envelope held, and the cipher that opened it: the one its answer needs."""

    text: str
    cipher: Cipher


class Envelopes:
    """Opens and seals the envelopes of one account. Raises Forged for what the platform did not send just now.

    ``keys`` are all that may be in use, the present one first; empty ones are none.
    """

    def __init__(self, token: str, keys: Sequence[str], account: str) -> None:
        self._token = token
        self._ciphers = tuple(Cipher(key, account) for key in keys if key)

    def check_address(self, query: Query, now: datetime) -> None:
        """The signature of the address alone, which the set-up request and plain messages carry."""
        _check_age(query, now)
        self._check(query.get("signature", ""), query)

    def open(self, encrypted: str, query: Query, now: datetime) -> Opened:
        """Check and decrypt. An envelope seen before opens again: a genuine redelivery may be byte for byte the same,
        and the message's own id makes it one message."""
        self._check(query.get("msg_signature", ""), query, encrypted)
        _check_age(query, now)
        for cipher in self._ciphers:
            text = cipher.open(encrypted)
            if text is not None:
                return Opened(text, cipher)
        raise Forged("no key opens the envelope")

    def seal(self, text: str, cipher: Cipher, now: datetime) -> dict[str, str | int]:
        """The fields of an encrypted answer."""
        encrypted = cipher.seal(text)
        timestamp, nonce = int(now.timestamp()), secrets.token_hex(8)
        signature = _sign(self._token, str(timestamp), nonce, encrypted)
        return {"Encrypt": encrypted, "MsgSignature": signature, "TimeStamp": timestamp, "Nonce": nonce}

    def _check(self, signature: str, query: Query, *signed: str) -> None:
        expected = _sign(self._token, query.get("timestamp", ""), query.get("nonce", ""), *signed)
        if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
            raise Forged("the signature is wrong")


def _sign(*parts: str) -> str:
    """The platform's signature of some strings, of which one is the secret token."""
    return sha1(b"".join(sorted([part.encode("utf-8", "replace") for part in parts]))).hexdigest()  # noqa: S324 - its choice


def _check_age(query: Query, now: datetime) -> None:
    """Unix seconds close to now. The signature joins its parts unmarked, but no digit lent from the nonce is that close."""
    timestamp = query.get("timestamp", "")
    if not _UNIX_SECONDS.fullmatch(timestamp) or abs(now.timestamp() - int(timestamp)) > MAX_AGE_SECONDS:
        raise Forged("the callback is too old or of no time")
