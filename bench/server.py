"""The real server, as a process of its own on a core of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from bench.machine import Usage, pin

_STARTS_WITHIN = 30.0


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Process:
    """A child process that answers on a port; a context manager."""

    def __init__(
        self,
        command: list[str],
        port: int,
        core: int | None,
        path: str,
        log: Path,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.command = command
        self.port = port
        self.core = core
        self.path = path
        self.log = log
        self.environment = environment
        self.started_in = 0.0

    def __enter__(self) -> Self:
        started = time.perf_counter()
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=log,
                env=self.environment,
                preexec_fn=lambda: pin(self.core),  # noqa: PLW1509 - no thread is running yet
            )
        while not self._answers():
            if self._child.poll() is not None or time.perf_counter() - started > _STARTS_WITHIN:
                self.__exit__()
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.002)
        self.started_in = time.perf_counter() - started
        return self

    def __exit__(self, *_: object) -> None:
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(10)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()

    @property
    def pid(self) -> int:
        """For those who look at it from outside."""
        return self._child.pid

    def usage(self) -> Usage:
        """Begin to count what it uses."""
        return Usage(self.pid)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                request = (
                    f"GET {self.path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                )
                connection.sendall(request.encode())
                return connection.recv(64).startswith((b"HTTP/1.1 200", b"HTTP/1.1 4"))
        except OSError:
            return False


_UNLIMITED = ("sends", "commands", "frames", "handshakes")


def chinwag(folder: Path, core: int | None) -> Process:
    """The server over the data in ``folder``: as it comes, but that its limits on what one person
    or address may do, which are there to stop just this, are counted and never reached.
    """
    port = free_port()
    settings = {"DATA": str(folder), "PORT": str(port)}
    settings |= {f"{name.upper()}_BURST": str(10**9) for name in _UNLIMITED}
    # Bytecode is kept, as it is wherever the server is installed: a second start is to find it.
    unwanted = ("CHINWAG_", "PYTHONDONTWRITEBYTECODE")
    environment = {n: value for n, value in os.environ.items() if not n.startswith(unwanted)}
    environment |= {f"CHINWAG_{name}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "chinwag", "serve"]
    return Process(command, port, core, "/healthz", folder / "server.log", environment)


def echo(folder: Path, core: int | None) -> Process:
    """The bare echo server."""
    port = free_port()
    command = [sys.executable, "-m", "bench.echo_server", str(port)]
    return Process(command, port, core, "/", folder / "echo.log")
