"""Bytes on their way to a storage, in pieces it likes."""

from collections.abc import AsyncIterable, AsyncIterator

PIECE = 1 << 20
"""A socket brings 64 KiB at a time; handing each of those over alone took three times as long."""


class Pieces:
    """The same bytes, in pieces of about `PIECE`, and how many there were.

    An iterator that raises is remembered: the storage may wrap what it is told.
    """

    def __init__(self, chunks: AsyncIterable[bytes]) -> None:
        self._chunks = chunks
        self.size = 0
        self.failed: Exception | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        held: list[bytes] = []
        length = 0
        try:
            async for chunk in self._chunks:
                held.append(chunk)
                length += len(chunk)
                self.size += len(chunk)
                if length >= PIECE:
                    yield held[0] if len(held) == 1 else b"".join(held)
                    held, length = [], 0
        except Exception as error:
            self.failed = error
            raise
        if held:
            yield b"".join(held)
