"""The socket's bounds, its writer, and the order of its end."""

import gc
import time

import psutil
import pytest

from chinwag.server.framing import frame_text
from chinwag.server.gateway.limits import Limits
from unit.server.gateway.conftest import Running, Serve, Shared
from unit.server.gateway.endpoints import Door
from unit.server.gateway.peer import (
    CONT,
    PING,
    PONG,
    TEXT,
    Peer,
    close_frame,
    closing,
    code_of,
    eventually,
    frame,
)

MIB = 1024 * 1024


def resident() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)


def empty(server: Running) -> bool:
    return server.connections() == 0


# --- messages in ------------------------------------------------------------------------------


def test_frames_right_behind_the_head_are_kept(shared: Shared) -> None:
    door = shared.new_door()
    behind = b"".join(frame(TEXT, b"%d" % i) for i in range(5000))
    with Peer.upgraded(shared.port, behind) as peer:
        assert [peer.next() for _ in range(5000)] == [(TEXT, b"%d" % i) for i in range(5000)]
    assert door.next()[0] == "opened"


def test_a_frame_over_the_limit_is_too_big(serve: Serve) -> None:
    server = serve((door := Door()).admit, None, Limits(max_frame=1000))
    with Peer.upgraded(server.port) as peer:
        peer.send(frame(TEXT, b"x" * 1000) + frame(TEXT, b"y" * 1001))
        assert peer.next() == (TEXT, b"x" * 1000)
        assert [code_of(event) for event in peer.until_end()] == [1009]
    assert door.next()[0] == "opened"
    assert door.next()[0] == "text"
    assert door.next()[:2] == ("closed", 1009)


def test_a_message_over_the_limit_is_too_big(serve: Serve) -> None:
    server = serve(Door().admit, None, Limits(max_message=1000))
    with Peer.upgraded(server.port) as peer:
        peer.send(frame(TEXT, b"x" * 600, fin=False) + frame(CONT, b"x" * 401, fin=False))
        assert [code_of(event) for event in peer.until_end()] == [1009]


def test_one_byte_fragments_are_bounded(serve: Serve) -> None:
    server = serve(Door().admit, None, Limits(max_fragments=64))
    with Peer.upgraded(server.port) as peer:
        message = frame(TEXT, b"a", fin=False) + frame(CONT, b"a", fin=False) * 62 + frame(CONT)
        peer.send(message)
        assert peer.next() == (TEXT, b"a" * 63)
        peer.send(frame(TEXT, b"a", fin=False) + frame(CONT, b"a", fin=False) * 100_000)
        assert [code_of(event) for event in peer.until_end()] == [1009]


def test_text_is_left_to_the_decoder_unless_asked(shared: Shared) -> None:
    door = shared.new_door()
    with Peer.upgraded(shared.port) as peer:
        peer.send(frame(TEXT, b"\xff"))
        assert peer.next() == (TEXT, b"\xff")
    door.recorder()
    assert door.next() == ("text", b"\xff")


def test_a_grown_read_buffer_is_given_back(serve: Serve) -> None:
    limits = Limits(max_frame=4 * MIB, max_message=4 * MIB, calm_after=0.2)
    limits_of_outbox = Limits(
        max_frame=4 * MIB, calm_after=limits.calm_after, outbox_bytes=16 * MIB
    )
    server = serve((door := Door()).admit, None, limits_of_outbox)
    with Peer.upgraded(server.port) as peer:
        socket = door.recorder().socket
        first = socket._parser
        peer.send(frame(TEXT, b"x" * 3 * MIB))
        assert peer.next() == (TEXT, b"x" * 3 * MIB)
        assert eventually(lambda: socket._parser is not first)
        assert len(socket._parser.get_buffer(-1)) < 2048
        peer.send(frame(TEXT, b"and on"))
        assert peer.next() == (TEXT, b"and on")


