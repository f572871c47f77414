"""Servers and people for the stories.

``server`` is shared by the tests of a worker: each test brings people of its own. ``serve`` starts
one with other settings. Both fail the test when the server's log tells of a bug.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.cast import Person, sign_up
from flows.servers import Server

People = Callable[..., Awaitable[list[Person]]]
Serve = Callable[..., Server]


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that tests share."""
    server = Server(tmp_path_factory.mktemp("shared")).start()
    yield server
    server.stop()
    assert server.status == 0
    assert not server.errors()


@pytest.fixture
def server(shared_server: Server) -> Iterator[Server]:
    """A running server with limits that nobody meets."""
    since = shared_server.log_size()
    yield shared_server
    assert not shared_server.errors(since)


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Serve]:
    """Start servers of one's own: ``serve(ack_timeout=0.5)``. They stop with the test."""
    servers: list[Server] = []

    def start(**settings: Any) -> Server:
        folder = tmp_path / f"server{len(servers)}"
        folder.mkdir()
        servers.append(Server(folder, **settings))
        return servers[-1].start()

    yield start
    for server in servers:
        await asyncio.to_thread(server.stop)  # clients have to answer its goodbye
        assert not server.errors()


@pytest.fixture
async def people(request: pytest.FixtureRequest) -> AsyncIterator[People]:
    """Sign up so many people and let them be online: ``anna, ben = await people(2)``. On another
    server: ``people(2, at=server)``.
    """
    crowd: list[Person] = []

    async def come(number: int, *, at: Server | None = None, online: bool = True) -> list[Person]:
        url = (at or request.getfixturevalue("server")).url
        new = await asyncio.gather(*(sign_up(url, online=online) for _ in range(number)))
        crowd.extend(new)
        return new

    yield come
    await asyncio.gather(*(person.close() for person in crowd))
