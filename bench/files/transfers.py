"""One large file up and down, by turns at nginx and here; and how much memory that takes."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bench.context import Context
from bench.files import nginx
from bench.files.plain import Owner, ask
from bench.machine import Usage
from bench.results import Figure
from bench.seed import seed
from bench.server import Process, chinwag

_MIB = 1 << 20
_ROUNDS = 3
_SHARE = 0.6


def measure(context: Context, size: int) -> list[Figure]:
    """The best of some rounds each: the machine's other work can only make it slower."""
    with context.folder() as folder:
        body = folder / "body"
        _fill(body, size)
        program = nginx.found()
        peer = _beside(context, program, folder / "nginx", body) if program else {}
        (folder / "chinwag").mkdir()
        person = seed(folder / "chinwag", lambda seeds: seeds.person())
        with chinwag(folder / "chinwag", None) as server:
            return _ours(context, server, Owner(server.port, person.token), body, peer)


def _fill(body: Path, size: int) -> None:
    with body.open("wb") as file:
        for _ in range(size // _MIB):
            file.write(os.urandom(_MIB))


def _beside(context: Context, program: str, folder: Path, body: Path) -> dict[str, float]:
    user = "root" if os.getuid() == 0 else ""
    with nginx.nginx(program, folder, user=user) as peer:
        found = {}
        context.step("up to nginx")
        found["up"] = _best(lambda: _checked(ask(peer.port, "PUT", "/f", body=body).status), body)
        context.step("down from nginx")
        found["down"] = _best(lambda: ask(peer.port, "GET", "/f", keep=False), body)
        return found


def _ours(
    context: Context, server: Process, owner: Owner, body: Path, peer: dict[str, float]
) -> list[Figure]:
    size = body.stat().st_size
    owner.settled(_uploaded(owner, b"warm"))
    memory = _Memory(server.usage())
    context.step("up to chinwag")
    paths: list[str] = []
    usage = server.usage()
    up = _best(lambda: paths.append(_uploaded(owner, body)), body)
    share_up = usage.end().share
    file = [owner.settled(path) for path in paths][-1]
    context.step("down from chinwag")
    usage = server.usage()
    down = _best(lambda: _whole(owner.get(file), size), body)
    share_down = usage.end().share
    grown = memory.end()
    figures = []
    for what, value, share in (("up", up, share_up), ("down", down, share_down)):
        if what in peer:
            figures.append(Figure("transfers", f"1 GiB {what}, nginx", peer[what], "MiB/s"))
        target = _SHARE * peer[what] if what in peer else None
        notes: dict[str, str | float] = (
            {"of nginx": f"{value / peer[what]:.0%}"} if what in peer else {}
        )
        name = f"1 GiB {what}, chinwag"
        figures.append(Figure("transfers", name, value, "MiB/s", target, server=share, notes=notes))
    figures.append(Figure("transfers", "memory above idle", grown / _MIB, "MiB", 30, "less"))
    return figures


def _uploaded(owner: Owner, body: Path | bytes) -> str:
    path = owner.begin(body.stat().st_size if isinstance(body, Path) else len(body))
    owner.put(path, body)
    return path


def _best(work: Callable[[], object], body: Path) -> float:
    """MiB a second."""
    best = 0.0
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        work()
        best = max(best, body.stat().st_size / _MIB / (time.perf_counter() - began))
    return best


def _checked(status: int) -> None:
    assert status in (201, 204), status


def _whole(found: int, size: int) -> None:
    assert found == size, (found, size)


class _Memory:
    """The most that a process has had since, over what it had then."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._idle = self._most = usage.rss()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> int:
        """Bytes."""
        self._over.set()
        self._thread.join()
        return self._most - self._idle

    def _look(self) -> None:
        while not self._over.wait(0.01):
            self._most = max(self._most, self._usage.rss())