def test_a_buffer_is_not_given_back_inside_a_frame(serve: Serve) -> None:
    server = serve((door := Door()).admit, None, Limits(calm_after=0.1))
    large = frame(TEXT, b"x" * 60_000)
    with Peer.upgraded(server.port) as peer:
        socket = door.recorder().socket
        first = socket._parser
        peer.send(frame(TEXT, b"y" * 60_000) + large[:50_000])
        assert peer.next() == (TEXT, b"y" * 60_000)
        time.sleep(0.5)
        assert socket._parser is first
        peer.send(large[50_000:])
        assert peer.next() == (TEXT, b"x" * 60_000)
        assert eventually(lambda: socket._parser is not first)


def test_a_fast_sender_does_not_grow_the_buffer(serve: Serve) -> None:
    server = serve((door := Door()).admit, None, Limits(read_quantum=16 * 1024))
    said = b"".join(frame(TEXT, b"x" * 50) for _ in range(1000))
    with Peer.upgraded(server.port) as peer:
        socket = door.recorder().socket
        for _ in range(20):
            peer.send(said)
            for _ in range(1000):
                assert peer.next() == (TEXT, b"x" * 50)
        bound = 64 * 1024  # a quantum and a part of a frame fill less than 90 % of it
        assert server.call(lambda: socket._parser._parsed is socket)
        assert len(type(socket._parser).__mro__[1].get_buffer(socket._parser, -1)) <= bound


def test_an_endpoint_that_raises_costs_its_socket_only(shared: Shared) -> None:
    door = shared.new_door()
    with Peer.upgraded(shared.port) as bad, Peer.upgraded(shared.port) as good:
        bad.send(frame(TEXT, b"raise"))
        assert [code_of(event) for event in bad.until_end()] == [1011]
        good.send(frame(TEXT, b"still here"))
        assert good.next() == (TEXT, b"still here")
    assert door.recorder()


# --- the writer -------------------------------------------------------------------------------


def test_a_client_that_never_reads_is_cut(serve: Serve) -> None:
    limits = Limits(outbox_bytes=MIB, linger=0.2)
    server = serve((door := Door()).admit, None, limits)
    with Peer.upgraded(server.port, receive_buffer=4096) as peer:
        peer.send(frame(TEXT, b"flood 1"))
        recorder = door.recorder()
        before = resident()
        piece = frame_text(b"x" * 50_000)
        for _ in range(1200):  # 60 MB
            server.call(recorder.socket.send, piece)
        assert resident() - before < 8 * MIB
        assert door.next() == ("closed", 4008, "behind")
        assert recorder.socket.closed
        assert eventually(lambda: empty(server))
    assert recorder.closings == 1


def test_a_cut_client_is_told_why(serve: Serve) -> None:
    server = serve((door := Door()).admit, None, Limits(outbox_bytes=256 * 1024, linger=10))
    with Peer.upgraded(server.port, receive_buffer=4096) as peer:
        peer.send(frame(TEXT, b"flood 20000"))  # more than the kernel takes
        events = peer.until_end()
    assert events[-1] == closing(4008, b"behind")
    assert door.recorder()
    assert door.next() == ("closed", 4008, "behind")


def test_many_tiny_frames_are_bounded_too(serve: Serve) -> None:
    limits = Limits(outbox_bytes=64 * MIB, outbox_frames=100)
    server = serve((door := Door()).admit, None, limits)
    with Peer.upgraded(server.port, receive_buffer=4096):
        socket = door.recorder().socket
        server.call(socket.send, frame_text(b"x" * 16 * MIB))  # more than the kernel takes

        def fill() -> list[bool]:
            return [socket.send(frame_text(b"")) for _ in range(102)]

        assert server.call(fill) == [True] * 100 + [False] * 2
        assert door.next() == ("closed", 4008, "behind")


def test_who_takes_what_it_asks_for_is_not_cut(serve: Serve) -> None:
    server = serve(Door().admit, None, Limits(outbox_frames=100))
    with Peer.upgraded(server.port) as peer:
        peer.send(frame(TEXT, b"x") * 5000)
        assert [peer.next() for _ in range(5000)] == [(TEXT, b"x")] * 5000


