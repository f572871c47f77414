"""Which addresses the server may be sent to on somebody's word: those of the public internet."""

import ipaddress

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits
# Global to Python, or to some versions of it, but of no use to anybody's browser (RFC 6890); in the
# first a cloud has its metadata service.
_SPECIAL = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv4Network("192.88.99.0/24"))
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def parsed(text: str) -> Address | None:
    """An address as `socket` spells it, the zone left out; None for a name."""
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def is_public(text: str) -> bool:
    """Whether this is an address anybody may reach: not of this machine, its network, or a cloud's
    metadata service (169.254.169.254), and not one of those in the clothes of IPv6.
    """
    address = parsed(text)
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)))
        if address.ipv4_mapped or address.sixtofour or address.teredo or address.is_site_local:
            return False
    return (
        address is not None
        and address.is_global
        and not (address.is_multicast or address.is_reserved)
        and not any(address in network for network in _SPECIAL)
    )


def is_loopback(text: str) -> bool:
    """Whether this is an address of this machine."""
    address = parsed(text)
    return address is not None and address.is_loopback
