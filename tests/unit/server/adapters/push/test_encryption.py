"""Encryption to browsers: the standard's own example, and another implementation's opinion."""

import os

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_key
from hypothesis import given
from hypothesis import strategies as st

from chinwag.protocol import limits
from chinwag.server.adapters.push import base64url
from chinwag.server.adapters.push.encryption import encrypt, point
from chinwag.server.delivery.notices import ADDED

# RFC 8291, section 5 and appendix A.
TEXT = b"When I grow up, I want to be a watermelon"
RECEIVER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
    "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
    "lcy4a-fN"
)


def test_the_example_of_the_standard() -> None:
    sender = derive_private_key(int.from_bytes(base64url.decode(SENDER), "big"), SECP256R1())
    body = encrypt(
        TEXT,
        base64url.decode(RECEIVER),
        base64url.decode(AUTH),
        sender=sender,
        salt=base64url.decode(SALT),
    )
    assert base64url.encode(body) == BODY


@given(st.binary(max_size=limits.ALERT_BYTES - ADDED))
def test_a_browser_reads_what_was_encrypted(payload: bytes) -> None:
    key, auth = new_key(SECP256R1()), os.urandom(16)
    body = encrypt(payload, point(key.public_key()), auth)
    assert http_ece.decrypt(body, private_key=key, auth_secret=auth) == payload
    assert len(body) == len(payload) + ADDED


def test_nothing_is_encrypted_twice_alike() -> None:
    receiver, auth = base64url.decode(RECEIVER), base64url.decode(AUTH)
    bodies = {encrypt(TEXT, receiver, auth) for _ in range(10)}
    assert len({body[:16] for body in bodies}) == len({body[21:86] for body in bodies}) == 10


@pytest.mark.parametrize("receiver", [b"", b"\x04" + bytes(64), b"\x04" + b"\xff" * 64, b"x" * 65])
def test_what_is_no_point_is_refused(receiver: bytes) -> None:
    with pytest.raises(ValueError, match=r"point|curve|key|empty"):
        encrypt(TEXT, receiver, bytes(16))