def test_a_client_that_only_asks_is_not_read(serve: Serve) -> None:
    """Echoes of a flood do not grow without bound: what is not taken is not asked for."""
    server = serve((door := Door()).admit, None, Limits(outbox_bytes=4 * MIB))
    with Peer.upgraded(server.port, receive_buffer=4096) as peer:
        door.recorder()
        before = resident()
        peer.sock.settimeout(0.5)
        said = frame(TEXT, b"x" * 60_000)
        with pytest.raises(TimeoutError):
            peer.sock.sendall(said * 2000)
        assert resident() - before < 16 * MIB
        assert server.connections() == 1


def test_frames_of_a_tick_keep_their_order(shared: Shared) -> None:
    door = shared.new_door()
    with Peer.upgraded(shared.port) as peer:
        socket = door.recorder().socket

        def fill() -> None:
            for i in range(3000):
                socket.send(frame_text(b"%d" % i))

        shared.call(fill)
        assert [peer.next() for _ in range(3000)] == [(TEXT, b"%d" % i) for i in range(3000)]


def test_one_frame_serves_many_sockets(shared: Shared) -> None:
    door = shared.new_door()
    peers = [Peer.upgraded(shared.port) for _ in range(20)]
    sockets = [door.recorder().socket for _ in peers]
    notice = frame_text(b"to all of you")
    shared.call(lambda: [socket.send(notice) for socket in sockets])
    for peer in peers:
        assert peer.next() == (TEXT, b"to all of you")
        peer.sock.close()


# --- pings ------------------------------------------------------------------------------------


def test_a_ping_flood_is_stopped(serve: Serve) -> None:
    server = serve((door := Door()).admit, None, Limits(control_burst=50, control_rate=1))
    with Peer.upgraded(server.port) as peer:
        peer.send(frame(PING) * 5000)
        *pongs, last = peer.until_end()
        assert len(pongs) <= 100
        assert code_of(last) == 1008
    assert door.recorder()


def test_pings_of_a_client_that_does_not_read_cost_no_memory(serve: Serve) -> None:
    limits = Limits(control_burst=10**9, control_rate=1e9)
    server = serve((door := Door()).admit, None, limits)
    with Peer.upgraded(server.port, receive_buffer=4096) as peer:
        door.recorder()
        before = resident()
        peer.sock.settimeout(0.5)
        said = frame(PING, b"x" * 125) * 1000
        try:
            for _ in range(300):
                peer.sock.sendall(said)
        except TimeoutError:
            pass  # the server stopped reading, as it may
        assert resident() - before < 16 * MIB
        assert server.connections() == 1


def test_when_backed_up_the_latest_ping_is_answered(serve: Serve) -> None:
    limits = Limits(control_burst=10**6, control_rate=1e6)
    server = serve(Door().admit, None, limits)
    with Peer.upgraded(server.port) as peer:
        peer.send(b"".join(frame(PING, b"%d" % i) for i in range(500)) + close_frame(1000))
        *pongs, last = peer.until_end()
        assert last == closing(1000)
        numbers = [int(payload) for opcode, payload in pongs if opcode == PONG]
        assert numbers == sorted(numbers)
        assert len(numbers) == len(pongs)


def test_a_silent_client_is_pinged_and_given_up(serve: Serve) -> None:
    server = serve((door := Door()).admit, None, Limits(ping_interval=0.2, ping_timeout=0.5))
    with Peer.upgraded(server.port) as peer:
        for _ in range(3):
            assert peer.next() == (PING, b"")
            peer.send(frame(PONG))
        assert peer.next() == (PING, b"")
        assert [code_of(event) for event in peer.until_end()] == [1011]
    assert door.recorder()
    assert door.next() == ("closed", 1011, "no answer to ping")


# --- the end ----------------------------------------------------------------------------------


