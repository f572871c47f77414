"""An echo server on the production socket layer, for conformance suites such as Autobahn's.

It asks nobody who they are, so it listens on the loopback interface only.
"""

import argparse
import ipaddress
import socket as sockets
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
import uvloop

from chinwag.server.framing import frame_binary, frame_text
from chinwag.server.gateway.limits import Limits
from chinwag.server.gateway.oneport import one_port
from chinwag.server.gateway.socket import Socket
from chinwag.server.gateway.upgrade import Accepted, Admission, UpgradeRequest

MIB = 1024 * 1024

# What Autobahn's cases need: messages of 16 MiB, in fragments of 64 bytes, and text checked here.
ECHO_LIMITS = Limits(
    max_frame=17 * MIB,
    max_message=17 * MIB,
    max_fragments=1_000_000,
    validate_utf8=True,
    outbox_bytes=64 * MIB,
    outbox_frames=100_000,
    control_rate=1e6,
    control_burst=1_000_000,
    read_quantum=256 * 1024,
)


class Echo:
    """Sends back what comes."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket

    def opened(self, socket: Socket) -> None:
        pass

    def text(self, data: memoryview | bytes | bytearray) -> None:
        self._socket.send(frame_text(bytes(data)))

    def binary(self, data: memoryview | bytes | bytearray) -> None:
        self._socket.send(frame_binary(bytes(data)))

    def closed(self, code: int, reason: str) -> None:
        pass

    def shutdown(self) -> None:
        pass


async def _admit(request: UpgradeRequest) -> Admission:
    return Accepted(Echo)


async def _no_http(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[Any]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    await send(
        {"type": "http.response.start", "status": 426, "headers": [(b"upgrade", b"websocket")]}
    )
    await send({"type": "http.response.body", "body": b"WebSockets only.\n"})


async def serve_echo(host: str, port: int, *, limits: Limits = ECHO_LIMITS) -> None:
    """Serve until told to stop by a signal. Port 0 takes a free one; the URL is printed."""
    if host != "localhost" and not _is_loopback(host):
        raise ValueError("the echo server listens on a loopback address only")
    family = sockets.AF_INET6 if ":" in host else sockets.AF_INET
    listener = sockets.create_server((host, port), family=family, backlog=1024)
    config = uvicorn.Config(
        _no_http,
        http=one_port(admit=_admit, socket_limits=limits),
        lifespan="off",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=5,
    )
    name = f"[{host}]" if ":" in host else host
    sys.stdout.write(f"ws://{name}:{listener.getsockname()[1]}/\n")
    sys.stdout.flush()
    await uvicorn.Server(config).serve(sockets=[listener])


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="A WebSocket echo server, for conformance suites.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9001)
    arguments = parser.parse_args()
    uvloop.run(serve_echo(arguments.host, arguments.port))


if __name__ == "__main__":
    main()
