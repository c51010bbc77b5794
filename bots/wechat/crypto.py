"""The safe-mode envelope: who signed a callback, what it says, and the sealed answer.

The ciphers are wechatpy's; its checks are not used, since it compares signatures in varying time, knows no time
limit and raises a dozen unrelated errors.
"""

from __future__ import annotations

import hmac
import re
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast

from bots.wechat.config import WeChatSettings
from core.errors import BadEnvelope

MAX_AGE_SECONDS = 300
"""The third delivery of a message comes 10 s after the first, so a genuine one is never this old."""

Query = Mapping[str, str]


class Cipher(Protocol):
    """wechatpy's PrpCrypto for one key."""

    def encrypt(self, text: str, app_id: str) -> bytes: ...

    def decrypt(self, text: str, app_id: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """What an envelope held, and the cipher that opened it: the one its answer needs."""

    text: str
    cipher: Cipher


class Envelopes:
    """Opens and seals the envelopes of one account."""

    def __init__(self, settings: WeChatSettings) -> None:
        keys = (settings.aes_key, settings.aes_key_previous)
        self._app_id, self._token = settings.app_id, settings.token
        self._ciphers = tuple(_cipher(key) for key in keys if key)

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
            text = self._decrypt(cipher, encrypted)
            if text is not None:
                return Opened(text, cipher)
        raise BadEnvelope("no key opens the envelope")

    def seal(self, text: str, cipher: Cipher, now: datetime) -> dict[str, str | int]:
        """The fields of an encrypted answer."""
        encrypted = cipher.encrypt(text, self._app_id).decode("ascii")
        timestamp, nonce = int(now.timestamp()), secrets.token_hex(8)
        signature = sign(self._token, str(timestamp), nonce, encrypted)
        return {"Encrypt": encrypted, "MsgSignature": signature, "TimeStamp": timestamp, "Nonce": nonce}

    def _check(self, signature: str, query: Query, *signed: str) -> None:
        expected = sign(self._token, query.get("timestamp", ""), query.get("nonce", ""), *signed)
        if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
            raise BadEnvelope("the signature is wrong")

    def _decrypt(self, cipher: Cipher, encrypted: str) -> str | None:
        from wechatpy.exceptions import WeChatException

        try:
            return cipher.decrypt(encrypted, self._app_id)
        except (WeChatException, ValueError, IndexError, struct.error):
            return None


def sign(*parts: str) -> str:
    """The platform's signature of some strings."""
    from wechatpy.utils import WeChatSigner

    signer = WeChatSigner()
    signer.add_data(*(part.encode("utf-8", "replace") for part in parts))
    return cast(str, signer.signature)


def _check_age(query: Query, now: datetime) -> None:
    """Unix seconds close to now. The signature joins its parts unmarked, but no digit lent from the nonce is that close."""
    timestamp = query.get("timestamp", "")
    if not re.fullmatch(r"[0-9]{10}", timestamp) or abs(now.timestamp() - int(timestamp)) > MAX_AGE_SECONDS:
        raise BadEnvelope("the callback is too old or of no time")


def _cipher(aes_key: str) -> Cipher:
    from base64 import b64decode

    from wechatpy.crypto import PrpCrypto

    return cast(Cipher, PrpCrypto(b64decode(aes_key + "=")))
