"""Blobs: where the bytes of files are. A flat space of objects, each written once, never changed.

Keys are made by the server alone: letters, digits, ``-``, ``_``, ``.`` and ``/``. Bytes stream in
and out in pieces, so that memory does not grow with the size of a file.
"""

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from pathlib import Path
from typing import NamedTuple, Protocol


class Missing(Exception):
    """No object has this key."""


class Kept(NamedTuple):
    """One object as `Blobs.list` tells of it: its size in bytes, when it was written (ms)."""

    key: str
    size: int
    at: int


class Blobs(Protocol):
    """Objects by key. Every method raises `ChinwagError` with ``storage_full`` or ``unavailable``
    when the storage could not; a `put` that raises, or is cancelled, leaves nothing that `get` or
    `list` would find.
    """

    async def open(self) -> None:
        """See that the storage can be had."""
        ...

    async def put(self, key: str, chunks: AsyncIterable[bytes]) -> int:
        """Write an object out of all these, durably; its size. What raises in ``chunks`` is
        raised here.
        """
        ...

    def get(self, key: str, start: int, stop: int) -> AsyncIterator[bytes]:
        """The bytes ``start`` up to ``stop`` (exclusive, within the object), in pieces of
        1 MiB or so.

        Raises:
            Missing: when iterated.
        """
        ...

    async def delete(self, keys: Iterable[str]) -> None:
        """See that these are gone."""
        ...

    def list(self, prefix: str = "") -> AsyncIterator[Kept]:
        """All objects whose key begins with this folder (``uploads``, without the slash)."""
        ...

    def path(self, key: str) -> Path | None:
        """Where the object is a file of this machine. None: it has to be fetched."""
        ...
