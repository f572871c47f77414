"""The machine: which core does what, how busy a process was, and what to call all this."""

import contextlib
import os
import platform
import resource
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil


@dataclass(frozen=True, slots=True)
class Cores:
    """One core for the server and another for the load; None where they cannot be chosen."""

    server: int | None
    load: int | None

    @classmethod
    def choose(cls, wanted: str | None = None) -> Self:
        """The last two cores that this process may use, or ``wanted``, as ``server,load``."""
        if not hasattr(os, "sched_setaffinity"):
            return cls(None, None)
        if wanted:
            server, _, load = wanted.partition(",")
            return cls(int(server), int(load or server))
        usable = sorted(os.sched_getaffinity(0))
        return cls(usable[-1], usable[-2]) if len(usable) > 1 else cls(usable[0], usable[0])

    def describe(self) -> str:
        """For the reader of the results."""
        if self.server is None or self.load is None:
            return "processes cannot be pinned here: rates are of server and load side by side"
        if self.server == self.load:
            return f"ONE core, {self.server}, for server and load together: halve your hopes"
        return f"server on core {self.server}, load on core {self.load}"


def pin(core: int | None, pid: int = 0) -> None:
    """Keep a process, with all its threads from now on, on one core."""
    if core is not None:
        os.sched_setaffinity(pid, {core})


class Usage:
    """How much of its core a process took, and others did, between `begin` and `end`."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.begin()

    def begin(self) -> None:
        """Count from here."""
        self._started, self._cpu, self._busy = time.perf_counter(), self._used(), self._core_busy()
        self.share = self.others = self.seconds = self.cpu = 0.0

    def end(self) -> Self:
        """Count up to here."""
        self.seconds = time.perf_counter() - self._started
        self.cpu = self._used() - self._cpu
        self.share = self.cpu / self.seconds
        busy = (self._core_busy() - self._busy) / self.seconds
        self.others = max(0.0, busy - self.share) if busy else 0.0
        return self

    def _used(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def _core_busy(self) -> float:
        """Seconds that the process's core was busy, with whatever; 0 if it has no core."""
        cores = self._process.cpu_affinity() if hasattr(self._process, "cpu_affinity") else []
        if len(cores) != 1:
            return 0.0
        times = psutil.cpu_times(percpu=True)[cores[0]]
        return float(times.user + times.system + getattr(times, "steal", 0.0))

    def rss(self) -> int:
        """Resident memory in bytes."""
        return int(self._process.memory_info().rss)


def raise_file_limit(wanted: int = 0) -> int:
    """As many sockets as the system lets us, or as many as wanted where we may; how many it is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))
            return wanted
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def describe() -> dict[str, str]:
    """What the figures were measured on."""
    return {
        "cpu": _cpu_model(),
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def _cpu_model() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
