"""RFC 6455, along the families of Autobahn's test-suite, against the echo server."""

import random
import struct

import pytest

from unit.server.gateway.peer import (
    BINARY,
    CLOSE,
    CONT,
    PING,
    PONG,
    TEXT,
    Event,
    Peer,
    close_frame,
    closing,
    code_of,
    frame,
)

MIB = 1024 * 1024
BYE = close_frame(1000)
CHOPS = [None, 1, 7]

HELLO = "Hello-µ@ßöäüàá-UTF-8!!".encode()
GREEK = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5"

# Kuhn's list of sequences that are not UTF-8 (families 6.3, 6.4, 6.8, 6.10 to 6.21).
NOT_UTF8 = [
    GREEK + b"\xed\xa0\x80edited",
    GREEK + b"\xf4\x90\x80\x80edited",
    b"\x80",
    b"\xbf",
    b"\x80\xbf\x80\xbf\x80\xbf",
    bytes(range(0x80, 0xC0)),
    b" ".join(bytes((b,)) for b in range(0xC0, 0xE0)),
    b" ".join(bytes((b,)) for b in range(0xE0, 0xF0)),
    b" ".join(bytes((b,)) for b in range(0xF0, 0xF8)),
    b"\xf8\x88\x80\x80\x80",
    b"\xfc\x84\x80\x80\x80\x80",
    b"\xfb\xbf\xbf\xbf\xbf",
    b"\xfd\xbf\xbf\xbf\xbf\xbf",
    b"\xf7\xbf\xbf\xbf",
    b"\xc0",
    b"\xe0\x80",
    b"\xf0\x80\x80",
    b"\xce",  # a text that stops within a character
    GREEK[:-1],
    b"\xfe",
    b"\xff",
    b"\xfe\xfe\xff\xff",
    b"\xc0\xaf",
    b"\xe0\x80\xaf",
    b"\xf0\x80\x80\xaf",
    b"\xc1\xbf",
    b"\xe0\x9f\xbf",
    b"\xf0\x8f\xbf\xbf",
    b"\xc0\x80",
    b"\xe0\x80\x80",
    b"\xf0\x80\x80\x80",
    b"\xed\xa0\x80",
    b"\xed\xad\xbf",
    b"\xed\xae\x80",
    b"\xed\xaf\xbf",
    b"\xed\xb0\x80",
    b"\xed\xbe\x80",
    b"\xed\xbf\xbf",
    b"\xed\xa0\x80\xed\xb0\x80",
    b"\xed\xaf\xbf\xed\xbf\xbf",
    b"\xf4\x90\x80\x80",
]

# First and last of each length, non-characters and all (families 6.5, 6.7, 6.9, 6.22, 6.23).
SOUND_UTF8 = [
    b"",
    HELLO,
    GREEK,
    b"\x00",
    b"\x7f",
    b"\xc2\x80",
    b"\xdf\xbf",
    b"\xe0\xa0\x80",
    b"\xed\x9f\xbf",
    b"\xee\x80\x80",
    b"\xef\xbf\xbd",
    b"\xef\xbf\xbe",
    b"\xef\xbf\xbf",
    b"\xf0\x90\x80\x80",
    b"\xf4\x8f\xbf\xbf",
    *(chr(plane << 16 | 0xFFFE | low).encode() for plane in range(17) for low in (0, 1)),
]


def converse(port: int, said: bytes, chop: int | None = None) -> list[Event]:
    """Say something, and listen to the end."""
    with Peer.upgraded(port) as peer:
        peer.send(said, chop)
        return peer.until_end()


def is_echoed(port: int, said: bytes, expected: list[Event], chop: int | None = None) -> None:
    """What is said is answered, and the connection ends in good order."""
    assert converse(port, said + BYE, chop) == [*expected, closing(1000)]


def fails(port: int, said: bytes, code: int, before: list[Event], chop: int | None = None) -> None:
    """What was sound is answered, and the rest fails the connection."""
    *events, last = converse(port, said, chop)
    assert events == before
    assert code_of(last) == code


