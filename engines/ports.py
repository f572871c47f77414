"""Free ports."""

import random
import socket

# Below the range of the system's own choice: a client that knocks while a server is down could be
# given just this port for its own end, and then talk to itself.
_PORTS = range(10_240, 32_000)


def free_port() -> int:
    """A loopback port that nobody listens on."""
    while True:
        port = random.choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def is_open(port: int) -> bool:
    """Whether somebody takes connections at this port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
