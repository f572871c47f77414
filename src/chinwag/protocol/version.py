"""Which wire this is, and which optional parts of it both sides may use.

The major version is the WebSocket subprotocol (RFC 6455 section 1.9): a client offers
``chinwag.v1`` and the server answers with the one it picked, or refuses the handshake. Inside a
major version fields and types are only ever added, and clients ignore what they do not know, so
nothing but a breaking change needs a new number. Features name additions that the *other* side
must support before they may be used: the server lists its own in `Hello`, the client in `Sync`.
"""

PROTOCOL = 1
SUBPROTOCOL = "chinwag.v1"
FEATURES: tuple[str, ...] = (
    "groups",
    "receipts",
    "presence",
    "typing",
    "invites",
    "alerts",
    "files",
    "deletion",
    "recording",
)
