"""Bad days: a server that is killed, a disk that is full, a client that is cut off anywhere."""

import asyncio
import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinwag.server.services import intake
from chinwag.server.services.checking import Checking
from files.sender import Sender, at
from flows.servers import Server
from house import Site, served, until

MIB = 1 << 20


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A process of its own."""
    server = Server(tmp_path).start()
    yield server
    server.stop()


async def _downloaded(ann: Sender, file: str) -> bytes:
    url = f"{ann.site.url}/api/files/{file}"
    headers = {"Authorization": f"Bearer {ann.token}"}
    async with ann.site.client.get(url, headers=headers) as answer:
        assert answer.status == 200
        return await answer.read()


async def _writing(server: Server) -> None:
    async with asyncio.timeout(20):
        while not await server.metric("uploads_bytes_total"):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_a_server_that_ends_in_the_middle_loses_a_segment_at_most(
    server: Server, how: signal.Signals
) -> None:
    body = os.urandom(40 * MIB)
    async with at(server.url) as site:
        ann = Sender(site, (await site.sign_up("ann"))["token"])
        path = await ann.create(len(body))
        writer = await ann.begin_patch(path, 0, b"", len(body))
        writer.write(body[: 36 * MIB])
        await _writing(server)
        server.signal(how)
        await asyncio.to_thread(server.wait)
        writer.transport.abort()
        server.start()
        offset = await ann.offset(path)
        assert offset > 0
        status, answer, _ = await ann.patch(path, offset, body[offset:])
        assert status == 204, answer
        done = await ann.settled(path)
        assert done["state"] == "ready"
        assert await _downloaded(ann, done["id"]) == body


async def test_a_check_that_was_cut_off_is_done_by_whoever_comes(tmp_path: Path) -> None:
    body = os.urandom(100_000)
    async with served(tmp_path) as site:
        ann = Sender(site, (await site.sign_up("ann"))["token"])
        # As if it were killed between the commit of the last byte and what comes after it.
        site.app.filing.checking.begin = lambda row, digest: None  # type: ignore[method-assign]
        path = await ann.create(len(body))
        assert (await ann.patch(path, 0, body))[0] == 204
        assert (await ann.ask("GET", path))[1]["state"] == "checking"
    async with served(tmp_path) as site:
        ann.site = site
        done = await ann.settled(path)
        assert done["state"] == "ready"
        assert await ann.content(done["id"]) == body


async def test_another_node_takes_over_a_check_once_its_lease_is_out(
    ann: Sender, site: Site
) -> None:
    filing, store = site.app.filing, site.app.store
    filing.checking.begin = lambda row, digest: None  # type: ignore[method-assign]
    path = await ann.create(5)
    assert (await ann.patch(path, 0, b"these"))[0] == 204
    other = Checking(store, filing.blobs, filing.media, alone=False)
    await other._look(everything=False)
    assert other.waiting == 0  # the lease is another's
    sql = "UPDATE uploads SET expires_at = 0"
    await store.transact(lambda tx: tx.execute(sql))
    await other._look(everything=False)
    done = await ann.settled(path)
    assert await ann.content(done["id"]) == b"these"
    await other.close()


async def test_a_full_disk_is_told_and_what_was_there_before_stays(server: Server) -> None:
    body = os.urandom(40 * MIB)
    async with at(server.url) as site:
        ann = Sender(site, (await site.sign_up("ann"))["token"])
        path = await ann.create(len(body))
        assert (await ann.patch(path, 0, body[: 17 * MIB]))[0] == 204
        # As a full disk is to it: no file may grow beyond this.
        process = psutil.Process(server.pid)
        process.rlimit(resource.RLIMIT_FSIZE, (10 * MIB, resource.RLIM_INFINITY))
        status, answer, _ = await ann.patch(path, 17 * MIB, body[17 * MIB :])
        assert (status, answer["code"]) == (507, "storage_full")
        assert await ann.offset(path) == 17 * MIB
        process.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert (await ann.patch(path, 17 * MIB, body[17 * MIB :]))[0] == 204
        done = await ann.settled(path)
        assert await _downloaded(ann, done["id"]) == body


async def test_a_cut_at_any_byte_loses_nothing_that_was_entered(
    site: Site, ann: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_SEGMENT", 1000)
    uploads = site.app.filing.uploads
    cuts = st.lists(st.integers(0, 3_500), max_size=5)

    async def story(cut_at: list[int]) -> None:
        body = os.urandom(3_000)
        path = await ann.create(len(body))
        offset = 0
        for cut in cut_at:
            writer = await ann.begin_patch(path, offset, body[offset:cut], len(body) - offset)
            writer.close()
            await writer.wait_closed()
            await until(lambda: not uploads.active)
            before, offset = offset, int((await ann.ask("HEAD", path))[2]["Upload-Offset"])
            assert before <= offset <= max(before, min(cut, len(body)))
            if offset == len(body):
                break
        if offset < len(body):
            assert (await ann.patch(path, offset, body[offset:]))[0] == 204
        done = await ann.settled(path)
        assert await ann.content(done["id"]) == body

    loop = asyncio.get_running_loop()

    @settings(max_examples=25)
    @given(cuts)
    def any_cuts(cut_at: list[int]) -> None:
        asyncio.run_coroutine_threadsafe(story(cut_at), loop).result(30)

    site.app.filing.uploads._rate._rate = type(uploads.limits.rate)(0, 1)
    await asyncio.to_thread(any_cuts)
