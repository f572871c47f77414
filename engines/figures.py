"""What a running cluster is doing, asked of its parts."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import psutil

from engines.cluster import Cluster
from engines.engine import Engine, Failed
from engines.haproxy import HAProxy
from engines.keeper import family
from engines.node import Node
from engines.postgres import Postgres
from engines.rabbitmq import RabbitMQ
from engines.redis import Redis

_SECONDS = 2.0
_HAPROXY = {"UP": "up", "NOLB": "draining", "DRAIN": "draining", "MAINT": "draining"}
_TRANSACTIONS = "SELECT sum(xact_commit), sum(numbackends) FROM pg_stat_database"


@dataclass(frozen=True)
class Part:
    """One line of the picture. ``figures`` are by the names of columns; rates are per second."""

    name: str
    pid: int
    state: str
    cpu: float = 0.0
    memory: int = 0
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def well(self) -> bool:
        """Whether there is nothing to worry about."""
        return self.state == "up"


class Watcher:
    """Asks all parts at once; keeps what rates are reckoned from."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._totals: dict[tuple[str, str], tuple[float, float]] = {}
        self._pool = ThreadPoolExecutor(len(cluster.parts) + 1)

    def look(self) -> list[Part]:
        """All parts: nodes, then what is behind and before them."""
        balanced = self._pool.submit(_quietly, self._cluster.haproxy.states, {})
        parts = [*self._cluster.nodes, *self._cluster.engines, self._cluster.haproxy]
        asked = [self._pool.submit(self._part, part) for part in parts]
        states = balanced.result()
        return [_balanced(each.result(), states) for each in asked]

    def close(self) -> None:
        """Ask no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _part(self, part: Engine) -> Part:
        pid = part.pids[0] if part.pids else 0
        if not part.running:
            return Part(part.name, pid, "down")
        with contextlib.suppress(psutil.NoSuchProcess):
            if psutil.Process(pid).status() == psutil.STATUS_STOPPED:
                return Part(part.name, pid, "frozen")
        found = _quietly(lambda: _ASK[type(part)](part), None)
        seconds, memory = _use(part)
        cpu = self._rate(part.name, "cpu", seconds) * 100
        if found is None:
            return Part(part.name, pid, "no answer", cpu, memory)
        alarm = found.pop("alarm", 0)
        figures = {
            name.removesuffix("_total"): self._rate(part.name, name, value)
            if name.endswith("_total")
            else value
            for name, value in found.items()
        }
        return Part(part.name, pid, "alarm" if alarm else "up", cpu, memory, figures)

    def _rate(self, part: str, name: str, value: float) -> float:
        now = time.monotonic()
        before, then = self._totals.get((part, name), (value, now))
        self._totals[part, name] = (value, now)
        # A part that was started again counts from zero.
        return max(0.0, value - before) / (now - then) if now > then else 0.0


def _quietly(ask: Callable[[], Any], instead: Any) -> Any:
    try:
        return ask()
    except (OSError, Failed, TimeoutError, ValueError, LookupError, asyncpg.PostgresError):
        return instead


def _balanced(part: Part, states: Mapping[str, str]) -> Part:
    """HAProxy knows of a node whether it would be given people."""
    seen = states.get(part.name, "UP").split(" ")[0]
    if part.well and seen != "UP":
        return Part(
            part.name, part.pid, _HAPROXY.get(seen, "coming"), part.cpu, part.memory, part.figures
        )
    return part


def _use(part: Engine) -> tuple[float, int]:
    """CPU seconds and bytes of memory of all processes of a part."""
    seconds, memory = 0.0, 0
    for process in [each for pid in part.pids[:1] for each in family(pid)]:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            times = process.cpu_times()
            seconds += times.user + times.system
            info = process.memory_info()
            memory += info.rss - getattr(info, "shared", 0)
    return seconds, memory


def _node(part: Node) -> dict[str, float]:
    figures = part.metrics()
    return {
        "sockets": figures.get("sessions", 0),
        "messages_total": figures.get("log_entries_total", 0),
        "deliveries_total": figures.get("delivery_handed_total", 0),
        "waiting": figures.get("log_waiting_entries", 0),
    }


def _postgres(part: Postgres) -> dict[str, float]:
    async def ask() -> dict[str, float]:
        async with asyncio.timeout(_SECONDS):
            link = await asyncpg.connect(part.url)
            try:
                commits, connections = await link.fetchrow(_TRANSACTIONS)
            finally:
                await link.close()
        return {"commits_total": float(commits), "connections": float(connections) - 1}

    return asyncio.run(ask())


def _rabbitmq(part: RabbitMQ) -> dict[str, float]:
    overview = part.ask("GET", "overview")
    nodes = part.ask("GET", "nodes")
    totals = overview["object_totals"]
    return {
        "alarm": any(node.get("mem_alarm") or node.get("disk_free_alarm") for node in nodes),
        "connections": totals["connections"],
        "queues": totals["queues"],
        "waiting": overview["queue_totals"].get("messages", 0),
        "parcels_total": overview["message_stats"].get("publish", 0),
    }


def _redis(part: Redis) -> dict[str, float]:
    with socket.create_connection(("127.0.0.1", part.port), _SECONDS) as link:
        link.sendall(b"INFO\r\nQUIT\r\n")
        text = b"".join(iter(lambda: link.recv(65_536), b"")).decode()
    values = dict(line.split(":", 1) for line in text.split("\r\n") if ":" in line)
    return {
        "connections": float(values["connected_clients"]) - 1,
        "commands_total": float(values["total_commands_processed"]),
    }


def _haproxy(part: HAProxy) -> dict[str, float]:
    return {"connections": float(sum(part.sessions().values()))}


_ASK: dict[type[Engine], Callable[[Any], dict[str, float]]] = {
    Node: _node,
    Postgres: _postgres,
    RabbitMQ: _rabbitmq,
    Redis: _redis,
    HAProxy: _haproxy,
}
