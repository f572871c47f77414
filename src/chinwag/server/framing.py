"""Frames as a server writes them (RFC 6455, section 5.2): ready to be shared by all sockets."""

from typing import Final

FIN: Final = 0x80
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA


def frame(opcode: int, payload: bytes) -> bytes:
    """One final, unmasked frame."""
    size = len(payload)
    if size < 126:
        return bytes((FIN | opcode, size)) + payload
    if size < 65536:
        return bytes((FIN | opcode, 126, size >> 8, size & 0xFF)) + payload
    return bytes((FIN | opcode, 127)) + size.to_bytes(8, "big") + payload


def frame_text(payload: bytes) -> bytes:
    """A text message in one frame. The payload must be UTF-8; it is not checked."""
    return frame(TEXT, payload)


def frame_binary(payload: bytes) -> bytes:
    """A binary message in one frame."""
    return frame(BINARY, payload)
