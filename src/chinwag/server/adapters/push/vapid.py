"""Who sends: the server signs for each push service anew, by its own key (VAPID, RFC 8292)."""

import json
import time
from collections import OrderedDict

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from chinwag.server.adapters.push import base64url
from chinwag.server.adapters.push.encryption import point
from chinwag.server.ports.push import Keys

_HEAD = base64url.encode(b'{"typ":"JWT","alg":"ES256"}')
# At most a day, says the standard; clocks differ.
_SECONDS = 12 * 3600
_RENEWED_BEFORE = 3600
_MOST = 256


def new_keys() -> Keys:
    """A fresh pair."""
    key = generate_private_key(SECP256R1())
    number = key.private_numbers().private_value
    return Keys(base64url.encode(number.to_bytes(32, "big")), _public(key))


def belong_together(keys: Keys) -> bool:
    """Whether the public key is the private one's."""
    number = int.from_bytes(base64url.decode(keys.private), "big")
    return _public(derive_private_key(number, SECP256R1())) == keys.public


def _public(key: EllipticCurvePrivateKey) -> str:
    return base64url.encode(point(key.public_key()))


class Signer:
    """The ``Authorization`` of push messages. A signature is good for hours, so that one a push
    service is kept. ``contact``: where its operators find ours, a ``mailto:`` or an https URL.
    """

    def __init__(self, keys: Keys, contact: str) -> None:
        number = int.from_bytes(base64url.decode(keys.private), "big")
        self._key = derive_private_key(number, SECP256R1())
        self._public = keys.public
        self._contact = contact
        self._made: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def header(self, audience: str) -> str:
        """For the push service of this origin."""
        made, until = self._made.get(audience, ("", 0.0))
        now = time.time()
        if not now < until < now + _SECONDS:  # nor from a time when the clock was ahead
            made = f"vapid t={self._token(audience, int(now) + _SECONDS)}, k={self._public}"
            self._made[audience] = made, now + _SECONDS - _RENEWED_BEFORE
            if len(self._made) > _MOST:
                self._made.popitem(last=False)
        return made

    def _token(self, audience: str, until: int) -> str:
        claims = {"aud": audience, "exp": until} | ({"sub": self._contact} if self._contact else {})
        signed = f"{_HEAD}.{base64url.encode(json.dumps(claims).encode())}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ECDSA(SHA256())))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return f"{signed}.{base64url.encode(signature)}"
