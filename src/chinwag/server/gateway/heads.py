"""What is checked of a request head beyond httptools, which refuses most of what is ambiguous.

httptools 0.9 refuses by itself: duplicate, listed, signed and overflowing Content-Length,
Content-Length with Transfer-Encoding, folded lines, bare CR or LF, blanks before a colon, control
characters, and bad chunk sizes. It has no limit on size, and leaves the checks that are here.
"""


class BadRequestError(Exception):
    """The request is refused."""


class HeadCheck:
    """Counts and checks one request head after the other of a connection."""

    __slots__ = (
        "_bytes", "_count", "_hosts", "_in_head", "_kept", "_max_bytes", "_max_count", "_names",
        "seen", "status", "under_way",
    )  # fmt: skip

    def __init__(self, max_bytes: int, max_count: int) -> None:
        self._max_bytes = max_bytes
        self._max_count = max_count
        self.status = 400
        """The HTTP status of the refusal, once something was refused."""
        self.under_way = False
        """Whether a request has begun and is not complete."""
        self.seen = False
        """Whether any byte of a request was ever seen."""
        self._kept = 0
        self._reset()

    def _reset(self) -> None:
        self._in_head = False
        self._bytes = 0
        self._count = 0
        self._hosts = 0
        self._names: set[bytes] = set()

    def fed(self, size: int) -> None:
        """Bytes were parsed. The parser keeps a header (or trailer) until it is complete, and says
        nothing: so bytes are counted that lead to no call, up to a read more than allowed.
        """
        self._kept += size
        if self._kept > self._max_bytes + size:
            self._refuse(431)

    def begin(self) -> None:
        """A request begins."""
        self._reset()
        self._in_head = True
        self.under_way = True
        self.seen = True

    def url(self, url: bytes) -> None:
        """A part of the target."""
        self._add(len(url), 414)

    def header(self, name: bytes, value: bytes) -> bool:
        """A header; False if it is a trailer."""
        self._add(len(name) + len(value) + 4, 431)
        self._count += 1
        if self._count > self._max_count:
            self._refuse(431)
        if not self._in_head:
            return False
        if name == b"host":
            self._hosts += 1
        elif name == b"transfer-encoding":
            if value.strip().lower() != b"chunked":
                self._refuse(501)
            self._names.add(name)
        elif name == b"content-length":
            self._names.add(name)
        return True

    def complete(self, version: str, method: bytes) -> None:
        """The head is complete."""
        self._kept = 0
        self._in_head = False
        if version not in ("1.0", "1.1"):
            self._refuse(505)
        if version == "1.1" and self._hosts != 1:  # RFC 9112, 3.2
            self._refuse(400)
        if version == "1.0" and b"transfer-encoding" in self._names:  # RFC 9112, 6.1
            self._refuse(400)
        if method == b"CONNECT":
            self._refuse(405)

    def body(self) -> None:
        """A part of the body."""
        self._kept = 0

    def no_body(self) -> None:
        """This request must not have one."""
        if self._names:
            self._refuse(400)

    def done(self) -> None:
        """The request is complete."""
        self._kept = 0
        self.under_way = False

    def _add(self, size: int, status: int) -> None:
        self._kept = 0
        self._bytes += size
        if self._bytes > self._max_bytes:
            self._refuse(status)

    def _refuse(self, status: int) -> None:
        self.status = status
        raise BadRequestError
