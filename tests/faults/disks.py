"""Two ways to run out of disk: a small file system, where one may mount one, and a limit on the
size of files, which the system enforces for everybody.
"""

import contextlib
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from faults.servers import Server

_SMALL = "48m"


class Limited:
    """No file of the server may grow beyond a few pages (RLIMIT_FSIZE)."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "limited"

    def fill(self, server: Server) -> None:
        """No space from now on."""
        self._limit(server, 4096)

    def free(self, server: Server) -> None:
        """There is space again; what is started later has no limit anyway."""
        if server.running:
            self._limit(server, resource.RLIM_INFINITY)

    @staticmethod
    def _limit(server: Server, size: int) -> None:
        psutil.Process(server.pid).rlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


class Small:
    """A file system of its own, filled up by a file beside the server's."""

    def __init__(self, mounted: Path) -> None:
        self.data = mounted / "data"
        self._ballast = mounted / "ballast"

    def fill(self, server: Server) -> None:
        """No space from now on."""
        with self._ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))

    def free(self, server: Server) -> None:
        """There is space again."""
        self._ballast.unlink()


Disk = Limited | Small
Disks = Callable[[Path], contextlib.AbstractContextManager[Disk]]


@contextlib.contextmanager
def limited(folder: Path) -> Iterator[Disk]:
    """A disk that fills up by a limit."""
    yield Limited(folder)


@contextlib.contextmanager
def small(folder: Path) -> Iterator[Disk]:
    """A disk that is small."""
    mounted = folder / "small"
    mounted.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SMALL}", "tmpfs", mounted], check=True)
    try:
        yield Small(mounted)
    finally:
        subprocess.run(["umount", "-l", mounted], check=True)


def _may_mount() -> bool:
    """Whether this user may; root in a container often may not."""
    if os.geteuid() != 0:
        return False
    probe = ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


DISKS: list[Disks] = [limited]
if _may_mount():
    DISKS.append(small)
