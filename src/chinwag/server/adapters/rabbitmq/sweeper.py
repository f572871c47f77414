"""`Sweeper`: writes messages again for jobs that are overdue, and for which none is on its way: it
was never sent since the broker was away, or was lost with it, or the job is a replayed letter.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.jobs import Jobs
from chinwag.server.adapters.rabbitmq.link import LOST
from chinwag.server.adapters.rabbitmq.notes import Body, Due, Notes
from chinwag.server.observe import log
from chinwag.server.ports.store import Store

_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often to look, and what is late, in seconds. ``gone``: a node that has not done what
    concerns its own sessions for so long is no more.
    """

    every: float = 2.0
    late: float = 5.0
    gone: float = 3600.0


class Sweeper:
    """On every node for what concerns its own sessions; on the leading one for all else.
    ``backlog``: how much of its own still waits for its turn on this node.
    """

    def __init__(
        self,
        store: Store,
        jobs: Jobs,
        notes: Notes,
        node: str,
        rounds: Rounds,
        *,
        is_up: Callable[[], bool],
        backlog: Callable[[], int],
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._notes = notes
        self._node = node
        self._rounds = rounds
        self._is_up = is_up
        self._backlog = backlog
        self._wake = asyncio.Event()
        self.swept = 0

    def wake(self) -> None:
        """Look now."""
        self._wake.set()

    async def run(self) -> None:
        """Look, for ever."""
        while True:
            try:
                if self._is_up():
                    await self.sweep()
            except (ChinwagError, *LOST) as error:
                log.debug("rabbitmq.sweep_postponed", error=str(error))
            except Exception:  # noqa: BLE001 - the next round may go well
                log.exception("rabbitmq.sweep_failed")
            try:
                # Not `wait_for`: before Python 3.12 it loses a cancellation that meets the wake.
                async with asyncio.timeout(self._rounds.every):
                    await self._wake.wait()
            except TimeoutError:
                continue
            finally:
                self._wake.clear()

    async def sweep(self) -> None:
        """Look once."""
        late = int(self._rounds.late * 1000)
        if not self._backlog():
            own = await self._jobs.overdue(self._node, late, _MOST)
            await self._again([Body(*job, node=self._node) for job in own])
        if await self._store.leads():
            await self._sweep_shared(late)
            await self._jobs.abandon_others(int(self._rounds.gone * 1000))

    async def _sweep_shared(self, late: int) -> None:
        kinds: dict[str, list[Body]] = defaultdict(list)
        for job in await self._jobs.overdue("", late, _MOST):
            kinds[job[1]].append(Body(*job))
        if kinds:
            # Where messages wait, the workers are late, not the messages.
            depths = await self._notes.depths(kinds)
            await self._again([it for kind in kinds if not depths[kind] for it in kinds[kind]])

    async def _again(self, bodies: list[Body]) -> None:
        if bodies:
            self.swept += len(bodies)
            await self._notes.send([Due(body) for body in bodies])
