"""The platform's envelope from its description: AES-256-CBC, 32-byte padding, SHA-1 over the sorted parts."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class Envelope:
    """Seals callbacks and opens answers for one account, independently of the code under test."""

    def __init__(self, app_id: str, token: str, aes_key: str) -> None:
        self.app_id, self.token = app_id, token
        self._key = base64.b64decode(aes_key + "=")

    def sign(self, *parts: str) -> str:
        return hashlib.sha1("".join(sorted((self.token, *parts))).encode()).hexdigest()

    def encrypt(self, text: str) -> str:
        content = text.encode()
        block = os.urandom(16) + len(content).to_bytes(4, "big") + content + self.app_id.encode()
        padding = 32 - len(block) % 32
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(block + bytes([padding]) * padding) + encryptor.finalize()).decode()

    def decrypt(self, encrypted: str) -> str:
        decryptor = self._cipher().decryptor()
        block = decryptor.update(base64.b64decode(encrypted, validate=True)) + decryptor.finalize()
        padding = block[-1]
        assert 1 <= padding <= 32
        assert block[-padding:] == bytes([padding]) * padding
        length = int.from_bytes(block[16:20], "big")
        assert block[20 + length : -padding].decode() == self.app_id
        return block[20 : 20 + length].decode()

    def seal(self, text: str, timestamp: str, nonce: str, openid: str = "") -> tuple[dict[str, str], str]:
        """The query and the body of a safe-mode callback."""
        encrypted = self.encrypt(text)
        query = {
            "signature": self.sign(timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": openid,
            "encrypt_type": "aes",
            "msg_signature": self.sign(timestamp, nonce, encrypted),
        }
        if text.startswith("{"):
            return query, json.dumps({"ToUserName": "gh_0123456789ab", "Encrypt": encrypted})
        return query, xml({"ToUserName": "gh_0123456789ab", "Encrypt": encrypted})

    def open_answer(self, answer: str) -> dict[str, str]:
        """The fields of an encrypted answer. Raises for anything the platform would show as a fault."""
        outer = fields_of(answer)
        assert outer["MsgSignature"] == self.sign(outer["TimeStamp"], outer["Nonce"], outer["Encrypt"])
        return fields_of(self.decrypt(outer["Encrypt"]))

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))


def xml(fields: dict[str, str | int]) -> str:
    """A body as the platform writes one."""
    return "<xml>" + "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items()) + "</xml>"


def _value(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    return escape(value) if "]]>" in value else f"<![CDATA[{value}]]>"


def fields_of(body: str) -> dict[str, str]:
    """The fields of a body, each of which must be there once."""
    if body.startswith("{"):
        return {name: str(value) for name, value in json.loads(body).items()}
    root = ElementTree.fromstring(body)
    assert root.tag == "xml"
    names = [child.tag for child in root]
    assert len(names) == len(set(names))
    return {child.tag: child.text or "" for child in root}
