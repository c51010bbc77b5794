"""Who is chatting: a random id in a signed cookie. Nothing else ties a browser to a conversation."""

from __future__ import annotations

import hashlib
import secrets

from itsdangerous import BadSignature, Signer
from starlette.requests import Request
from starlette.responses import Response

from bots.webchat.config import COOKIE_SECONDS, IDENTITY_COOKIE, NAME
from core.messages import Address


class Identities:
    """Reads and issues the cookie. A forged or foreign cookie is the same as none: a new identity."""

    def __init__(self, signing_key: bytes, secure: bool) -> None:
        self._signer = Signer(signing_key, salt="webchat.identity", digest_method=hashlib.sha256)
        self._secure = secure
        # The prefix makes browsers refuse a cookie of this name from a sibling host or from plain http.
        self._cookie = f"__Host-{IDENTITY_COOKIE}" if secure else IDENTITY_COOKIE

    def of(self, request: Request) -> Address:
        """The visitor's address; a new one for a visitor without a good cookie."""
        return Address(NAME, self._peer(request.cookies.get(self._cookie, "")) or secrets.token_urlsafe(24))

    def remember(self, response: Response, address: Address) -> None:
        """Set the cookie again, which also renews its age."""
        response.set_cookie(
            self._cookie,
            self._signer.sign(address.peer).decode(),
            max_age=COOKIE_SECONDS,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def _peer(self, cookie: str) -> str:
        try:
            return self._signer.unsign(cookie).decode()
        except (BadSignature, UnicodeError):
            return ""
