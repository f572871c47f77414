"""One port: HTTP beside WebSockets, and what strangers may not do."""

import asyncio
import socket
import threading
import time

import pytest
import websockets.sync.client

from chinwag.server.gateway.limits import PortLimits
from chinwag.server.gateway.upgrade import Accepted, Admission, Refused, UpgradeRequest
from unit.server.gateway.conftest import Serve, Shared
from unit.server.gateway.endpoints import Door
from unit.server.gateway.peer import TEXT, Peer, eventually, frame, upgrade_head

GET = b"GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\n"


def answer(port: int, said: bytes) -> int:
    """The status of the answer; 0 if there is none. Either way the connection must end."""
    with Peer(port) as peer:
        peer.send(said)
        try:
            status, headers, _ = peer.response()
        except EOFError:
            return 0
        assert headers["connection"] == "close"
        assert peer.ended()
        return status


# --- HTTP beside WebSockets -------------------------------------------------------------------


def test_requests_then_an_upgrade_on_one_connection(shared: Shared) -> None:
    with Peer(shared.port) as peer:
        for _ in range(2):
            peer.send(GET)
            assert peer.response()[0::2] == (200, b"/hello 0")
        peer.send(upgrade_head())
        assert peer.response()[0] == 101
        peer.send(frame(TEXT, b"hello"))
        assert peer.next() == (TEXT, b"hello")


def test_pipelined_requests_are_answered_in_order(shared: Shared) -> None:
    with Peer(shared.port) as peer:
        peer.send(GET + POST + b"Content-Length: 3\r\n\r\nabc" + GET)
        assert [peer.response()[2] for _ in range(3)] == [b"/hello 0", b"/ 3", b"/hello 0"]


def test_chunked_bodies_and_their_trailers(shared: Shared) -> None:
    with Peer(shared.port) as peer:
        chunks = b"3\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: ignored\r\n\r\n"
        peer.send(POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)
        assert peer.response()[0::2] == (200, b"/ 5")


@pytest.mark.parametrize("connection", ["Upgrade", "upgrade", "keep-alive, Upgrade"])
def test_browsers_say_connection_in_different_ways(shared: Shared, connection: str) -> None:
    with Peer(shared.port) as peer:
        peer.send(upgrade_head(connection=connection))
        status, headers, _ = peer.response()
        assert status == 101
        assert headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455, 1.3


def test_two_connection_lines_are_one_list(shared: Shared) -> None:
    with Peer(shared.port) as peer:
        peer.send(upgrade_head("/ws", "Connection: keep-alive"))
        assert peer.response()[0] == 101


def test_an_independent_client_gets_along(shared: Shared) -> None:
    with websockets.sync.client.connect(f"ws://127.0.0.1:{shared.port}/ws") as client:
        for size in (0, 125, 126, 65535):
            client.send("x" * size)
            assert client.recv() == "x" * size
        client.send(["in ", "frag", "ments"])
        assert client.recv() == "in fragments"
        assert client.ping().wait(20)
        client.close(4321)
        assert client.close_code == 4321


