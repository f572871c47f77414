"""Work that goes on as long as the server does."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from chinwag.server.observe import log


class Background:
    """Tasks by name."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Run this until `stop`."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        task.add_done_callback(_watch)
        self._tasks.append(task)

    def every(
        self, seconds: float, name: str, work: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Run this again and again, whatever becomes of it."""
        self.begin(name, _every(seconds, work))

    async def stop(self) -> None:
        """Cancel all of it, and wait for its end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _every(seconds: float, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except Exception:  # noqa: BLE001 - the next round may go well
            log.exception("background.failed", work=work.__qualname__)


def _watch(task: asyncio.Task[None]) -> None:
    """Background work never ends by itself; if it does, that must not stay unseen."""
    if not task.cancelled():
        log.error("background.ended", task=task.get_name(), exc_info=task.exception())