def test_close_comes_behind_what_was_sent(shared: Shared) -> None:
    door = shared.new_door()
    with Peer.upgraded(shared.port) as peer:
        peer.send(frame(TEXT, b"close 4001") + frame(TEXT, b"not heard"))
        assert peer.next() == (TEXT, b"before")
        assert peer.next() == closing(4001, b"asked to")
        peer.send(close_frame(4001))
        assert peer.ended()
    recorder = door.recorder()
    assert door.next() == ("closed", 4001, "asked to")
    assert door.happened.empty()
    assert recorder.closings == 1


def test_a_close_without_answer_is_dropped(serve: Serve) -> None:
    server = serve((door := Door()).admit, None, Limits(close_timeout=0.3))
    with Peer.upgraded(server.port) as peer:
        peer.send(frame(TEXT, b"close 1000"))
        assert peer.until_end() == [(TEXT, b"before"), closing(1000, b"asked to")]
    door.recorder()
    assert door.next() == ("closed", 1000, "asked to")
    assert eventually(lambda: empty(server))


@pytest.mark.parametrize("code", [1000, 1001, 4001])
def test_the_peers_code_and_reason_are_told(serve: Serve, code: int) -> None:
    server = serve((door := Door()).admit)
    with Peer.upgraded(server.port) as peer:
        peer.send(close_frame(code, "wéil".encode()))
        assert peer.until_end() == [closing(code)]
    recorder = door.recorder()
    assert door.next() == ("closed", code, "wéil")
    assert eventually(lambda: empty(server))
    assert recorder.closings == 1


def test_an_empty_close_is_told_as_1005(shared: Shared) -> None:
    door = shared.new_door()
    with Peer.upgraded(shared.port) as peer:
        peer.send(frame(8))
        assert peer.until_end() == [closing(1000)]
    door.recorder()
    assert door.next() == ("closed", 1005, "")


def test_a_broken_connection_is_told_as_1006(serve: Serve) -> None:
    server = serve((door := Door()).admit)
    with Peer.upgraded(server.port):
        recorder = door.recorder()
    assert door.next() == ("closed", 1006, "")
    assert eventually(lambda: empty(server))
    assert recorder.closings == 1


def test_close_reaches_a_client_that_is_still_sending(serve: Serve) -> None:
    """A reset because of unread input must not overtake the close frame."""
    server = serve(Door().admit, None, Limits(max_frame=1000))
    for _ in range(20):
        with Peer.upgraded(server.port) as peer:
            peer.send(frame(TEXT, b"x" * 500_000))
            assert [code_of(event) for event in peer.until_end()] == [1009]


def test_a_client_that_never_hangs_up_is_dropped(serve: Serve) -> None:
    server = serve(Door().admit, None, Limits(linger=0.2))
    with Peer.upgraded(server.port) as peer:
        peer.send(frame(3))
        assert code_of(peer.next() or (0, b"")) == 1002
        assert eventually(lambda: empty(server))


def test_reading_can_be_paused_from_above(shared: Shared) -> None:
    door = shared.new_door()
    with Peer.upgraded(shared.port) as peer:
        socket = door.recorder().socket
        shared.call(socket.pause_reading)
        peer.send(frame(TEXT, b"waits"))
        time.sleep(0.3)
        assert door.happened.empty()
        shared.call(socket.resume_reading)
        assert door.next() == ("text", b"waits")


def test_a_stop_says_goodbye_then_1012(serve: Serve) -> None:
    server = serve((door := Door()).admit)
    with Peer.upgraded(server.port) as peer:
        door.recorder()
        server.server.should_exit = True
        assert peer.next() == (TEXT, b"goodbye")
        assert code_of(peer.next() or (0, b"")) == 1012
        peer.send(close_frame(1012))
        assert peer.ended()
        server.stop()
    assert door.next() == ("closed", 1012, "server restarts")


def test_a_stop_does_not_wait_for_the_deaf(serve: Serve) -> None:
    server = serve((door := Door()).admit, None, Limits(shutdown_grace=0.3))
    with Peer.upgraded(server.port):
        door.recorder()
        server.stop()
    assert door.next()[:2] == ("closed", 1012)
