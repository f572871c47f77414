"""How far a file has come: told by what moves it, and drawn for whoever waits."""

import asyncio
import contextlib
import importlib
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from chinwag.cli.text import one_line

Line = dict[str, Any]


class Told:
    """Takes the word of bytes, and tells the newest to one reader: ``{"done": …, "size": …}``."""

    def __init__(self) -> None:
        self._newest: tuple[int, int] | None = None
        self._news = asyncio.Event()

    def __call__(self, done: int, size: int) -> None:
        self._newest = done, size
        self._news.set()

    async def until(
        self, end: "asyncio.Future[Any]", patience: float | None = None
    ) -> AsyncIterator[Line]:
        """What is told until ``end`` is done; which is cancelled if the reader leaves before.

        Raises:
            TimeoutError: nothing moved for so many seconds.
        """
        end.add_done_callback(lambda _: self._news.set())
        try:
            while not end.done():
                async with asyncio.timeout(patience):
                    await self._news.wait()
                self._news.clear()
                if self._newest is not None:
                    (done, size), self._newest = self._newest, None
                    yield {"done": done, "size": size}
        finally:
            end.cancel()


@contextlib.contextmanager
def bar(name: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error while it is entered, if that is a terminal and there is a
    name; to be told bytes done and in all.
    """
    if not name or not sys.stderr.isatty():
        yield lambda done, size: None
        return
    # Loaded now: it takes longer than all that a command without a bar does.
    drawn = importlib.import_module("chinwag.cli.bar").Bar(one_line(name, 40))
    with drawn:
        yield drawn.show
