"""What load balancers ask: whether a node would take more people."""

from pathlib import Path
from typing import Any

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from house import served


async def test_a_node_that_stops_takes_nobody_new_and_lives(tmp_path: Path) -> None:
    async with served(tmp_path) as site:
        assert (await site.ask("GET", "/readyz"))[0] == 200
        site.app.services.draining = True
        # Not 503: load balancers would then cut the sockets that are open.
        assert (await site.ask("GET", "/readyz"))[0] == 404
        assert (await site.ask("GET", "/healthz"))[0] == 200


async def test_a_node_without_its_store_takes_nobody_new(tmp_path: Path) -> None:
    async with served(tmp_path) as site:
        read = site.app.store.read

        async def away(work: Any) -> Any:
            raise ChinwagError(errors.UNAVAILABLE)

        site.app.store.read = away  # type: ignore[method-assign]
        assert (await site.ask("GET", "/readyz"))[0] == 404
        site.app.store.read = read  # type: ignore[method-assign]
        assert (await site.ask("GET", "/readyz"))[0] == 200
