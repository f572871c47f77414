"""Addresses that the server may be sent to, and the many ways to write one that it may not."""

import pytest

from chinwag.server.addresses import is_loopback, is_public

PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "142.250.1.95",
    "2606:4700:4700::1111",
    "2a00:1450:4001:82f::200a",
    "64:ff9b::808:808",  # 8.8.8.8 by NAT64
]
PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",  # carrier-grade NAT
    "169.254.169.254",  # clouds' metadata
    "192.0.0.192",
    "192.88.99.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",  # 6to4 of 127.0.0.1
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",  # Teredo
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",  # a cloud's metadata
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "100::1",
]
NONE = ["", "localhost", "example.org", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "8.8.8"]


@pytest.mark.parametrize("text", PUBLIC)
def test_public(text: str) -> None:
    assert is_public(text)
    assert not is_loopback(text)


@pytest.mark.parametrize("text", [*PRIVATE, *NONE])
def test_not_public(text: str) -> None:
    assert not is_public(text)


@pytest.mark.parametrize("text", ["127.0.0.1", "127.9.9.9", "::1"])
def test_loopback(text: str) -> None:
    assert is_loopback(text)
