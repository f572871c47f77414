"""Fixtures of the tests of bad days: a real server, and a place for what clients saw."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from faults.histories import History
from faults.servers import Server

Serve = Callable[..., Awaitable[Server]]


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Serve]:
    """Starts servers; each has a folder of its own unless it is told which."""
    servers: list[Server] = []

    async def start(data: Path | None = None, **settings: Any) -> Server:
        server = Server(data or tmp_path / f"server{len(servers)}", **settings)
        servers.append(server)
        await server.start()
        return server

    yield start
    for server in servers:
        await server.close()


@pytest.fixture
def history() -> History:
    """What the clients of this test did and saw."""
    return History()
