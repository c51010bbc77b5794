"""Query codes: the secret beside the number. Shown once, kept only as a keyed hash. Pure but for the randomness."""

from __future__ import annotations

import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: nothing that is misread over the phone."""

LENGTH = 8
_MISREAD = str.maketrans("OIL", "011")


def new_code() -> str:
    """Eight characters in two groups, nearly 40 bits; guesses are limited, so that is plenty.

    Letters and digits both, so that nobody takes it for a word or a number, however it is typed.
    """
    while True:
        signs = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not (signs.isalpha() or signs.isdecimal()):
            return f"{signs[:4]}-{signs[4:]}"


def plain(typed: str) -> str:
    """A code or four digits as typed by a person, in the form that is hashed."""
    letters = unicodedata.normalize("NFKC", typed[:100]).upper().translate(_MISREAD)
    return "".join(letter for letter in letters if letter in ALPHABET)
