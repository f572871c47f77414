"""The server's signature under its alerts."""

import json
import time

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from chinwag.server.adapters.push import base64url, vapid
from chinwag.server.services.subscriptions import is_point

ORIGIN = "https://push.example.net"


def claims(header: str, key: str) -> dict[str, object]:
    """What is signed in a header, if the signature is by this key."""
    fields = dict(part.split("=", 1) for part in header.removeprefix("vapid ").split(", "))
    assert fields["k"] == key
    head, body, signature = fields["t"].split(".")
    raw = base64url.decode(signature)
    assert len(raw) == 64
    both = [int.from_bytes(half, "big") for half in (raw[:32], raw[32:])]
    public = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), base64url.decode(key))
    public.verify(encode_dss_signature(*both), f"{head}.{body}".encode(), ECDSA(SHA256()))
    assert json.loads(base64url.decode(head)) == {"typ": "JWT", "alg": "ES256"}
    found: dict[str, object] = json.loads(base64url.decode(body))
    return found


def test_keys_are_a_scalar_and_its_point() -> None:
    keys = vapid.new_keys()
    assert (len(keys.private), len(keys.public)) == (43, 87)
    assert is_point(keys.public)
    assert vapid.new_keys() != keys


def test_a_signature_names_the_push_service_and_the_sender() -> None:
    keys = vapid.new_keys()
    header = vapid.Signer(keys, "mailto:ops@example.org").header(ORIGIN)
    found = claims(header, keys.public)
    assert (found["aud"], found["sub"]) == (ORIGIN, "mailto:ops@example.org")
    assert time.time() < float(str(found["exp"])) <= time.time() + 24 * 3600


def test_without_a_contact_there_is_none() -> None:
    keys = vapid.new_keys()
    assert set(claims(vapid.Signer(keys, "").header(ORIGIN), keys.public)) == {"aud", "exp"}


def test_a_signature_is_kept_for_hours_and_made_anew_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = vapid.new_keys()
    signer, now = vapid.Signer(keys, ""), time.time()
    first = signer.header(ORIGIN)
    assert signer.header("https://other.example.net") != first
    for hours, same in ((10.9, True), (11.1, False), (0, False), (-24, False)):
        monkeypatch.setattr(time, "time", lambda hours=hours: now + hours * 3600)
        header = signer.header(ORIGIN)
        assert (header == first) is same
        assert float(str(claims(header, keys.public)["exp"])) > now + hours * 3600
        first = header


def test_it_does_not_fit_another_key() -> None:
    keys = vapid.new_keys()
    header = vapid.Signer(keys, "").header(ORIGIN).replace(keys.public, vapid.new_keys().public)
    with pytest.raises(InvalidSignature):
        claims(header, header.rpartition("k=")[2])


def test_signatures_kept_are_bounded() -> None:
    signer = vapid.Signer(vapid.new_keys(), "")
    first = signer.header(ORIGIN)
    for number in range(300):
        signer.header(f"https://{number}.example.net")
    assert signer.header(ORIGIN) != first  # it had to go, and signatures are never alike
