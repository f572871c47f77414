"""`WebPush`: push services as the rules see them. Cryptography and an HTTP client take 18 MB and a
quarter of a second: they are loaded when the first alert goes out, in a thread.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from chinwag.server.ports.push import Alert, Keys, Reply, Target


class _Sender(Protocol):
    async def send(self, target: Target, alert: Alert) -> Reply: ...

    async def close(self) -> None: ...


class WebPush:
    """Push services over HTTPS. ``contact``: where their operators find ours. ``loopback``: those
    on this machine are allowed, too.
    """

    def __init__(self, *, contact: str = "", loopback: bool = False) -> None:
        self._contact = contact
        self._loopback = loopback
        self._keys: Keys | None = None
        self._sender: asyncio.Task[_Sender] | None = None

    def new_keys(self) -> Keys:
        # At the first start of a server only.
        from chinwag.server.adapters.push.vapid import new_keys  # noqa: PLC0415

        return new_keys()

    def use(self, keys: Keys) -> None:
        self._keys = keys

    async def send(self, target: Target, alert: Alert) -> Reply:
        if self._sender is None:
            self._sender = asyncio.get_running_loop().create_task(self._load())
        sender = await asyncio.shield(self._sender)
        return await sender.send(target, alert)

    async def close(self) -> None:
        if self._sender is not None:
            await (await self._sender).close()

    async def _load(self) -> _Sender:
        assert self._keys is not None
        make = await asyncio.to_thread(_sender_class)
        return make(self._keys, self._contact, self._loopback)


def _sender_class() -> Callable[[Keys, str, bool], _Sender]:
    # Only now: an ordinary start must not pay for it.
    from chinwag.server.adapters.push.sender import Sender  # noqa: PLC0415

    return Sender
