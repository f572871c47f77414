"""Servers to talk to: the echo server as a process of its own, and ports in a thread."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import uvloop

import chinwag
from chinwag.server.gateway.limits import Limits, PortLimits
from chinwag.server.gateway.oneport import Admit, one_port
from chinwag.server.gateway.upgrade import Admission, UpgradeRequest
from unit.server.gateway.endpoints import Door


@pytest.fixture(scope="session")
def echo_port() -> Iterator[int]:
    """The port of an echo server."""
    source = str(Path(chinwag.__file__).parents[1])
    command = [sys.executable, "-m", "chinwag.server.gateway.echo", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": source}, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline()
        yield int(url.rstrip("/\n").rpartition(":")[2])
        process.terminate()
        assert process.wait(20) in (0, -15)


async def plain_app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answers any request with its path and the size of its body, or of the part that it took."""
    if scope["path"] == "/large":
        body = b"x" * 8_000_000
    else:
        size = 0
        while True:
            event = await receive()
            if event["type"] == "http.disconnect":
                return
            size += len(event["body"])
            if not event["more_body"] or scope["path"] == "/enough":
                break
        if scope["path"] == "/slow":
            await asyncio.sleep(0.5)
        body = f"{scope['path']} {size}".encode()
    headers = [(b"content-length", str(len(body)).encode())]
    if scope["path"] == "/enough":
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Running:
    """A server in a thread of its own."""

    def __init__(self, admit: Admit, limits: PortLimits, socket_limits: Limits) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port: int = self._listener.getsockname()[1]
        config = uvicorn.Config(
            plain_app,
            http=one_port(admit=admit, limits=limits, socket_limits=socket_limits),
            lifespan="off",
            access_log=False,
            log_level="critical",
            timeout_graceful_shutdown=10,
        )
        self.server = uvicorn.Server(config)
        self.loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self.server.serve(sockets=[self._listener]))
        self.loop.close()

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function in the server's loop and wait for its result."""

        async def there() -> Any:
            return function(*arguments)

        return asyncio.run_coroutine_threadsafe(there(), self.loop).result(20)

    def connections(self) -> int:
        return int(self.call(lambda: len(self.server.server_state.connections)))

    def stop(self) -> None:
        """Stop gracefully, as on SIGTERM."""
        self.server.should_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive()


Serve = Callable[..., Running]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers, and stops them at the end of the test."""
    running: list[Running] = []

    def start(
        admit: Admit, limits: PortLimits | None = None, socket_limits: Limits | None = None
    ) -> Running:
        server = Running(admit, limits or PortLimits(), socket_limits or Limits())
        running.append(server)
        return server

    yield start
    for server in running:
        server.stop()


class Shared(Running):
    """A server for many tests, each with a door of its own."""

    def __init__(self, limits: PortLimits) -> None:
        self.door = Door()
        super().__init__(self._admit, limits, Limits())

    async def _admit(self, request: UpgradeRequest) -> Admission:
        return await self.door.admit(request)

    def new_door(self) -> Door:
        self.door = Door()
        return self.door


@pytest.fixture(scope="module")
def shared() -> Iterator[Shared]:
    """A server with the usual limits, for tests that leave nothing behind."""
    server = Shared(PortLimits())
    yield server
    server.stop()


@pytest.fixture(scope="module")
def quick() -> Iterator[Shared]:
    """The same with little patience."""
    limits = PortLimits(
        head_timeout=0.3, body_timeout=1.5, body_window=0.3, write_timeout=0.5, linger=0.2
    )
    server = Shared(limits)
    yield server
    server.stop()
