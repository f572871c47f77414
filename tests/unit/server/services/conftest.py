"""What the tests of the rules share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from unit.server.services.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path / "chinwag.db") as world:
        yield world
