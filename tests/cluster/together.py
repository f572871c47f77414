"""A cluster that the flows' tests take for one server."""

import asyncio
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg

from engines.haproxy import HAProxy
from engines.node import Node
from engines.ports import free_port
from engines.redis import Redis
from flows.servers import GENEROUS

_SECONDS = 30.0
_KNOWN_TO_ALL = ("push_subscriptions",)


class Together:
    """Nodes behind one URL, over a database, a virtual host and a Redis that are theirs alone; with
    the face of `flows.servers.Server`. ``settings`` are for every node.
    """

    def __init__(self, folder: Path, database: str, vhost: str, **settings: Any) -> None:
        self.data = folder
        self.status: int | None = None
        self._redis = Redis()
        ports = {f"node{number}": free_port() for number in range(1, 4)}
        self.haproxy = HAProxy(ports)
        self.url = self.haproxy.url
        self._settings = {
            "sign_up": "open",
            **GENEROUS,
            "database_url": database,
            "broker_url": vhost,
            "registry_url": self._redis.url,
            "trusted_proxies": "127.0.0.1",
            "public_url": self.url,
            **settings,
        }
        self.nodes = [Node(name, self._settings, port=port) for name, port in ports.items()]

    def start(self) -> "Together":
        """Start, or start again with the same data; returns when every node is ready."""
        if not self._redis.running:
            self._redis.start()
        self._each(Node.start)
        if not self.haproxy.running:
            self.haproxy.start()
        self.haproxy.await_all()
        return self

    def stop(self) -> None:
        """Let all nodes finish, as for a change of the whole cluster."""
        self._each(Node.stop)
        self.status = 0

    def kill(self) -> None:
        """End all nodes without a word."""
        self._each(Node.kill)

    def close(self) -> None:
        """End it all."""
        for part in (*self.nodes, self.haproxy, self._redis):
            part.kill()

    def _each(self, do: Any) -> None:
        with ThreadPoolExecutor(len(self.nodes)) as pool:
            list(pool.map(do, self.nodes))

    # --- looking at it ------------------------------------------------------------------------

    def errors(self) -> list[str]:
        """Lines of the nodes' logs that tell of a bug: errors and traces."""
        return [
            f"{node.name}: {line}"
            for node in self.nodes
            for line in node.log.read_text().splitlines()
            if _is_error(line)
        ]

    async def metrics(self, name: str) -> list[float]:
        """A figure of each node."""
        found = await asyncio.to_thread(lambda: [node.metrics() for node in self.nodes])
        return [figures.get(name, 0.0) for figures in found]

    async def metric(self, name: str) -> float:
        """The figure of the cluster: what each node counts is added, what all know is not."""
        found = await self.metrics(name)
        return max(found) if name in _KNOWN_TO_ALL else sum(found)

    def run(self, *words: str, stdin: str = "") -> str:
        """A `chinwag` command of an operator, who has the cluster's settings at hand."""
        told = {f"CHINWAG_{name.upper()}": str(it) for name, it in self._settings.items()}
        done = subprocess.run(
            [sys.executable, "-m", "chinwag", *words],
            input=stdin,
            capture_output=True,
            env={
                **os.environ,
                **told,
                "CHINWAG_DATA": str(self.data),
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                "COLUMNS": "200",
            },
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def tamper(self, sql: str) -> None:
        """Change what is stored, while the nodes are stopped, as no user could."""

        async def work() -> None:
            connection = await asyncpg.connect(self._settings["database_url"])
            await connection.execute(sql)
            await connection.close()

        asyncio.run(work())


def _is_error(line: str) -> bool:
    try:
        entry = json.loads(line)
    except ValueError:
        # What `serve` says at its start is no log.
        return bool(re.search(r"Traceback|Error", line))
    return entry.get("level") in ("error", "critical") or "exception" in entry
