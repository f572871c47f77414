"""The echo server asks nobody who they are, so only this machine may reach it."""

import pytest

from chinwag.server.gateway.echo import serve_echo
from unit.server.gateway.peer import Peer


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
async def test_only_loopback_is_served(host: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        await serve_echo(host, 0)


def test_plain_requests_are_told_to_upgrade(echo_port: int) -> None:
    with Peer(echo_port) as peer:
        peer.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        status, headers, _ = peer.response()
        assert status == 426
        assert headers["upgrade"] == "websocket"
