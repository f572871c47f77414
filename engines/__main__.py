"""Run a whole cluster on this machine: `make cluster`, or `python -m engines`.

PostgreSQL, RabbitMQ, Redis, nodes of chinwag and HAProxy before them, on loopback. What dies is
started again, as a service manager would. Data are thrown away at the end unless told where to keep
them.
"""

import argparse
import signal
import sys
import time
from collections import deque
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.live import Live

from engines.cluster import Cluster
from engines.engine import Failed
from engines.figures import Part, Watcher
from engines.ports import free_port, is_open
from engines.programs import Missing
from engines.screen import picture

_PORT = 8420
_EVERY = 1.0
_RESTART_SECONDS = 2.0


class _Stopped(Exception):
    pass


class Supervisor:
    """Starts again what died, and notes what happens."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._dead_since: dict[str, float] = {}
        self._states: dict[str, str] = {}
        self.news: deque[str] = deque(maxlen=50)

    def tend(self, parts: list[Part]) -> None:
        """Look after everything, once a moment."""
        for part in parts:
            before = self._states.get(part.name, part.state)
            if part.state != before:
                self._note(f"{part.name} is {part.state} (was {before})")
            self._states[part.name] = part.state
        for engine in self._cluster.parts:
            if engine.running:
                self._dead_since.pop(engine.name, None)
                continue
            since = self._dead_since.setdefault(engine.name, time.monotonic())
            if time.monotonic() - since > _RESTART_SECONDS:
                self._note(f"{engine.name} is started again")
                engine.kill()  # what may be left of it
                engine.begin()

    def _note(self, text: str) -> None:
        self.news.append(f"{time.strftime('%H:%M:%S')} {text}")


def main() -> int:
    """Do it; the exit status."""
    arguments = _arguments()
    console = Console()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    port = arguments.port or (free_port() if is_open(_PORT) else _PORT)
    cluster = Cluster(arguments.nodes, arguments.data, port)
    try:
        with console.status("Starting PostgreSQL, RabbitMQ and Redis, then the nodes …"):
            cluster.start()
        _watch(cluster, console)
    except _Stopped:
        pass
    except (Failed, Missing) as problem:
        console.print(f"chinwag: {problem}", style="red", markup=False)
        return 1
    finally:
        with console.status("Stopping …"):
            _end(cluster)
    kept = f"Its data are in {arguments.data}." if arguments.data else "Its data are forgotten."
    console.print(f"Stopped. {kept}", markup=False)
    return 0


def _watch(cluster: Cluster, console: Console) -> None:
    watcher, supervisor, claim = Watcher(cluster), Supervisor(cluster), cluster.claim()
    console.print(f"chinwag is at {cluster.url}", markup=False)
    if claim:
        console.print(
            f"Nobody has claimed it yet; make the first account:\n  {claim}",
            markup=False,
            soft_wrap=True,
        )
    try:
        # On a terminal a live picture; elsewhere a line when something changes.
        with Live(console=console, auto_refresh=False, screen=console.is_terminal) as live:
            while True:
                parts = watcher.look()
                if claim and cluster.is_claimed():
                    claim = ""
                told = len(supervisor.news)
                supervisor.tend(parts)
                if console.is_terminal:
                    live.update(
                        picture(cluster.url, claim, parts, list(supervisor.news)), refresh=True
                    )
                else:
                    for line in list(supervisor.news)[told:]:
                        console.print(line, markup=False)
                time.sleep(_EVERY)
    finally:
        watcher.close()


def _end(cluster: Cluster) -> None:
    """Stop; who is in a hurry says so a second time."""
    try:
        cluster.stop()
    except _Stopped:
        cluster.kill()


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise _Stopped


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make cluster", description=__doc__)
    parser.add_argument("--nodes", type=int, default=3, help="how many (default: 3)")
    parser.add_argument("--port", type=int, help=f"where people come (default: {_PORT}, if free)")
    parser.add_argument("--data", type=Path, help="keep the data in this folder")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
