"""Every limit of the socket layer, with its default and the reason for it."""

from dataclasses import dataclass

KIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one WebSocket may use. Sizes are in bytes, times in seconds."""

    max_frame: int = 64 * KIB
    """A frame larger than this closes with 1009. Chat frames are well under 16 KiB; files go
    over HTTP. It also bounds the read buffer, which holds a whole frame."""

    max_message: int = 64 * KIB
    """A message in fragments may not become larger than a message in one frame."""

    max_fragments: int = 64
    """Browsers cut at 16 KiB or more, so 64 is generous. It bounds the work that one-byte
    fragments can cause."""

    validate_utf8: bool = False
    """Check text for UTF-8 (RFC 6455, section 8.1) here. Off where a decoder behind checks it."""

    outbox_bytes: int = 1024 * KIB
    """What may wait for a client that reads slowly, with what the transport holds. Some 5,000
    chat events: a client further behind is better served by a sync."""

    outbox_frames: int = 8192
    """Bounds the list itself when frames are tiny."""

    write_high: int = 64 * KIB
    """From here on the transport says pause: nothing more is handed to it, and nothing is read
    from this client, so that it cannot ask for more than it takes."""

    overflow_code: int = 4008
    """The close code of a socket whose outbox overflowed: 'behind', sync and come back."""

    overflow_reason: str = "behind"

    close_timeout: float = 5.0
    """How long the peer has to answer our close frame, or to take its answer."""

    linger: float = 1.0
    """How long input of a failed or cut connection is read and forgotten, so that the close
    frame is not lost to a TCP reset (RFC 6455, section 7.1.1)."""

    shutdown_grace: float = 2.0
    """What a client gets to say goodbye when the server stops."""

    control_rate: float = 32.0
    """Pings and pongs a second in the long run. More closes with 1008: answering is work."""

    control_burst: int = 256
    """Pings and pongs at once."""

    ping_interval: float | None = None
    """Ping a socket that was silent for so long. Off: the application has its own heartbeat."""

    ping_timeout: float = 20.0
    """How long a pinged socket may stay silent."""

    read_quantum: int = 16 * KIB
    """Bytes taken in one read. The parser doubles its buffer whenever a read fills it, so
    without this a fast sender would grow it to the size of the kernel's buffer."""

    calm_after: float = 10.0
    """A read buffer that has grown is given back after so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortLimits:
    """What the port gives to strangers. Sizes are in bytes, times in seconds."""

    connections: int = 20_000
    """Of both kinds. 16 KiB each make 320 MiB; a process needs the file descriptors, too."""

    handshakes: int = 1024
    """Upgrades whose admission is under way: about a second's work. After a restart all clients
    come at once: better to answer some soon and the rest with a time to come back than all of them
    late. Yet to send somebody away costs nearly as much as to let them in."""

    retry_after: tuple[int, int] = (1, 5)
    """The range of `Retry-After`, so that those sent away do not come back together."""

    admit_timeout: float = 10.0
    """How long an admission may take before it is answered with 503."""

    head_bytes: int = 16 * KIB
    """Request line and headers. Cookies and tokens need 4 KiB at the most."""

    head_count: int = 100
    """Headers of one request. Browsers behind two proxies send about 30."""

    head_timeout: float = 5.0
    """From the connection, or the first byte of a later request, to the end of its head."""

    body_timeout: float = 600.0
    """For the whole body: 64 MiB at 1 Mbit/s. Uploads that are longer come in parts."""

    body_window: float = 10.0
    """The pace of a body is looked at so often,"""

    body_rate: int = 1024
    """and it must be this many bytes a second, or the request is cut off."""

    write_timeout: float = 30.0
    """How long a client may leave a response unread before it is cut off."""

    stall_timeout: float = 60.0
    """The kernel resets a connection, of either kind, whose peer takes nothing for so long."""

    linger: float = 1.0
    """How long input is read and forgotten behind a refusal, so that the answer arrives."""