# --- 1: framing -------------------------------------------------------------------------------

SIZES = [0, 1, 124, 125, 126, 127, 128, 65534, 65535, 65536]


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("size", SIZES)
def test_1_any_length_is_echoed(echo_port: int, opcode: int, size: int) -> None:
    payload = b"*" * size
    is_echoed(echo_port, frame(opcode, payload), [(opcode, payload)])


@pytest.mark.parametrize("size", SIZES)
def test_1_8_in_pieces_of_997(echo_port: int, size: int) -> None:
    payload = random.Random(size).randbytes(size)
    is_echoed(echo_port, frame(BINARY, payload), [(BINARY, payload)], chop=997)


def test_1_lengths_must_be_minimal(echo_port: int) -> None:
    for head in (b"\x81\xfe\x00\x05", b"\x81\xff" + struct.pack("!Q", 5)):
        fails(echo_port, head + b"mask" + b"\0" * 5, 1002, [])


def test_1_a_length_has_63_bits(echo_port: int) -> None:
    fails(echo_port, b"\x82\xff" + b"\xff" * 8 + b"mask", 1002, [])


# --- 2: pings and pongs -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "payload", [b"", b"Hello, world!", b"\x00\xff\xfe\xfd\x00\xff", b"x" * 125]
)
@pytest.mark.parametrize("chop", CHOPS)
def test_2_a_ping_is_answered(echo_port: int, payload: bytes, chop: int | None) -> None:
    is_echoed(echo_port, frame(PING, payload), [(PONG, payload)], chop)


def test_2_5_a_ping_of_126_bytes_fails(echo_port: int) -> None:
    fails(echo_port, frame(PING, b"x" * 126), 1002, [])


def test_2_7_unasked_pongs_are_ignored(echo_port: int) -> None:
    said = frame(PONG) + frame(PONG, b"unasked") + frame(PING, b"asked")
    is_echoed(echo_port, said, [(PONG, b"asked")])


@pytest.mark.parametrize("chop", CHOPS)
def test_2_10_ten_pings_are_answered_in_order(echo_port: int, chop: int | None) -> None:
    payloads = [b"payload-%d" % i for i in range(10)]
    said = b"".join(frame(PING, payload) for payload in payloads)
    is_echoed(echo_port, said, [(PONG, payload) for payload in payloads], chop)


# --- 3 and 4: reserved bits and opcodes -------------------------------------------------------


@pytest.mark.parametrize("rsv", range(1, 8))
@pytest.mark.parametrize("opcode", [TEXT, BINARY, PING, PONG, CLOSE])
def test_3_reserved_bits_fail(echo_port: int, opcode: int, rsv: int) -> None:
    said = frame(TEXT, HELLO) + frame(opcode, b"", rsv=rsv) + frame(PING)
    fails(echo_port, said, 1002, [(TEXT, HELLO)])


@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
@pytest.mark.parametrize("payload", [b"", b"reserved"])
@pytest.mark.parametrize("chop", [None, 1])
def test_4_reserved_opcodes_fail(
    echo_port: int, opcode: int, payload: bytes, chop: int | None
) -> None:
    said = frame(TEXT, HELLO) + frame(opcode, payload) + frame(PING)
    fails(echo_port, said, 1002, [(TEXT, HELLO)], chop)


def test_a_frame_without_mask_fails(echo_port: int) -> None:
    fails(echo_port, frame(TEXT, b"x") + frame(TEXT, b"y", masked=False), 1002, [(TEXT, b"x")])


# --- 5: fragments -----------------------------------------------------------------------------

F1, F2 = frame(TEXT, b"fragment1", fin=False), frame(CONT, b"fragment2")
BOTH = (TEXT, b"fragment1fragment2")


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
def test_5_1_control_frames_are_whole(echo_port: int, opcode: int) -> None:
    fails(echo_port, frame(opcode, b"", fin=False) + frame(CONT, b""), 1002, [])


