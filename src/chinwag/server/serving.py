"""One node's port, from the moment it opens until it is closed again."""

import contextlib
import gc
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import uvicorn
from litestar.types import ASGIApp
from msgspec import structs

from chinwag.server.config import Settings
from chinwag.server.gateway.limits import PortLimits
from chinwag.server.gateway.oneport import Admit, one_port

# Clients that come back after a restart find room to wait in.
_BACKLOG = 4096


class Serving(uvicorn.Server):
    """uvicorn, that drains before it says goodbye to the sockets. ``started`` is called with the
    server's URL once the port is open.
    """

    def __init__(
        self,
        settings: Settings,
        app: ASGIApp,
        admit: Admit,
        drain: Callable[[], Awaitable[None]],
        started: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._drain = drain
        self._started = started
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                http=one_port(admit=admit, limits=PortLimits(connections=settings.connections)),
                lifespan="off",
                access_log=False,
                log_config=None,
                log_level="warning",
                server_header=False,
                proxy_headers=False,
                backlog=_BACKLOG,
                timeout_graceful_shutdown=int(settings.shutdown_seconds) or 1,
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn's, but that a signal obeyed is not raised again: that would end the process
        before the background work is finished and the store closed.
        """
        with super().capture_signals():
            yield
            self._captured_signals.clear()

    async def startup(self, *args: Any, **kwargs: Any) -> None:
        await super().startup(*args, **kwargs)
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            self._started(structs.replace(self._settings, port=port).url)

    async def shutdown(self, *args: Any, **kwargs: Any) -> None:
        await self._drain()
        await super().shutdown(*args, **kwargs)


def settle_garbage_collector() -> None:
    """Nearly all that a server makes is freed by its reference count. To look for cycles in all
    that was ever loaded took a tenth of the time under load, in pauses of 60 ms: so what is there
    now is never looked at again, and the rest seldom.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
