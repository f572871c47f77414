"""A server with people who send files."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from files.sender import Sender
from house import Site, served


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A server."""
    async with served(tmp_path) as site:
        yield site


@pytest.fixture
async def ann(site: Site) -> Sender:
    """Somebody at it."""
    return Sender(site, (await site.sign_up("ann"))["token"])