@pytest.mark.parametrize("chop", CHOPS)
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (F1 + F2, [BOTH]),
        (F1 + frame(PING, b"p") + F2, [(PONG, b"p"), BOTH]),
        (F1 + frame(PONG, b"p") + F2, [BOTH]),
        (frame(TEXT, fin=False) + frame(CONT, fin=False) + frame(CONT), [(TEXT, b"")]),
        (frame(TEXT, fin=False) + frame(CONT, b"x", fin=False) + frame(CONT), [(TEXT, b"x")]),
        (frame(BINARY, b"\xff", fin=False) + frame(CONT, b"\x00"), [(BINARY, b"\xff\x00")]),
        (F1 + F2 + F1 + F2 + frame(BINARY, b"z"), [BOTH, BOTH, (BINARY, b"z")]),
        (
            F1
            + frame(CONT, b"2", fin=False)
            + frame(PING, b"one")
            + frame(CONT, b"3", fin=False)
            + frame(PING, b"two")
            + frame(CONT, b"4"),
            [(PONG, b"one"), (PONG, b"two"), (TEXT, b"fragment1234")],
        ),
    ],
)
def test_5_fragments_become_messages(
    echo_port: int, said: bytes, expected: list[Event], chop: int | None
) -> None:
    is_echoed(echo_port, said, expected, chop)


@pytest.mark.parametrize("chop", CHOPS)
@pytest.mark.parametrize(
    ("said", "before"),
    [
        (frame(CONT, b"of nothing") + frame(TEXT, b"x"), []),
        (frame(CONT, b"of nothing", fin=False) + frame(TEXT, b"x"), []),
        (F1 + F2 + frame(CONT, b"again", fin=False), [BOTH]),
        (F1 + frame(TEXT, b"inside"), []),
        (F1 + frame(BINARY, b"inside"), []),
        (F1 + frame(TEXT, b"inside", fin=False), []),
    ],
)
def test_5_disorder_fails(
    echo_port: int, said: bytes, before: list[Event], chop: int | None
) -> None:
    fails(echo_port, said, 1002, before, chop)


# --- 6: UTF-8 ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", SOUND_UTF8, ids=bytes.hex)
def test_6_sound_text_in_any_fragments(echo_port: int, text: bytes) -> None:
    said = frame(TEXT, text) + fragmented(text, 1)
    is_echoed(echo_port, said, [(TEXT, text), (TEXT, text)])


@pytest.mark.parametrize("text", NOT_UTF8, ids=bytes.hex)
def test_6_bad_text_fails(echo_port: int, text: bytes) -> None:
    fails(echo_port, frame(TEXT, text), 1007, [])
    fails(echo_port, fragmented(text, 1), 1007, [])
    fails(echo_port, fragmented(text, 2), 1007, [])


@pytest.mark.parametrize("text", NOT_UTF8, ids=bytes.hex)
def test_6_binary_is_not_text(echo_port: int, text: bytes) -> None:
    is_echoed(echo_port, frame(BINARY, text) + fragmented(text, 1, BINARY), [(BINARY, text)] * 2)


def test_6_4_text_fails_at_the_first_bad_fragment(echo_port: int) -> None:
    with Peer.upgraded(echo_port) as peer:
        peer.send(frame(TEXT, GREEK, fin=False) + frame(CONT, b"\xf4\x90", fin=False))
        assert [code_of(event) for event in peer.until_end()] == [1007]


def fragmented(data: bytes, size: int, opcode: int = TEXT) -> bytes:
    parts = [data[at : at + size] for at in range(0, len(data), size)] or [b""]
    last = len(parts) - 1
    return b"".join(
        frame(CONT if i else opcode, part, fin=i == last) for i, part in enumerate(parts)
    )


# --- 7: closing -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "behind",
    [b"", frame(TEXT, b"late"), frame(PING), close_frame(1000), F2, b"\xff\xff\xff"],
    ids=["nothing", "text", "ping", "close", "fragment", "garbage"],
)
@pytest.mark.parametrize("chop", [None, 1])
def test_7_1_nothing_counts_behind_a_close(echo_port: int, behind: bytes, chop: int | None) -> None:
    said = frame(TEXT, HELLO) + BYE + behind
    assert converse(echo_port, said, chop) == [(TEXT, HELLO), closing(1000)]


