"""What a worker may take of the machine. It confines itself before it reads a stranger's byte, and
what is hard here it cannot undo.
"""

import contextlib
import ctypes
import os
import resource
import sys
import time

from chinwag.media.made import Bounds

DESCRIPTORS = 64
NO_NEW_PRIVILEGES = 38  # PR_SET_NO_NEW_PRIVS of linux/prctl.h


def confine() -> None:
    """For the life of the worker: no core file, few descriptors, no more privileges than it has,
    the least of the processor when others want it.
    """
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, DESCRIPTORS)
    os.umask(0o077)
    os.nice(5)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def confine_job(bounds: Bounds) -> None:
    """For the next job: memory, processor time and the size of a file. A limit that the system does
    not know (macOS has no RLIMIT_AS to speak of) is left to the pool's clock.
    """
    _limit(resource.RLIMIT_AS, bounds.memory, soft=True)
    _limit(resource.RLIMIT_CPU, int(time.process_time()) + 1 + bounds.cpu, soft=True)
    _limit(resource.RLIMIT_FSIZE, bounds.output, soft=True)


def _limit(what: int, value: int, *, soft: bool = False) -> None:
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (value, hard if soft else value))
