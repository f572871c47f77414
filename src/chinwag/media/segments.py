"""The segments of an upload, read as the one file that they are."""

import io
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any


class Segments(io.RawIOBase):
    """A seekable file made of others, of which no more than one is open at a time: an upload may
    have more of them than a process has descriptors.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        sizes = [path.stat().st_size for path in paths]
        self._starts = [0, *accumulate(sizes)]
        self._at = 0
        self._open: io.FileIO | None = None
        self._which = -1

    @property
    def size(self) -> int:
        return self._starts[-1]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        if self._at >= self.size:
            return 0
        # Of segments that start at the same place all but the last are empty.
        which = bisect_right(self._starts, self._at) - 1
        file = self._segment(which)
        file.seek(self._at - self._starts[which])
        count = file.readinto(buffer)
        self._at += count
        return count

    def close(self) -> None:
        if self._open:
            self._open.close()
        super().close()

    def _segment(self, which: int) -> io.FileIO:
        if self._open is None or which != self._which:
            if self._open:
                self._open.close()
            self._open = io.FileIO(self._paths[which])
            self._which = which
        return self._open


def opened(paths: Sequence[Path]) -> io.BufferedReader:
    """The segments, buffered, for libraries that read a few bytes at a time."""
    return io.BufferedReader(Segments(paths), buffer_size=256 * 1024)
