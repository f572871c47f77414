"""Waiting for what must come about, and failing when it does not."""

import asyncio
from collections.abc import Awaitable, Callable

_SECONDS = 20.0


async def eventually(condition: Callable[[], bool]) -> None:
    """Return as soon as the condition holds."""

    async def holds() -> bool:
        return condition()

    await eventually_async(holds)


async def eventually_async(condition: Callable[[], Awaitable[bool]]) -> None:
    """The same, of something that must be asked."""
    async with asyncio.timeout(_SECONDS):
        while not await condition():  # noqa: ASYNC110 - it is in a database, or in a thread
            await asyncio.sleep(0.002)
