"""The safe-mode envelope: who signed a callback, what it says, and the sealed answer.

Built on the cryptography library itself. wechatpy, which does the same on top of it, takes three times as long, draws its
random block from a generator that can be foretold, compares signatures in varying time, knows no time limit and raises
a dozen unrelated errors.
"""

from __future__ import annotations

import hmac
import os
import re
from base64 import b64decode
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha1

from cryptography.hazmat.primitives import ciphers
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bots.wechat.config import WeChatSettings
from core.errors import BadEnvelope
from core.records import record

MAX_AGE_SECONDS = 300
"""The third delivery of a message comes 10 s after the first, so a genuine one is never this old."""

_BLOCK, _PADDED_TO = 16, 32
_PADDINGS = tuple(bytes([count]) * count for count in range(_PADDED_TO + 1))
"""By its length: a padding says in each of its bytes how long it is."""

_UNIX_SECONDS = re.compile("[0-9]{10}")

Query = Mapping[str, str]


class Forged(BadEnvelope):
    """Nothing proves that the callback comes from the platform."""


class Cipher:
    """One key of one account: 16 random bytes, the text's length, the text, the account and the padding, in AES-CBC.

    One chain in each direction, for as long as the service runs: making one costs more than a message. What an earlier
    message leaves in it is mixed into the next one's first block only, the random one, which every reader throws away.
    """

    def __init__(self, aes_key: str, app_id: str) -> None:
        key = b64decode(aes_key + "=")
        cipher = ciphers.Cipher(AES(key), CBC(key[:_BLOCK]))
        self._sealing, self._opening, self._app_id = cipher.encryptor(), cipher.decryptor(), app_id.encode()

    def encrypt(self, text: str) -> str:
        content = text.encode()
        block = b"".join((os.urandom(_BLOCK), len(content).to_bytes(4, "big"), content, self._app_id))
        sealed = self._sealing.update(block + _PADDINGS[_PADDED_TO - len(block) % _PADDED_TO])
        return b2a_base64(sealed, newline=False).decode("ascii")

    def decrypt(self, encrypted: str) -> str:
        """Raises ValueError where it was not encrypted with this key for this account."""
        sealed = a2b_base64(encrypted)
        if not sealed or len(sealed) % _BLOCK:
            raise ValueError("not whole blocks")
        block = self._opening.update(sealed)
        end = 20 + int.from_bytes(block[16:20], "big")
        if block[end : -block[-1]] != self._app_id:
            raise ValueError("another key or another account")
        return block[20:end].decode()


@record(frozen=True, slots=True)
class Opened:
    """What an envelope held, and the cipher that opened it: the one its answer needs."""

    text: str
    cipher: Cipher


class Envelopes:
    """Opens and seals the envelopes of one account. Raises Forged for what the platform did not send just now."""

    def __init__(self, settings: WeChatSettings) -> None:
        keys = (settings.aes_key, settings.aes_key_previous)
        self._token = settings.token
        self._ciphers = tuple(Cipher(key, settings.app_id) for key in keys if key)

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
            try:
                return Opened(cipher.decrypt(encrypted), cipher)
            except ValueError:
                continue
        raise Forged("no key opens the envelope")

    def seal(self, text: str, cipher: Cipher, now: datetime) -> dict[str, str | int]:
        """The fields of an encrypted answer."""
        encrypted = cipher.encrypt(text)
        timestamp, nonce = int(now.timestamp()), os.urandom(8).hex()
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
