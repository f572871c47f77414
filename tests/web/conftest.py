"""A browser, a server and a stage for each story.

``stage`` is on the server that the tests of a worker share: people are new in each test. ``own``
is on a server of its own, that can be killed. When a test fails, traces, pictures and what a
screen reader would say are kept below its ``tmp_path``; with CHINWAG_TEST_SNAPSHOTS=1 in the
environment, traces hold the page at every step.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from flows.servers import Server
from web.browser import chromium
from web.build import ensure_built
from web.stage import Stage

_HERE = Path(__file__).parent
_FAILED = pytest.StashKey[bool]()
Opens = Callable[..., AsyncIterator[Stage]]


def has_failed(item: pytest.Item) -> bool:
    """Whether the test has, so far."""
    return item.stash.get(_FAILED, False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All stories run on one event loop, as the browser belongs to the loop that started it."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Let fixtures know whether the test failed."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The worker's browser."""
    await asyncio.to_thread(ensure_built)
    async with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that stories share."""
    server = Server(tmp_path_factory.mktemp("shared")).start()
    yield server
    server.stop()
    assert not server.errors()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(
    browser: Browser, shared_server: Server, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Stage]:
    """See the module."""
    since = shared_server.log_size()
    stage = Stage(browser, shared_server, tmp_path / "browser")
    yield stage
    await _end(stage, request)
    assert not shared_server.errors(since)


@pytest_asyncio.fixture(loop_scope="session")
async def own(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Stage]:
    """See the module."""
    server = Server(tmp_path, **getattr(request, "param", {}))
    await asyncio.to_thread(server.start)
    stage = Stage(browser, server, tmp_path / "browser")
    yield stage
    try:
        await _end(stage, request)
    finally:
        await asyncio.to_thread(server.stop)
    assert not server.errors()


async def _end(stage: Stage, request: pytest.FixtureRequest) -> None:
    complaints = await stage.clear(failed=has_failed(request.node))
    assert not complaints, "\n".join(complaints)
