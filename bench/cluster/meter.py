"""CPU time of engines, each with all its processes, and the cores that they are kept on."""

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil

from engines.engine import Engine

Parts = Mapping[str, Sequence[Engine]]
"""Engines by the name under which their time is told."""


@contextmanager
def on_cores(cores: set[int]) -> Iterator[None]:
    """Whatever is started in here stays on these cores, with all its threads and processes, where
    processes can be kept on a core.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def spread(engines: Iterable[Engine], cores: set[int]) -> None:
    """Let these run on other cores from now on, with all their threads."""
    for pid in {pid for engine in engines for pid in engine.pids}:
        with suppress(FileNotFoundError, ProcessLookupError):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                os.sched_setaffinity(int(thread.name), cores)


class Meter:
    """What each part used between the making and `end`."""

    def __init__(self, parts: Parts, cores: set[int]) -> None:
        self._parts = parts
        self._cores = cores
        self._used, self._busy = self._by_part(), self._all_busy()
        self._started = time.perf_counter()

    def end(self) -> "Spent":
        """Count up to here."""
        seconds = time.perf_counter() - self._started
        used, busy = self._by_part(), self._all_busy()
        cpu = {name: used[name] - self._used[name] for name in used}
        others = max(0.0, (busy - self._busy - sum(cpu.values())) / seconds / len(self._cores))
        return Spent(seconds, cpu, len(self._cores), others)

    def _by_part(self) -> dict[str, float]:
        return {name: sum(map(_cpu, engines)) for name, engines in self._parts.items()}

    def _all_busy(self) -> float:
        each = psutil.cpu_times(percpu=True)
        times = [each[core] for core in self._cores]
        return float(sum(t.user + t.system + getattr(t, "steal", 0.0) for t in times))


@dataclass(slots=True)
class Spent:
    """Seconds of CPU by part, and of the clock. ``others``: the share of those cores that somebody
    else took.
    """

    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    cores: int = 1
    others: float = 0.0

    @property
    def total(self) -> float:
        """Of all parts."""
        return sum(self.cpu.values())

    @property
    def share(self) -> float:
        """How busy the parts kept their cores."""
        return self.total / self.seconds / self.cores

    def microseconds(self, number: float) -> dict[str, float]:
        """What each part spent on each of so many."""
        return {name: 1e6 * spent / number for name, spent in self.cpu.items()} if number else {}

    def __iadd__(self, other: "Spent") -> Self:
        self.others = (self.others * self.seconds + other.others * other.seconds) / (
            self.seconds + other.seconds
        )
        self.seconds += other.seconds
        self.cores = other.cores
        for name, spent in other.cpu.items():
            self.cpu[name] = self.cpu.get(name, 0.0) + spent
        return self


def _cpu(engine: Engine) -> float:
    """Of all its processes, and of those that it has seen the end of."""
    total = 0.0
    for pid in engine.pids:
        try:
            times = psutil.Process(pid).cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total
