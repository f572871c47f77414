"""What every measurement is given, and the nodes that it makes for itself."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engines.engine import Engine
from engines.node import Node
from engines.ports import is_open

# What one person may do is counted, but never too much.
UNLIMITED = {f"{name}_burst": 10**9 for name in ("sends", "commands", "frames", "handshakes")}


@dataclass(slots=True)
class World:
    """Sizes, and the cores: the load has the last one to itself, the engines the one before."""

    seconds: float
    pairs: int
    members: int
    clients: int
    cores: list[int]
    step: Callable[[str], None]

    @property
    def load(self) -> int:
        """The load's core."""
        return self.cores[-1]

    @property
    def one(self) -> int:
        """The core of the engines, and of whatever is measured on one core."""
        return self.cores[-2] if len(self.cores) > 1 else self.cores[-1]

    def of_node(self, number: int) -> int:
        """Nodes have a core each as long as there are any; the last they share with the engines."""
        cores = self.cores[:-1] or self.cores
        return cores[number % len(cores)]

    def describe(self) -> str:
        """For the reader of the results."""
        return f"load on core {self.load}, engines on core {self.one}, nodes on cores 0, 1, …"


class Bare(Engine):
    """The bare pipeline of `bench.cluster.bare`."""

    name = "bare"

    def __init__(self, database: str) -> None:
        super().__init__()
        self._database = database

    def url_at(self, port: int) -> str:
        """Where it answers, by way of this port."""
        return f"ws://127.0.0.1:{port}"

    def launch(self) -> None:
        """Start the process."""
        path = os.pathsep.join(str(each) for each in (Path.cwd(), *sys.path) if each)
        command = [sys.executable, "-m", "bench.cluster.bare", str(self.port), self._database]
        self.run(command, {"PYTHONPATH": path})

    def is_ready(self) -> bool:
        """Whether it listens."""
        return is_open(self.port)


@contextmanager
def folder() -> Iterator[Path]:
    """For data, on the disk that the system has for such; engines run as other users."""
    with tempfile.TemporaryDirectory(prefix="chinwag-bench-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def node(name: str, **settings: object) -> Node:
    """One that lets everybody do what they want."""
    return Node(name, {**UNLIMITED, "push": False, "log_level": "warning", **settings})


@contextmanager
def running(*engines: Engine) -> Iterator[None]:
    """These, started one after the other and ended at once."""
    try:
        for engine in engines:
            engine.start()
        yield
    finally:
        for engine in reversed(engines):
            engine.kill()
