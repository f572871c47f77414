"""Who is at the other end, and which pages may speak for a browser.

Forwarding headers count only when they come from a configured proxy: anybody can send them.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

from chinwag.server.gateway.upgrade import Headers

Forwarding = Literal["none", "believed", "ignored"]
"""What became of forwarding headers: there were none; from a trusted proxy; from anybody else."""
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Peer:
    """Where a request came from."""

    address: str
    """What limits go by: an IPv4 address, the /64 of an IPv6 one, or ``local``."""
    loopback: bool
    """From this machine, and through no proxy."""
    secure: bool
    """Over TLS, as far as the (trusted) proxy says."""


class Peers:
    """Tells clients from proxies. ``trusted``: addresses and networks of the proxies in front."""

    def __init__(self, trusted: Sequence[str] = (), *, secure: bool = False) -> None:
        self._trusted: list[Network] = [
            ipaddress.ip_network(each, strict=False) for each in trusted
        ]
        self._secure = secure

    def of(self, client: tuple[str, int] | None, headers: Headers) -> Peer:
        """The peer of a request; ``client`` is the other end of the connection."""
        direct = _parsed(client[0]) if client else None
        forwarded = headers.listed("x-forwarded-for")
        relayed = _is_relayed(headers)
        if client is not None and (direct is None or not self._is_trusted(direct)):
            loopback = direct is not None and direct.is_loopback and not relayed
            return Peer(_key(direct), loopback, self._secure)
        # By a trusted proxy, or by a Unix socket, which only local programs reach.
        return Peer(
            _key(self._first_stranger(forwarded) or direct),
            loopback=not relayed and (direct is None or direct.is_loopback),
            secure=self._secure or headers.one("x-forwarded-proto") == "https",
        )

    def forwarding(self, client: tuple[str, int] | None, headers: Headers) -> Forwarding:
        """Whether what a proxy says of a request counts."""
        if not _is_relayed(headers):
            return "none"
        direct = _parsed(client[0]) if client else None
        trusted = client is None or (direct is not None and self._is_trusted(direct))
        return "believed" if trusted else "ignored"

    def _first_stranger(self, forwarded: list[str]) -> Address | None:
        """The nearest address that is not a proxy's: what is further left may be made up."""
        address = None
        for value in reversed(forwarded):
            address = _parsed(value)
            if address is None or not self._is_trusted(address):
                break
        return address

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


class Origins:
    """Which pages may use the cookie: the server's own, and those configured. Compared whole."""

    def __init__(self, public_url: str = "", allowed: Sequence[str] = ()) -> None:
        self._allowed = {origin_of(each) for each in (public_url, *allowed) if each}
        self._fixed = bool(public_url)

    def allows(self, origin: str, host: str | None) -> bool:
        """Whether a page of this ``Origin`` may speak for the person. Without a public URL, the
        server's own pages are those reached by a bare address or ``localhost``: a name could be
        pointed at this server by anybody (DNS rebinding).
        """
        if origin in self._allowed:
            return True
        if self._fixed or host is None or origin != f"http://{host.lower()}":
            return False
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name == "localhost" or _parsed(name) is not None


def _is_relayed(headers: Headers) -> bool:
    names = ("x-forwarded-for", "forwarded", "x-forwarded-proto")
    return any(headers.all(name) for name in names)


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL, as browsers write an origin (RFC 6454, section 6.2).

    Raises:
        ValueError: it is no http or https URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is not an http or https URL")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = {"http": 80, "https": 443}[parts.scheme]
    port = "" if parts.port in (None, default) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


@lru_cache(maxsize=4096)
def _key(address: Address | None) -> str:
    if address is None:
        return "local"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
