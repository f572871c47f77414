"""Free ports."""

import os
import random
import re
import socket
from collections import deque

# Below the range of the system's own choice: a client that knocks while a server is down could be
# given just this port for its own end, and then talk to itself.
_PORTS = range(10_240, 32_000)
_WORKERS = 16
_given: deque[int] = deque(maxlen=100)


def free_port() -> int:
    """A loopback port that nobody listens on, and that nobody else is given.

    Between the look and the listener there is time enough for another who looks: each worker of a
    test run draws from a share of its own, and what was given lately is not given again.
    """
    while True:
        port = random.choice(_share())
        if port in _given:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given.append(port)
        return port


def _share() -> range:
    """The ports of this worker."""
    number = re.search(r"\d+", os.environ.get("PYTEST_XDIST_WORKER", ""))
    return _PORTS[int(number[0]) % _WORKERS :: _WORKERS] if number else _PORTS


def is_open(port: int) -> bool:
    """Whether somebody takes connections at this port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
