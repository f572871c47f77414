"""Upkeep: what is done for accounts in the background: writing down when devices were used, and
removing what lapsed, which one node does for all.
"""

import asyncio

from chinwag.protocol.errors import ChinwagError
from chinwag.server.delivery.revisions import Revisions
from chinwag.server.observe import log
from chinwag.server.ports.store import Store
from chinwag.server.services.devices import Devices

_FLUSH_SECONDS = 30.0
_FLUSHES_A_PURGE = 120


class Upkeep:
    """See the module."""

    def __init__(self, store: Store, devices: Devices, revisions: Revisions) -> None:
        self._store = store
        self._devices = devices
        self._revisions = revisions

    async def run(self) -> None:
        """Go on until cancelled."""
        n = 0
        while True:
            try:
                await self._devices.flush()
                if n % _FLUSHES_A_PURGE == 0 and await self._store.leads():
                    await self._devices.purge()
                    await self._revisions.forget()
                n += 1
            except ChinwagError as error:
                log.warning("upkeep.postponed", reason=error.kind.code)
            except Exception:  # noqa: BLE001 - the next round may go well
                log.exception("upkeep.failed")
            await asyncio.sleep(_FLUSH_SECONDS)
