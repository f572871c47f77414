"""Close codes (RFC 6455 section 7.4) in ranges: the number alone tells a client what to do.

=============  =====================================================================
range          what a client does
=============  =====================================================================
1000 - 1015    reconnects with backoff (1012, restart: after the `Goodbye` pause)
4000 - 4399    reconnects with backoff and syncs: something passing
4400 - 4499    stays away until the person acts: signed out, replaced, refused
4500 - 4999    reserved; reconnects with backoff
=============  =====================================================================
"""

from enum import IntEnum

RECONNECT_NEVER = range(4400, 4500)


class Close(IntEnum):
    """The codes that the server uses on purpose."""

    NORMAL = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    UNSUPPORTED_DATA = 1003
    INVALID_TEXT = 1007
    POLICY = 1008
    TOO_BIG = 1009
    RESTART = 1012
    BEHIND = 4008
    """The client did not read fast enough; what it missed comes with the next sync."""
    UNRESPONSIVE = 4010
    """Heartbeats or acknowledgements stayed away for too long."""
    FLOODING = 4029
    """Far over the rate limits."""
    SIGNED_OUT = 4401
    """The device's token is no longer valid."""
    REPLACED = 4409
    """The same device opened a newer session."""


def reconnects(code: int) -> bool:
    """Whether a client that saw this code should come back by itself."""
    return code not in RECONNECT_NEVER
