"""`Relay`: tells of commits that nobody was told of: their node died before it could, or the broker
was away, or it is not known whether the commit went through at all.
"""

import asyncio

from chinwag.protocol.errors import ChinwagError
from chinwag.server.delivery.courier import Courier
from chinwag.server.delivery.parcels import Touched
from chinwag.server.observe import log
from chinwag.server.ports.store import Store

_LOOK_SECONDS = 1.0
# A living node tells of its commits within milliseconds; one with a slow broker within this.
_OLD_SECONDS = 3.0
_AT_ONCE = 100


class Relay:
    """Works off the outbox of all nodes."""

    def __init__(self, store: Store, courier: Courier) -> None:
        self._store = store
        self._courier = courier
        self.relayed = 0

    async def run(self) -> None:
        """Look, for ever."""
        postponed = False
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                while await self.look() == _AT_ONCE:
                    pass
                postponed = False
            except ChinwagError as error:
                if not postponed:  # said once: this is every second, as long as the broker is away
                    log.info("relay.postponed", reason=error.kind.code)
                postponed = True
            except Exception:  # noqa: BLE001 - the next round may go well
                log.exception("relay.failed")

    async def look(self) -> int:
        """Tell of the oldest; of how many commits."""
        untold = await self._store.untold(_OLD_SECONDS, _AT_ONCE)
        if untold:
            touched = _merged([Touched(*each) for row in untold for each in row.touched])
            await self._courier.tell_all(touched)
            self._store.told([row.receipt for row in untold])
            self.relayed += len(untold)
        return len(untold)

    def gauges(self) -> dict[str, float]:
        """Figures for the metrics page."""
        return {"commits_relayed_total": self.relayed}


def _merged(touched: list[Touched]) -> list[Touched]:
    """One notice a chat."""
    found: dict[str, Touched] = {}
    for each in touched:
        known = found.setdefault(each.chat, each)
        firsts = [first for first in (known.first, each.first) if first]
        known.first = min(firsts, default=0)
        known.last = max(known.last, each.last)
    return list(found.values())
