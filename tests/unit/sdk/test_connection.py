"""One socket's life, against a real peer."""

import asyncio
from typing import Any

import picows
import pytest

from chinwag.protocol import errors as catalogue
from chinwag.protocol import pushes, results
from chinwag.protocol.commands import History, Received, Send
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Message, Void
from chinwag.sdk.connection import Connection, socket_url
from chinwag.sdk.errors import Closed, CloseInfo, Refused, Timeout, Unreadable
from unit.sdk.peer import PATIENCE, Line, Peer, accepted, message


class Ear:
    """Collects pushes, and tells when there are enough."""

    def __init__(self) -> None:
        self.pushes: list[pushes.Push] = []
        self._more = asyncio.Event()

    def __call__(self, push: pushes.Push) -> None:
        self.pushes.append(push)
        self._more.set()

    async def until(self, count: int) -> list[pushes.Push]:
        async with asyncio.timeout(PATIENCE):
            while len(self.pushes) < count:
                self._more.clear()
                await self._more.wait()
        return self.pushes


async def opened(peer: Peer) -> tuple[Connection, Line, Ear]:
    ear = Ear()
    connection = await Connection.open(peer.url, "secret", ear)
    return connection, await peer.line(), ear


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://host", "ws://host/ws"),
        ("https://host:8/", "wss://host:8/ws"),
        ("ws://host/ws", "ws://host/ws"),
        ("https://host/chat/", "wss://host/chat/ws"),
    ],
)
def test_the_address_of_the_socket(url: str, expected: str) -> None:
    assert socket_url(url) == expected


async def test_it_offers_token_and_subprotocol_and_hears_hello(peer: Peer) -> None:
    connection, _, ear = await opened(peer)
    headers = peer.requests[0].headers
    assert headers["Authorization"] == "Bearer secret"
    assert headers["Sec-WebSocket-Protocol"] == "chinwag.v1"
    assert await ear.until(1) == [peer.hello]
    assert await connection.close() == CloseInfo(1000)


async def test_answers_find_their_requests_in_any_order(peer: Peer) -> None:
    connection, line, _ = await opened(peer)
    tasks = [
        asyncio.create_task(connection.request(Send(chat="c", client_id=f"id-{n:08}",
                                                    body=Message(text="x"))))
        for n in range(2)
    ]  # fmt: skip
    first, _ = await line.next(Send)
    second, _ = await line.next(Send)
    line.answer(second, accepted(8))
    line.answer(first, accepted(7))
    assert [(await task).seq for task in tasks] == [7, 8]
    await connection.close()


async def test_a_refusal_is_raised_with_its_catalogue_entry(peer: Peer) -> None:
    connection, line, _ = await opened(peer)
    task = asyncio.create_task(connection.request(History(chat="c")))
    request, _ = await line.next(History)
    line.answer(request, ChinwagError(catalogue.RATE_LIMITED, retry_after=1500))
    with pytest.raises(ChinwagError) as caught:
        await task
    assert caught.value.kind is catalogue.RATE_LIMITED
    assert caught.value.retry_after == 1500
    await connection.close()


async def test_a_code_of_a_newer_server_keeps_its_text(peer: Peer) -> None:
    connection, line, _ = await opened(peer)
    task = asyncio.create_task(connection.request(History(chat="c")))
    request, _ = await line.next(History)
    line.text(b'{"reply":%d,"error":{"code":"too_loud","text":"Hush.","retry":true}}' % request.id)
    with pytest.raises(ChinwagError, match=r"too_loud|Hush") as caught:
        await task
    assert (caught.value.kind.code, caught.value.kind.retry) == ("too_loud", True)
    await connection.close()


async def test_no_answer_in_time(peer: Peer) -> None:
    connection, _, _ = await opened(peer)
    with pytest.raises(Timeout):
        await connection.request(History(chat="c"), within=0.01)
    await connection.close()


async def test_pending_requests_end_with_the_connection(peer: Peer) -> None:
    connection, line, _ = await opened(peer)
    task = asyncio.create_task(connection.request(History(chat="c")))
    await line.next(History)
    line.close(4008, b"behind")
    with pytest.raises(Closed, match="4008"):
        await task
    assert await connection.closed == CloseInfo(4008, "behind")
    assert not connection.post(Received(marks=()))
    with pytest.raises(Closed):
        await connection.request(History(chat="c"))


