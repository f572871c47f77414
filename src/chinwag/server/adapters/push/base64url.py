"""Base64url without padding (RFC 7515, section 2): how Web Push writes all keys and tokens."""

from base64 import urlsafe_b64decode, urlsafe_b64encode


def encode(data: bytes) -> str:
    """Bytes as text."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Text as bytes; ValueError if it is none."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
