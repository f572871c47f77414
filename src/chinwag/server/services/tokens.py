"""Secrets that open something: made of 256 random bits, kept only as their SHA-256.

A fast hash is right here: there is nothing to guess in 256 random bits.
"""

import hashlib
import secrets


def new_token() -> str:
    """A token for a device or a bot: 43 characters of ``A-Za-z0-9_-``."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A code for one sign-up, short enough to be typed: 96 bits, 16 characters."""
    return secrets.token_urlsafe(12)


def digest(secret: str) -> bytes:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