async def test_a_cut_is_1006(peer: Peer) -> None:
    connection, line, _ = await opened(peer)
    line.cut()
    assert (await asyncio.wait_for(connection.closed, PATIENCE)).code == 1006


async def test_a_message_in_fragments(peer: Peer) -> None:
    connection, line, ear = await opened(peer)
    line.fragments(b'{"push":{"type":"goodbye",', b'"reconnect', b'_after":7}}')
    assert (await ear.until(2))[1] == pushes.Goodbye(reconnect_after=7)
    await connection.close()


async def test_what_a_newer_server_says_breaks_nothing(peer: Peer) -> None:
    connection, line, ear = await opened(peer)
    line.text(b'{"push":{"type":"confetti","chat":"c"}}')
    line.text(b'{"push":{"type":"goodbye","reconnect_after":7,"why":"new field"}}')
    line.text(
        b'{"push":{"type":"event","event":{"chat":"c","seq":3,"at":1,"sender":"ann","count":2,'
        b'"body":{"kind":"poll","question":"?"}}}}'
    )
    _, goodbye, event = await ear.until(3)
    assert goodbye == pushes.Goodbye(reconnect_after=7)
    assert isinstance(event, pushes.Event)
    assert isinstance(event.event.body, Void)
    await connection.close()


async def test_unknown_kinds_inside_a_page(peer: Peer) -> None:
    connection, line, _ = await opened(peer)
    task: asyncio.Task[results.Page] = asyncio.create_task(connection.request(History(chat="c")))
    request, _ = await line.next(History)
    line.text(
        b'{"reply":%d,"ok":{"chat":"c","events":[{"chat":"c","seq":3,"at":1,"sender":"ann",'
        b'"count":2,"body":{"kind":"poll"}},{"chat":"c","seq":4,"at":1,"sender":"ann","count":3,'
        b'"body":{"kind":"message","text":"x"}}]}}' % request.id
    )
    void, text = (await task).events
    assert (void.body, text.body) == (Void(), Message(text="x"))
    await connection.close()


async def test_an_answer_that_makes_no_sense(peer: Peer) -> None:
    connection, line, _ = await opened(peer)
    task = asyncio.create_task(connection.request(History(chat="c")))
    request, _ = await line.next(History)
    line.text(b'{"reply":%d,"ok":{"surprise":1}}' % request.id)
    with pytest.raises(Unreadable):
        await task
    await connection.close()


async def test_what_is_not_json_ends_the_connection(peer: Peer) -> None:
    connection, line, _ = await opened(peer)
    line.text(b"\x00nonsense")
    assert (await asyncio.wait_for(connection.closed, PATIENCE)).code == 1007


def refusal(status: int, body: bytes, **headers: str) -> Any:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return picows.WSUpgradeResponse.create_error_response(status, body, given)


async def test_a_refused_handshake_says_why(peer: Peer) -> None:
    failure = catalogue.Failure(code="busy", text="later", retry=True, retry_after=900)
    body = catalogue.ChinwagError(catalogue.BUSY).failure()
    assert body.code == failure.code
    peer.refuse = lambda: refusal(503, b'{"code":"busy","text":"later"}', Retry_After="3")
    with pytest.raises(Refused) as caught:
        await Connection.open(peer.url, "secret", Ear())
    assert caught.value.error.kind is catalogue.BUSY
    assert caught.value.retry_after == 3.0


async def test_a_refusal_by_somebody_in_between(peer: Peer) -> None:
    peer.refuse = lambda: refusal(502, b"<html>bad gateway</html>")
    with pytest.raises(Refused) as caught:
        await Connection.open(peer.url, "secret", Ear())
    assert caught.value.error.kind is catalogue.UNAVAILABLE


async def test_nobody_listens() -> None:
    with pytest.raises(ConnectionRefusedError):
        await Connection.open("http://127.0.0.1:1", "secret", Ear())


async def test_pushes_come_in_order_with_answers(peer: Peer) -> None:
    connection, line, ear = await opened(peer)
    seen: list[object] = []
    task = asyncio.create_task(connection.request(History(chat="c"), seen=seen.append))
    request, _ = await line.next(History)
    line.answer(request, results.Page(chat="c", events=()))
    line.push(pushes.Event(event=message(1)))
    await ear.until(2)
    assert len(seen) == 1
    await task
    await connection.close()
