"""A file that grows under a hidden name, and gets its own when all of it is there."""

import contextlib
import os
from collections.abc import Iterator
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import BinaryIO

from chinwag.sdk.filenames import numbered

_AT_ONCE = 100
_ALIKE = 10_000


class Part:
    """The hidden file, open and for this download alone."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path = path
        self.file = file

    def finish(self, place: Path, *, replace: bool) -> Path:
        """Give it its name: ``place``, or, unless it may ``replace`` what stands there, one like it
        that is free. Gives the path. Blocks until it is on the disk.

        Raises:
            OSError: it cannot have such a name.
        """
        os.fsync(self.file.fileno())
        if replace:
            self.path.replace(place)
            return place
        for number in range(_ALIKE):
            free = place.with_name(numbered(place.name, number))
            try:
                os.link(self.path, free)
            except FileExistsError:
                continue
            except OSError:  # a file system without links
                if free.exists():
                    continue
                self.path.replace(free)
                return free
            self.path.unlink()
            return free
        raise FileExistsError(place)


@contextlib.contextmanager
def unfinished(folder: Path, name: str) -> Iterator[Part]:
    """The hidden file of ``name`` in ``folder``, with what an earlier one left in it. Two at once
    do not share it: the second gets another.

    Raises:
        OSError: there can be none.
    """
    part = _opened(folder, name)
    with part.file:
        yield part


def _opened(folder: Path, name: str) -> Part:
    flags = os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW
    for number in range(_AT_ONCE):
        path = folder / f".{name}{f'-{number}' if number else ''}.part"
        file = os.fdopen(os.open(path, flags, 0o666), "r+b", buffering=0)
        if _alone(path, file):
            return Part(path, file)
        file.close()
    raise OSError("too many downloads of one file at once")


def _alone(path: Path, file: BinaryIO) -> bool:
    """Whether nobody else has the file, and it is still the one of that name."""
    try:
        flock(file, LOCK_EX | LOCK_NB)
    except OSError:
        return False
    return path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino
