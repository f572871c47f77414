"""SHA-256 of what streams by, reckoned on a thread while the next bytes come."""

import asyncio
import base64
import hashlib
from collections import OrderedDict
from typing import Any, NamedTuple

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError

ALGORITHMS = ("sha1", "sha256")
"""What ``Upload-Checksum`` may name."""
_KEPT = 1_000


class Checksum(NamedTuple):
    """What the client says its body comes to."""

    algorithm: str
    digest: bytes

    @classmethod
    def parse(cls, header: str) -> "Checksum":
        """Out of ``Upload-Checksum`` (tus 1.0).

        Raises:
            ChinwagError: malformed.
        """
        algorithm, _, text = header.partition(" ")
        try:
            digest = base64.b64decode(text, validate=True)
        except ValueError:
            digest = b""
        if algorithm not in ALGORITHMS or not digest:
            raise ChinwagError(errors.MALFORMED, text="Upload-Checksum: sha1 or sha256, base64.")
        return cls(algorithm, digest)


class Hashing:
    """Some hashes of one stream. At most one block is on its way."""

    def __init__(self, *hashes: Any) -> None:
        self._hashes = hashes
        self._before: asyncio.Future[None] | None = None

    async def add(self, block: bytes) -> None:
        """Count a block in, once the one before is."""
        await self.settle()
        self._before = asyncio.ensure_future(asyncio.to_thread(self._update, block))

    async def settle(self) -> None:
        """Have all that was added counted in."""
        if self._before is not None:
            await self._before
            self._before = None

    def _update(self, block: bytes) -> None:
        for each in self._hashes:
            each.update(block)


class Running:
    """The SHA-256 of uploads so far, as long as they stay on this node; others are read again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[int, Any]] = OrderedDict()

    def at(self, upload: str, offset: int) -> Any | None:
        """A copy of the hash of the first ``offset`` bytes, if it is known."""
        if offset == 0:
            return hashlib.sha256()
        there, digest = self._kept.get(upload, (0, None))
        return digest.copy() if digest is not None and there == offset else None

    def keep(self, upload: str, offset: int, digest: Any | None) -> None:
        """So far it has come."""
        if digest is not None:
            self._kept[upload] = (offset, digest)
            self._kept.move_to_end(upload)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)

    def forget(self, upload: str) -> None:
        """It is over."""
        self._kept.pop(upload, None)