def test_7_1_5_a_close_ends_a_message_under_way(echo_port: int) -> None:
    assert converse(echo_port, F1 + BYE + F2) == [closing(1000)]


def test_7_3_1_an_empty_close_is_a_normal_one(echo_port: int) -> None:
    assert converse(echo_port, frame(CLOSE)) == [closing(1000)]


def test_7_3_2_a_close_of_one_byte_fails(echo_port: int) -> None:
    fails(echo_port, frame(CLOSE, b"a"), 1002, [])


@pytest.mark.parametrize("reason", [b"", b"Hello World!", b"*" * 123, HELLO])
def test_7_3_a_close_with_a_reason(echo_port: int, reason: bytes) -> None:
    assert converse(echo_port, close_frame(1000, reason)) == [closing(1000)]


def test_7_3_6_a_reason_that_is_too_long_fails(echo_port: int) -> None:
    fails(echo_port, close_frame(1000, b"*" * 124), 1002, [])


@pytest.mark.parametrize("reason", NOT_UTF8[:12], ids=bytes.hex)
def test_7_5_a_bad_reason_fails(echo_port: int, reason: bytes) -> None:
    fails(echo_port, close_frame(1000, reason), 1007, [])


SOUND_CODES = [1000, 1001, 1002, 1003, *range(1007, 1015), 3000, 3999, 4000, 4999]
BAD_CODES = [0, 1, 255, 256, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535]


@pytest.mark.parametrize("code", SOUND_CODES)
def test_7_7_sound_codes_are_echoed(echo_port: int, code: int) -> None:
    assert converse(echo_port, close_frame(code)) == [closing(code)]


@pytest.mark.parametrize("code", BAD_CODES)
def test_7_9_bad_codes_fail(echo_port: int, code: int) -> None:
    fails(echo_port, close_frame(code), 1002, [])


# --- 9 and 10: large messages -----------------------------------------------------------------


@pytest.mark.parametrize("size", [64 * 1024, MIB, 16 * MIB])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_9_1_large_messages(echo_port: int, opcode: int, size: int) -> None:
    payload = b"Large " * (size // 6)
    with Peer.upgraded(echo_port) as peer:
        peer.send(frame(opcode, payload))
        assert peer.next() == (opcode, payload)
        peer.send(BYE)
        assert peer.until_end() == [closing(1000)]


@pytest.mark.parametrize("fragment", [256, 4096, 65536, MIB])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_9_3_a_mebibyte_in_fragments(echo_port: int, opcode: int, fragment: int) -> None:
    payload = b"*" * MIB
    with Peer.upgraded(echo_port) as peer:
        peer.send(fragmented(payload, fragment, opcode))
        assert peer.next() == (opcode, payload)
        peer.send(BYE)
        assert peer.until_end() == [closing(1000)]


@pytest.mark.parametrize("chop", [64, 1024, 8192])
def test_9_5_a_large_message_in_pieces(echo_port: int, chop: int) -> None:
    payload = b"\xc3\xa4" * (MIB // 8)
    with Peer.upgraded(echo_port) as peer:
        peer.send(frame(TEXT, payload), chop)
        assert peer.next() == (TEXT, payload)


def test_9_7_a_thousand_messages_in_order(echo_port: int) -> None:
    payloads = [b"%d" % i for i in range(1000)]
    with Peer.upgraded(echo_port) as peer:
        peer.send(b"".join(frame(TEXT, payload) for payload in payloads))
        assert [peer.next() for _ in payloads] == [(TEXT, payload) for payload in payloads]


def test_10_1_a_message_in_auto_fragments(echo_port: int) -> None:
    is_echoed(echo_port, fragmented(b"*" * 65536, 1300), [(TEXT, b"*" * 65536)])
