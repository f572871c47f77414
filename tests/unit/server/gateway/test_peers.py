"""Who is at the other end, and which pages may speak."""

import pytest

from chinwag.server.gateway.peers import Origins, Peers, origin_of
from chinwag.server.gateway.upgrade import Headers


def headers(**values: str) -> Headers:
    return Headers(
        (name.replace("_", "-").encode(), value.encode()) for name, value in values.items()
    )


@pytest.mark.parametrize(
    ("trusted", "client", "forwarded", "address", "loopback"),
    [
        ([], "127.0.0.1", None, "127.0.0.1", True),
        ([], "::1", None, "::/64", True),
        ([], "192.0.2.1", None, "192.0.2.1", False),
        ([], "192.0.2.1", "127.0.0.1", "192.0.2.1", False),
        ([], "127.0.0.1", "192.0.2.9", "127.0.0.1", False),
        (["127.0.0.1"], "127.0.0.1", "192.0.2.9", "192.0.2.9", False),
        (["127.0.0.1"], "127.0.0.1", None, "127.0.0.1", True),
        (["10.0.0.0/8"], "10.1.2.3", "203.0.113.5, 192.0.2.9", "192.0.2.9", False),
        (["10.0.0.0/8"], "10.1.2.3", "203.0.113.5, 192.0.2.9, 10.9.9.9", "192.0.2.9", False),
        (["10.0.0.0/8"], "10.1.2.3", "garbage", "10.1.2.3", False),
        (["10.0.0.0/8"], "10.1.2.3", "192.0.2.9, garbage", "10.1.2.3", False),
        (["10.0.0.0/8"], "10.1.2.3", "2001:db8:1:2:3::4", "2001:db8:1:2::/64", False),
        ([], "::ffff:192.0.2.1", None, "192.0.2.1", False),
    ],
)
def test_addresses(trusted, client, forwarded, address, loopback) -> None:
    given = headers(x_forwarded_for=forwarded) if forwarded else headers()
    peer = Peers(trusted).of((client, 5), given)
    assert (peer.address, peer.loopback) == (address, loopback)


def test_a_unix_socket_is_local() -> None:
    peer = Peers().of(None, headers())
    assert (peer.address, peer.loopback) == ("local", True)


@pytest.mark.parametrize(
    ("trusted", "public", "proto", "secure"),
    [
        ([], False, "https", False),
        (["127.0.0.1"], False, "https", True),
        (["127.0.0.1"], False, "http", False),
        ([], True, None, True),
    ],
)
def test_tls_is_what_a_trusted_proxy_says(trusted, public, proto, secure) -> None:
    given = headers(x_forwarded_proto=proto) if proto else headers()
    assert Peers(trusted, secure=public).of(("127.0.0.1", 5), given).secure is secure


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("https://chat.example.org", "chat.example.org", True),
        ("https://chat.example.org", "anything", True),
        ("https://app.example.org:8443", None, True),
        ("http://chat.example.org", "chat.example.org", False),
        ("https://chat.example.org.evil.example", "chat.example.org", False),
        ("https://evil-chat.example.org", "evil-chat.example.org", False),
        ("https://chat.example.org:444", "chat.example.org:444", False),
        ("null", "chat.example.org", False),
        ("", "", False),
        ("http://127.0.0.1:8420", "127.0.0.1:8420", False),
    ],
)
def test_with_a_public_url_only_configured_pages_speak(origin, host, allowed) -> None:
    origins = Origins("https://chat.example.org/", ["https://app.example.org:8443"])
    assert origins.allows(origin, host) is allowed


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("http://127.0.0.1:8420", "127.0.0.1:8420", True),
        ("http://localhost:8420", "localhost:8420", True),
        ("http://[::1]:8420", "[::1]:8420", True),
        ("http://192.168.1.5:8420", "192.168.1.5:8420", True),
        ("http://192.168.1.5:8420", "192.168.1.6:8420", False),
        ("http://rebound.example:8420", "rebound.example:8420", False),
        ("http://127.0.0.1.evil.example", "127.0.0.1.evil.example", False),
        ("http://localhost.evil.example", "localhost.evil.example", False),
        ("https://127.0.0.1:8420", "127.0.0.1:8420", False),
        ("null", "null", False),
        ("http://127.0.0.1:8420", None, False),
        ("http://[::1", "[::1", False),
    ],
)
def test_without_one_only_pages_of_a_bare_address_speak(origin, host, allowed) -> None:
    assert Origins().allows(origin, host) is allowed


def test_origins_are_written_as_browsers_write_them() -> None:
    assert origin_of("https://Chat.Example.org:443/path?x") == "https://chat.example.org"
    assert origin_of("http://[2001:DB8::1]:80") == "http://[2001:db8::1]"
    for url in ("ftp://x", "chat.example.org", "", "https://"):
        with pytest.raises(ValueError, match="not an http"):
            origin_of(url)
