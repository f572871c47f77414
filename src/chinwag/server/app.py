"""The composition root: every part is made here, by plain constructor calls, and run.

Nothing else knows the settings or the adapters. Read `App.__init__` from top to bottom to see how
the boxes of the design hang together.
"""

import asyncio
import contextlib
import sys
from collections.abc import Coroutine
from typing import Any

import uvicorn

from chinwag.server.adapters.local_broker import LocalBroker
from chinwag.server.adapters.local_registry import LocalRegistry
from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.config import Settings
from chinwag.server.delivery.delivery import Delivery
from chinwag.server.delivery.ladder import Ladder, Steps
from chinwag.server.gateway.auth import Auth, Refusal
from chinwag.server.gateway.connection import Connection, Services
from chinwag.server.gateway.handlers import handlers
from chinwag.server.gateway.http import Http, Site
from chinwag.server.gateway.oneport import one_port
from chinwag.server.gateway.pace import Pace
from chinwag.server.gateway.peers import Origins, Peers
from chinwag.server.gateway.upgrade import Accepted, Admission, Refused, UpgradeRequest
from chinwag.server.observe import Metrics, log
from chinwag.server.services.chats import Chats
from chinwag.server.services.devices import Devices
from chinwag.server.services.entrance import Entrance
from chinwag.server.services.log import Log
from chinwag.server.services.messages import Messages
from chinwag.server.services.passwords import Passwords
from chinwag.server.services.presence import Presence
from chinwag.server.services.profiles import Profiles
from chinwag.server.services.receipts import Receipts
from chinwag.server.services.sync import Sync
from chinwag.server.sessions.sessions import Sessions

# The writer thread waits for the interpreter lock at most this long while the loop is busy.
_SWITCH_SECONDS = 0.001
_REAP_SECONDS = 5.0
_DRAIN_SECONDS = 5.0


class App:
    """The whole server of one node."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = SqliteStore(settings.database)
        self.broker = LocalBroker(self.store)
        self.sessions = Sessions(LocalRegistry())
        self.profiles = Profiles(self.store, self.sessions)
        self.delivery = Delivery(self.sessions)
        self.chats = Chats(self.store, self.sessions, self.profiles)
        self.log = Log(self.store, self.chats, self.delivery)
        self.messages = Messages(self.store, self.chats, self.log)
        self.receipts = Receipts(self.chats, self.log, self.delivery)
        self.presence = Presence(self.store, self.sessions)
        self.devices = Devices(self.store, self.sessions)
        self.passwords = Passwords()
        self.entrance = Entrance(self.store, self.devices, self.passwords)
        self.ladder = Ladder(self.store, self.broker, self.delivery, Steps())
        self.sync = Sync(self.store, self.profiles)
        self._tasks: list[asyncio.Task[None]] = []

    # --- life --------------------------------------------------------------------------------

    async def run(self) -> None:
        """Serve until a signal says stop; then drain."""
        sys.setswitchinterval(_SWITCH_SECONDS)
        await self.start()
        try:
            await _Server(self._uvicorn(), self).serve()
        finally:
            await self.stop()

    async def start(self) -> None:
        """Open the store and begin all background work."""
        await self.store.open(self.log.committed)
        self._background("log", self.log.run(self.messages.judge))
        self._background("presence", self.presence.run())
        self._background("ladder", self.ladder.run())
        self._background("reaper", self._reap())

    async def drain(self) -> None:
        """Take no new messages, and see that those taken are committed and answered."""
        self.services.draining = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.log.drain(), _DRAIN_SECONDS)
        await asyncio.sleep(0)  # the answers leave with the end of this tick

    async def stop(self) -> None:
        """End the background work and close the store."""
        await self.log.drain()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.presence.flush(everything=True)
        await self.devices.flush()
        self.passwords.close()
        await self.store.close()
