"""What parsers share must not be seen by any of them."""

import asyncio
import sys
import threading
from collections.abc import Iterator

import picows
import pytest

from chinwag.server.gateway.parser import Parser
from unit.server.gateway.peer import TEXT, frame


class Heard(picows.WSListener):
    """Keeps what a parser reports."""

    def __init__(self) -> None:
        self.texts: list[bytes] = []

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        self.texts.append(frame.get_payload_as_bytes())

    def parser_failed(self, code: int, reason: str) -> None:
        raise AssertionError((code, reason))

    def parser_grew(self) -> None: ...


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Threads take turns as often as the interpreter allows."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("eager_threads")
def test_parsers_are_made_in_several_threads_at_once() -> None:
    """A header that one thread wrote while another read all of them broke the other's parser."""
    failures: list[Exception] = []

    async def make_many() -> None:
        for _ in range(20_000):
            try:
                heard = Heard()
                Parser(heard, 65_536, 65_536).feed(frame(TEXT, b"x"))
                assert heard.texts == [b"x"]
            except Exception as failure:  # noqa: BLE001 - told by the test
                failures.append(failure)

    threads = [threading.Thread(target=lambda: asyncio.run(make_many())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
