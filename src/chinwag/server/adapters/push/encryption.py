"""Encryption to a browser: RFC 8291 over RFC 8188, with one record."""

import os
import struct

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_RECORD = 4096
_LAST = b"\x02"  # delimiter of the last record, after which padding may follow


def encrypt(
    payload: bytes,
    receiver: bytes,
    auth: bytes,
    *,
    sender: EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of a push message (``aes128gcm``). ``receiver``: the browser's public key as an
    uncompressed point, ``auth`` its secret. ``sender`` and ``salt`` are made anew each time, but
    for tests.

    Raises:
        ValueError: the key is no point of the curve.
    """
    sender = sender or generate_private_key(SECP256R1())
    salt = salt or os.urandom(16)
    browser = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), receiver)
    public = point(sender.public_key())
    shared = sender.exchange(ECDH(), browser)
    secret = _derived(shared, auth, b"WebPush: info\x00" + receiver + public, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\x00", 12)
    header = salt + struct.pack("!IB", _RECORD, len(public)) + public
    return header + AESGCM(key).encrypt(nonce, payload + _LAST, None)


def point(key: EllipticCurvePublicKey) -> bytes:
    """A public key as an uncompressed point (X9.62): 65 bytes. By hand, for the library's module
    of formats takes more memory than all that is used here.
    """
    numbers = key.public_numbers()
    return b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
