"""The adapters that the contracts are run through: to add one, add a parameter."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chinwag.server.adapters.sqlite.store import SqliteStore
from contracts.opened import Opened


def _sqlite(folder: Path) -> Opened:
    return Opened(lambda: SqliteStore(folder / "data/chinwag.db"))


@pytest.fixture(params=[pytest.param(_sqlite, id="sqlite")])
async def opened(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Opened]:
    """A fresh, open store."""
    opened: Opened = request.param(tmp_path)
    await opened.open()
    yield opened
    await opened.store.close()
