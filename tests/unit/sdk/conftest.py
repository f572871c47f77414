"""Peers and clients for the tests of the SDK."""

from collections.abc import AsyncIterator

import pytest

from unit.sdk.peer import Peer, listening


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with listening() as it:
        yield it
