"""A whole cluster on this machine: the engines, nodes, and HAProxy before them."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

from engines.engine import Engine, start_all, stop_all, throw_away
from engines.haproxy import HAProxy
from engines.node import Node
from engines.ports import free_port
from engines.postgres import Postgres
from engines.rabbitmq import RabbitMQ
from engines.redis import Redis


class Cluster:
    """``nodes`` nodes behind one URL. With a ``folder``, data are kept in it, and commits wait for
    the disk.

    Attributes:
        url: where people reach it.
    """

    def __init__(
        self,
        nodes: int = 3,
        folder: Path | None = None,
        port: int = 0,
        *,
        certificate: Path | None = None,
        **settings: object,
    ) -> None:
        def place(name: str) -> Path | None:
            return folder / name if folder else None

        self.postgres = Postgres(place("postgres"), durable=folder is not None)
        self.rabbitmq = RabbitMQ(place("rabbitmq"))
        self.redis = Redis()
        names = [f"node{number}" for number in range(1, nodes + 1)]
        ports = {name: free_port() for name in names}
        self.haproxy = HAProxy(ports, port=port, certificate=certificate)
        self.url = self.haproxy.url
        shared = {
            "database_url": self.postgres.url,
            "broker_url": self.rabbitmq.url,
            "registry_url": self.redis.url,
            "trusted_proxies": "127.0.0.1",
            "public_url": self.url,
            "files_url": place("files") or throw_away("files"),
            **settings,
        }
        self.nodes = [Node(name, shared, place(name), ports[name]) for name in names]

    @property
    def engines(self) -> list[Engine]:
        """What stands behind the nodes."""
        return [self.postgres, self.rabbitmq, self.redis]

    @property
    def parts(self) -> list[Engine]:
        """Everything."""
        return [*self.engines, *self.nodes, self.haproxy]

    def start(self) -> None:
        """Start everything: what stands behind first."""
        start_all(*self.engines)
        start_all(*self.nodes)
        self.haproxy.start()

    def stop(self) -> None:
        """Stop everything, people first."""
        stop_all(*self.nodes)
        stop_all(self.haproxy, *self.engines)

    def kill(self) -> None:
        """End everything at once."""
        for part in self.parts:
            part.kill()

    def claim(self) -> str:
        """The link that makes the first account; empty when somebody has."""
        path = self.nodes[0].claim()
        return self.url + path if path and not self.is_claimed() else ""

    def is_claimed(self) -> bool:
        """Whether somebody has made the first account by now, as far as can be known."""
        try:
            return bool(json.loads(self.nodes[0].get("/api/server"))["claimed"])
        except OSError:
            return False


@contextlib.contextmanager
def running(cluster: Cluster) -> Iterator[Cluster]:
    """The cluster, running; it is ended at once after that, and its data are thrown away."""
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.kill()
