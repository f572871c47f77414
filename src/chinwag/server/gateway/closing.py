"""What a close frame may say (RFC 6455, section 7.4), and the codes the socket layer uses."""

from chinwag.server.framing import CLOSE, frame

NORMAL = 1000
PROTOCOL_ERROR = 1002
NO_STATUS = 1005
ABNORMAL = 1006
NOT_UTF8 = 1007
POLICY = 1008
TOO_BIG = 1009
INTERNAL_ERROR = 1011
RESTART = 1012

_MAX_REASON = 123  # a control frame carries 125 bytes, two of them the code
_REGISTERED = frozenset((1000, 1001, 1002, 1003, *range(1007, 1015)))


class ViolationError(Exception):
    """The peer broke the protocol: the connection fails with this code and reason (7.1.7)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


def frame_close(code: int, reason: str = "") -> bytes:
    """A close frame. `NO_STATUS` makes an empty one; too long a reason is cut short."""
    if code == NO_STATUS:
        return frame(CLOSE, b"")
    text = reason.encode("utf-8", "replace")[:_MAX_REASON]
    return frame(CLOSE, code.to_bytes(2, "big") + text.decode("utf-8", "ignore").encode())


def may_be_sent(code: int) -> bool:
    """Whether a close frame may carry this code (RFC 6455, 7.4, and its registry)."""
    return code in _REGISTERED or 3000 <= code <= 4999


def read_close(payload: bytes) -> tuple[int, str]:
    """Code and reason of a peer's close frame; `NO_STATUS` if it is empty (7.1.5)."""
    if not payload:
        return NO_STATUS, ""
    if len(payload) == 1:
        raise ViolationError(PROTOCOL_ERROR, "close frame of one byte")
    code = int.from_bytes(payload[:2], "big")
    if not may_be_sent(code):
        raise ViolationError(PROTOCOL_ERROR, "invalid close code")
    try:
        return code, payload[2:].decode()
    except UnicodeDecodeError:
        raise ViolationError(NOT_UTF8, "close reason is not UTF-8") from None
