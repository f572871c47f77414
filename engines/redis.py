"""Redis, or Valkey, which speaks the same. It keeps nothing: what chinwag has in it may be lost."""

import socket

from engines.engine import Engine
from engines.programs import program


class Redis(Engine):
    """A server without a disk."""

    name = "redis"

    def url_at(self, port: int) -> str:
        """A URL, by way of this port."""
        return f"redis://127.0.0.1:{port}/0"

    def launch(self) -> None:
        """Start the server."""
        flags = [
            "--bind",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        self.run([program("redis-server", "valkey-server"), *flags])

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as link:
                link.sendall(b"PING\r\n")
                return link.recv(16).startswith(b"+PONG")
        except OSError:
            return False
