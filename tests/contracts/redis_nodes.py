"""Nodes that share a Redis."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from chinwag.server.adapters.redis.link import Link
from chinwag.server.adapters.redis.meters import RedisMeters
from chinwag.server.adapters.redis.registry import RedisRegistry
from chinwag.server.adapters.redis.signals import RedisSignals
from chinwag.server.ports.registry import Held

LEASE = 2.0


class Node:
    """One node's end of it, with what it was told. Lapsed, it enters ``sessions`` again."""

    def __init__(self, url: str, name: str) -> None:
        self.link = Link(url)
        self.registry = RedisRegistry(self.link, name, LEASE)
        self.signals = RedisSignals(self.link)
        self.meters = RedisMeters(self.link)
        self.name = name
        self.lapses = 0
        self.gone: list[str] = []
        self.heard: list[tuple[str, bytes]] = []
        self.backs = 0
        self.sessions: dict[str, Held] = {}
        self.fenced: set[str] = set()

    async def open(self) -> Self:
        await self.registry.open(self._lapsed, self.gone.append)
        await self.signals.open(lambda *what: self.heard.append(what), self._back)
        return self

    def _back(self) -> None:
        self.backs += 1

    async def _lapsed(self) -> None:
        self.lapses += 1
        entered = await self.registry.enter_again(list(self.sessions.values()))
        self.fenced |= self.sessions.keys() - entered.keys()

    async def enter(self, user: str, device: str, *, foreground: bool = False) -> int:
        entered = await self.registry.enter(user, device, foreground=foreground)
        self.sessions[device] = Held(device, user, entered.epoch, foreground)
        return entered.epoch

    async def close(self) -> None:
        await self.signals.close()
        await self.registry.close()

    async def die(self) -> None:
        """As a process that is killed: nothing is given back."""
        await self.signals.close()
        lease = self.registry._lease
        assert lease._keeping is not None
        lease._keeping.cancel()
        await asyncio.gather(lease._keeping, return_exceptions=True)
        await self.link.close()


class Cluster:
    """Nodes of one Redis, which end together."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._nodes: list[Node] = []

    async def node(self, name: str, url: str = "") -> Node:
        node = Node(url or self.url, name)
        self._nodes.append(node)
        return await node.open()

    async def close(self) -> None:
        for node in self._nodes:
            await node.close()


@asynccontextmanager
async def cluster_on(url: str) -> AsyncIterator[Cluster]:
    """Room for nodes that share the Redis at ``url``."""
    cluster = Cluster(url)
    try:
        yield cluster
    finally:
        await cluster.close()