def test_http_goes_on_when_another_protocol_is_offered(shared: Shared) -> None:
    """As `curl --http2` does."""
    with Peer(shared.port) as peer:
        peer.send(b"GET /h2 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
        assert peer.response()[0::2] == (200, b"/h2 0")
        assert peer.ended()


# --- admission --------------------------------------------------------------------------------


def test_admission_sees_the_request(shared: Shared) -> None:
    door = shared.new_door()
    with Peer(shared.port) as peer:
        peer.send(upgrade_head("/ws?a=1&b=%20", "X-Two: 1", "x-two: 2, 3", "Cookie: sid=secret"))
        assert peer.response()[0] == 101
        (request,) = door.requests
        assert (request.path, request.query) == ("/ws", "a=1&b=%20")
        assert request.headers.all("x-two") == ["1", "2, 3"]
        assert request.headers.listed("x-two") == ["1", "2", "3"]
        assert request.headers.one("x-two") is None
        assert request.headers.one("cookie") == "sid=secret"
        assert request.client == peer.sock.getsockname()


def test_a_refusal_is_sent_as_it_is(shared: Shared) -> None:
    door = shared.new_door()
    door.answer = lambda _: Refused(401, b'{"code":"who"}', (("WWW-Authenticate", "Bearer"),))
    with Peer(shared.port) as peer:
        peer.send(upgrade_head())
        status, headers, body = peer.response()
        assert (status, body) == (401, b'{"code":"who"}')
        assert headers["www-authenticate"] == "Bearer"
        assert headers["content-type"] == "application/json"
        assert peer.ended()


def test_the_subprotocol_is_echoed(shared: Shared) -> None:
    door = shared.new_door()
    door.answer = lambda _: door.accepted("chinwag.v1")
    with Peer(shared.port) as peer:
        peer.send(upgrade_head("/ws", "Sec-WebSocket-Protocol: chinwag.v1, ticket.x"))
        _, headers, _ = peer.response()
        assert headers["sec-websocket-protocol"] == "chinwag.v1"


def test_admission_may_fail(shared: Shared) -> None:
    def broken(_: UpgradeRequest) -> Admission:
        raise RuntimeError

    door = shared.new_door()
    door.answer = broken
    assert answer(shared.port, upgrade_head()) == 500


def test_an_endpoint_may_fail_to_be_made(serve: Serve) -> None:
    door = Door()
    door.answer = lambda _: Accepted(lambda _: 1 // 0)  # type: ignore[arg-type, return-value]
    server = serve(door.admit)
    assert answer(server.port, upgrade_head()) == 500
    assert eventually(lambda: server.connections() == 0)


def test_a_header_with_a_line_break_is_not_sent(shared: Shared) -> None:
    door = shared.new_door()
    door.answer = lambda _: Refused(401, b"", (("X", "a\r\nSet-Cookie: b"),))
    assert answer(shared.port, upgrade_head()) == 500


class Slow:
    """An admission that takes until told."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.door = Door()

    async def admit(self, request: UpgradeRequest) -> Admission:
        await self.go.wait()
        return await self.door.admit(request)


def test_handshakes_under_way_are_bounded(serve: Serve) -> None:
    slow = Slow()
    server = serve(slow.admit, PortLimits(handshakes=10, retry_after=(3, 5)))
    waiting = [Peer(server.port) for _ in range(10)]
    for peer in waiting:
        peer.send(upgrade_head())
    assert eventually(lambda: not (server.call(lambda: len(server.server.server_state.tasks)) < 10))
    for _ in range(200):
        with Peer(server.port) as peer:
            peer.send(upgrade_head())
            status, headers, _ = peer.response()
            assert status == 503
            assert 3 <= int(headers["retry-after"]) <= 5
    with Peer(server.port) as peer:
        peer.send(GET)  # HTTP is served all the while
        assert peer.response()[0] == 200
    server.call(slow.go.set)
    for peer in waiting:
        assert peer.response()[0] == 101
        peer.sock.close()
    Peer.upgraded(server.port).sock.close()


def test_an_admission_that_takes_too_long_is_answered(serve: Serve) -> None:
    server = serve(Slow().admit, PortLimits(admit_timeout=0.2))
    assert answer(server.port, upgrade_head()) == 503


def test_frames_wait_for_the_admission(serve: Serve) -> None:
    slow = Slow()
    server = serve(slow.admit)
    with Peer(server.port) as peer:
        peer.send(upgrade_head() + frame(TEXT, b"1"))
        time.sleep(0.2)
        peer.send(frame(TEXT, b"2"))
        time.sleep(0.2)
        server.call(slow.go.set)
        assert peer.response()[0] == 101
        assert [peer.next(), peer.next()] == [(TEXT, b"1"), (TEXT, b"2")]


def test_a_client_that_leaves_meanwhile_is_forgotten(serve: Serve) -> None:
    slow = Slow()
    server = serve(slow.admit)
    with Peer(server.port) as peer:
        peer.send(upgrade_head())
        time.sleep(0.2)
    server.call(slow.go.set)
    assert eventually(lambda: not (server.connections()))


# --- handshakes that are wrong ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        (b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Version: 8", 426),
        (b"Sec-WebSocket-Version: 13\r\n", b"", 426),
        (b"Sec-WebSocket-Key: ", b"Sec-WebSocket-Key: AAAA", 400),
        (b"Sec-WebSocket-Key: ", b"X: ", 400),
        (b"Sec-WebSocket-Version", b"Sec-WebSocket-Key: x\r\nSec-WebSocket-Version", 400),
        (b"GET /ws HTTP/1.1", b"POST /ws HTTP/1.1", 400),
        (b"GET /ws HTTP/1.1", b"GET /ws HTTP/1.0", 400),
        (b"Host: localhost\r\n", b"", 400),
        (b"Host: localhost\r\n", b"Host: a\r\nHost: b\r\n", 400),
        (b"Upgrade: websocket", b"Upgrade: websocket\r\nContent-Length: 3", 400),
        (b"Upgrade: websocket", b"Upgrade: websocket\r\nTransfer-Encoding: chunked", 400),
    ],
)
def test_wrong_handshakes(shared: Shared, old: bytes, new: bytes, status: int) -> None:
    head = upgrade_head()
    assert old in head
    assert answer(shared.port, head.replace(old, new)) == status


def test_no_upgrade_inside_the_answer_to_another_request(shared: Shared) -> None:
    with Peer(shared.port) as peer:
        peer.send(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + upgrade_head())
        assert peer.ended()


# --- smuggling: what two parsers could read in two ways (RFC 9112, 11.2) ----------------------

CHUNKED = b"Transfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    "said",
    [
        POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        POST + b"Content-Length: 3, 3\r\n\r\nabc",
        POST + b"Content-Length: +3\r\n\r\nabc",
        POST + b"Content-Length: -3\r\n\r\nabc",
        POST + b"Content-Length: 0x3\r\n\r\nabc",
        POST + b"Content-Length: 3 4\r\n\r\nabc",
        POST + b"Content-Length:\r\n\r\nabc",
        POST + b"Content-Length: 99999999999999999999999\r\n\r\nabc",
        POST + b"Content-Length: 3\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
        POST + CHUNKED + b"Content-Length: 3\r\n\r\n0\r\n\r\n",
        POST + CHUNKED + CHUNKED + b"\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        POST.replace(b"1.1", b"1.0") + CHUNKED + b"\r\n0\r\n\r\n",
        POST + b"X: a\r\n b\r\n\r\n",
        POST + b"X: a\r\n\tb\r\n\r\n",
        b"POST / HTTP/1.1\r\n Host: x\r\n\r\n",
        b"POST / HTTP/1.1\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\n\n",
        b"POST / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n",
        POST + b"X: a\x00b\r\n\r\n",
        POST + b": b\r\n\r\n",
        POST + b"Host: other\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.2\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
        b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n",
        POST + b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\nabc" + GET,
        POST + b"Connection: Upgrade\r\nUpgrade: h2c\r\n" + CHUNKED + b"\r\n0\r\n\r\n" + GET,
    ],
)
def test_ambiguous_requests_are_refused(shared: Shared, said: bytes) -> None:
    assert answer(shared.port, said) in (400, 405, 501, 505)


@pytest.mark.parametrize(
    "chunks",
    [
        b"3\nabc\r\n0\r\n\r\n",
        b"3\r\nabc\n0\r\n\r\n",
        b"0x3\r\nabc\r\n0\r\n\r\n",
        b"3 \r\nabc\r\n0\r\n\r\n",
        b"-3\r\nabc\r\n0\r\n\r\n",
        b"fffffffffffffffff\r\nabc\r\n0\r\n\r\n",
        b"0\r\nContent-Length: 5\r\n\r\n",
        b"0\r\n folded\r\n\r\n",
    ],
)
def test_ambiguous_chunks_are_refused(shared: Shared, chunks: bytes) -> None:
    """The body is being read by then: what matters is that nothing behind it is a request."""
    assert answer(shared.port, POST + CHUNKED + b"\r\n" + chunks + GET) in (0, 400)


# --- size -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: aaaaaaaaaaaa\r\n" * 90 * 20 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X:\r\n" * 200 + b"\r\n", 431),
        (POST + CHUNKED + b"\r\n0\r\n" + b"X:\r\n" * 200 + b"\r\n", 0),
    ],
)
def test_large_heads_are_refused(shared: Shared, said: bytes, status: int) -> None:
    assert answer(shared.port, said) == status


@pytest.mark.parametrize(
    "begin",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nX: ",
        b"GET / HTTP/1.1\r\nHost: x\r\nX",
        POST + CHUNKED + b"\r\n3;",
        POST + CHUNKED + b"\r\n0\r\nX: ",
    ],
)
def test_what_never_ends_is_refused(serve: Serve, begin: bytes) -> None:
    server = serve(Door().admit, PortLimits(head_timeout=60, body_window=60, linger=0.2))
    with Peer(server.port) as peer:
        peer.send(begin)
        deadline = time.monotonic() + 20
        while server.connections():
            assert time.monotonic() < deadline
            peer.send(b"a" * 1024)
            time.sleep(0.01)


def test_who_is_answered_early_may_go_on_sending(serve: Serve) -> None:
    """Clients that are reset while they send do not read the answer that came before."""
    server = serve(Door().admit, PortLimits(linger=60))
    with Peer(server.port) as peer:
        peer.send(b"POST /enough HTTP/1.1\r\nHost: x\r\nContent-Length: 16000000\r\n\r\nabc")
        assert peer.response()[0::2] == (200, b"/enough 3")
        for _ in range(100):
            peer.sock.sendall(b"a" * 100_000)
        assert peer.ended()
        assert server.connections() == 1
    deadline = time.monotonic() + 20
    while server.connections():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_who_is_answered_early_is_not_read_for_ever(quick: Shared) -> None:
    with Peer(quick.port) as peer:
        peer.send(b"POST /enough HTTP/1.1\r\nHost: x\r\nContent-Length: 16000000\r\n\r\nabc")
        assert peer.response()[0::2] == (200, b"/enough 3")
        deadline = time.monotonic() + 20
        while quick.connections():
            assert time.monotonic() < deadline
            peer.send(b"a" * 1024)
            time.sleep(0.01)


# --- time -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"", 0),
        (b"\r\n", 0),
        (b"G", 408),
        (upgrade_head()[:-2], 408),
        (POST + b"Content-Length: 9\r\n\r\nabc", 0),
        (POST + CHUNKED + b"\r\n5\r\na", 0),
    ],
)
def test_half_a_request_is_not_waited_for(quick: Shared, said: bytes, expected: int) -> None:
    assert answer(quick.port, said) == expected


@pytest.mark.parametrize("begin", [b"", GET, POST + b"Content-Length: 1000000\r\n\r\n"])
@pytest.mark.parametrize("drop", [b"\r\n", b"a"])
def test_dripping_does_not_help(quick: Shared, begin: bytes, drop: bytes) -> None:
    with Peer(quick.port) as peer:
        peer.send(begin)
        for _ in range(200):
            time.sleep(0.05)
            peer.send(drop)
            if quick.connections() == 0:
                break
        assert quick.connections() == 0


def test_a_body_has_a_time_however_fast(quick: Shared) -> None:
    with Peer(quick.port) as peer:
        peer.send(POST + b"Content-Length: 1000000000\r\n\r\n")
        for _ in range(200):
            time.sleep(0.05)
            peer.send(b"a" * 5000)
            if quick.connections() == 0:
                break
        assert quick.connections() == 0


def test_an_answer_must_be_read(quick: Shared) -> None:
    with Peer(quick.port, receive_buffer=4096) as peer:
        peer.send(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        assert eventually(lambda: not (quick.connections()))


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="an option of Linux")
def test_the_kernel_gives_up_on_who_takes_nothing(serve: Serve) -> None:
    server = serve(Door().admit, PortLimits(write_timeout=60, stall_timeout=0.5))
    with Peer(server.port, receive_buffer=4096) as peer:
        peer.send(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert eventually(lambda: server.connections() == 1)
        assert eventually(lambda: server.connections() == 0)


def test_a_slow_application_is_not_the_clients_fault(quick: Shared) -> None:
    with Peer(quick.port) as peer:
        peer.send(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        assert peer.response()[0] == 200


# --- numbers ----------------------------------------------------------------------------------


def test_connections_are_bounded(serve: Serve) -> None:
    server = serve((door := Door()).admit, PortLimits(connections=20))
    peers = [Peer.upgraded(server.port) for _ in range(20)]
    for _ in range(100):
        with Peer(server.port) as peer:
            assert peer.response()[0] == 503
    peers.pop().sock.close()
    door.recorder()
    deadline = time.monotonic() + 20
    while server.connections() == 20:
        assert time.monotonic() < deadline
    peers.append(Peer.upgraded(server.port))
    for peer in peers:
        peer.send(frame(TEXT, b"still here"))
        assert peer.next() == (TEXT, b"still here")
        peer.sock.close()


def test_half_open_connections_are_given_up(serve: Serve) -> None:
    """Some never say a word, some stop within the head; others are served all the while."""
    server = serve(Door().admit, PortLimits(head_timeout=1.0, connections=1000))
    idle = [Peer(server.port) for _ in range(400)]
    for peer in idle[::2]:
        peer.send(upgrade_head()[:40])
    with Peer.upgraded(server.port) as good:
        good.send(frame(TEXT, b"served"))
        assert good.next() == (TEXT, b"served")
        assert eventually(lambda: not (server.connections() > 1))
    for peer in idle:
        peer.sock.close()


def test_two_servers_in_one_process_do_not_meet(serve: Serve) -> None:
    one, other = serve(Door().admit), serve(Door().admit)
    assert one.loop is not other.loop
    with Peer.upgraded(one.port) as first, Peer.upgraded(other.port) as second:
        for peer in (first, second):
            peer.send(frame(TEXT, b"x"))
            assert peer.next() == (TEXT, b"x")
    assert threading.active_count() >= 3
