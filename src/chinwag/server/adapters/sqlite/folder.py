"""One server a data folder: a lock that the system itself drops when the process dies."""

import fcntl
import os
from pathlib import Path

from chinwag.server.ports.store import Unusable

LOCK_NAME = "chinwag.lock"
RESTORING_NAME = "restoring"
"""There while a restore puts a folder together; see `restore`."""


class FolderLock:
    """The right to be the one server of a folder. Also creates the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: int | None = None

    def take(self, *, restoring: bool = False) -> None:
        """Take the lock without waiting, or raise `Unusable`. What a restore left half done is for
        the next restore alone.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self._folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 32).decode(errors="replace").strip()
            os.close(file)
            raise Unusable(
                f"Another chinwag server (process {holder or 'unknown'}) uses {self._folder}."
                " Stop it, or choose another data folder."
            ) from None
        if not restoring and (self._folder / RESTORING_NAME).exists():
            os.close(file)
            raise Unusable(
                f"A restore into {self._folder} was cut off. Run it again, with --force."
            )
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file

    def release(self) -> None:
        """Give the folder free. The file stays: removing it would let two servers in."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
