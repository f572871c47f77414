"""A job as those see it who do it: the file to read, and where to write."""

import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from chinwag.media.made import Bounds, Code, Refused

OURS = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EIO,
    errno.EMFILE,
    errno.ENOENT,
    errno.EACCES,
}
"""What the system says when the fault is not the file's."""


@dataclass(frozen=True, slots=True)
class Task:
    """``file``: the whole upload, at any place in it."""

    file: io.BufferedReader
    into: Path
    name: str
    bounds: Bounds

    def path(self, output: Literal["content", "small", "medium"]) -> Path:
        return self.into / f"{self.name}.{output}"

    @property
    def size(self) -> int:
        return self.file.seek(0, io.SEEK_END)

    def head(self, count: int) -> bytes:
        """The first bytes; the file is then at its beginning."""
        self.file.seek(0)
        head = self.file.read(count)
        self.file.seek(0)
        return head


@contextmanager
def judged(code: Code, text: str) -> Iterator[None]:
    """Whatever a library makes of a stranger's bytes means that they are not what they are to be:
    refused with ``code``. Left as they are: a lack of memory, and what the system is at fault for.
    """
    try:
        yield
    except (Refused, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in OURS:
            raise
        raise Refused(code, text) from error
