"""`Gathering`: what is asked for one by one is read many at once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

AT_ONCE = 64


class Gathering(Generic[K, V]):
    """Whatever is asked for while a read, of up to `AT_ONCE` keys, is under way is the next one's.
    What ``read`` does not find is left out of its answer.
    """

    def __init__(self, read: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._read = read
        self._asked: dict[K, asyncio.Future[V | None]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V | None:
        """As it is now or later; None if there is none. Raises what the read did."""
        answer = self._asked.get(key)
        if answer is None:
            loop = asyncio.get_running_loop()
            answer = self._asked[key] = loop.create_future()
            if self._reading is None:
                self._reading = loop.create_task(self._work_off())
        return await asyncio.shield(answer)

    async def _work_off(self) -> None:
        try:
            while self._asked:
                keys = list(self._asked)[:AT_ONCE]
                await self._answer({key: self._asked.pop(key) for key in keys})
        finally:
            self._reading = None

    async def _answer(self, asked: Mapping[K, asyncio.Future[V | None]]) -> None:
        try:
            found = await self._read(list(asked))
        except Exception as error:  # noqa: BLE001 - theirs who asked
            for answer in asked.values():
                answer.set_exception(error)
                answer.exception()  # whoever asked may have given up
        else:
            for key, answer in asked.items():
                answer.set_result(found.get(key))
