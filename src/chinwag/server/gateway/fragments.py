"""A message that arrives in fragments (RFC 6455, section 5.4), put together under two caps."""

import codecs

from chinwag.server.framing import BINARY, TEXT
from chinwag.server.gateway.closing import NOT_UTF8, PROTOCOL_ERROR, TOO_BIG, ViolationError
from chinwag.server.gateway.limits import Limits

_Utf8 = codecs.getincrementaldecoder("utf-8")


class Fragments:
    """The fragments of one message so far. It lives only while that message is under way."""

    __slots__ = ("_count", "_data", "_limits", "_utf8", "opcode")

    def __init__(self, opcode: int, limits: Limits) -> None:
        self.opcode = opcode
        self._limits = limits
        self._data = bytearray()  # one buffer: one-byte fragments must not become objects
        self._count = 0
        self._utf8 = _Utf8() if limits.validate_utf8 and opcode == TEXT else None

    def add(self, payload: memoryview, *, final: bool) -> bytearray | None:
        """Take a fragment; returns the whole message with the last one.

        Text is checked fragment by fragment, so that bad text fails at the first bad byte.
        """
        self._count += 1
        if self._count > self._limits.max_fragments:
            raise ViolationError(TOO_BIG, "too many fragments")
        if len(self._data) + len(payload) > self._limits.max_message:
            raise ViolationError(TOO_BIG, "message too big")
        if self._utf8 is not None:
            try:
                self._utf8.decode(payload, final)
            except UnicodeDecodeError:
                raise ViolationError(NOT_UTF8, "text is not UTF-8") from None
        self._data += payload
        return self._data if final else None


def check_order(under_way: bool, opcode: int) -> None:
    """A continuation needs a beginning, and a new message must wait for the end of the last."""
    if under_way and opcode in (TEXT, BINARY):
        raise ViolationError(PROTOCOL_ERROR, "new message inside a fragmented one")
    if not under_way and opcode not in (TEXT, BINARY):
        raise ViolationError(PROTOCOL_ERROR, "continuation of nothing")
