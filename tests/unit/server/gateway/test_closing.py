"""What a server writes, and what it reads in a close frame."""

import pytest

from chinwag.server.framing import frame_text
from chinwag.server.gateway import closing
from chinwag.server.gateway.closing import ViolationError, frame_close, read_close


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0, "8100"),
        (125, "817d"),
        (126, "817e007e"),
        (65535, "817effff"),
        (65536, "817f0000000000010000"),
    ],
)
def test_lengths_are_minimal(size: int, head: str) -> None:
    assert frame_text(b"x" * size) == bytes.fromhex(head) + b"x" * size


def test_a_long_reason_is_cut_between_characters() -> None:
    close = frame_close(4000, "ä" * 100)
    assert close[1] <= 125
    assert read_close(close[2:]) == (4000, "ä" * 61)


def test_no_status_is_an_empty_close() -> None:
    assert frame_close(closing.NO_STATUS) == b"\x88\x00"
    assert read_close(b"") == (closing.NO_STATUS, "")


@pytest.mark.parametrize(
    ("payload", "code"),
    [(b"\x03", 1002), (b"\x03\xed", 1002), (b"\x00\x00", 1002), (b"\x03\xe8\xff", 1007)],
)
def test_bad_close_frames(payload: bytes, code: int) -> None:
    with pytest.raises(ViolationError) as raised:
        read_close(payload)
    assert raised.value.code == code
