"""The pool: its workers hold nothing, are killed when a job gets out of bounds, and replaced."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
from PIL import Image, ImageChops

from chinwag.media import Bounds, Killed, Media, Overloaded, Refused
from media.studio import corner, song

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
ORPHAN = """
import asyncio, os, signal
from chinwag.media import Media
async def main():
    media = Media()
    await media.start()
    print(media.pids[0], flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


@asynccontextmanager
async def running(bounds: Bounds | None = None, workers: int = 1) -> AsyncIterator[Media]:
    media = Media(workers, bounds)
    await media.start()
    try:
        yield media
    finally:
        await media.stop()
        assert not media.pids


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 (another process makes it true)
            await asyncio.sleep(0.01)


def left(folder: Path, name: str) -> list[Path]:
    return list(folder.glob(f"{name}.*"))


def status_of(pid: int) -> str:
    return Path(f"/proc/{pid}/status").read_text()


def picture(tmp_path: Path, side: int = 64) -> Path:
    path = tmp_path / "picture"
    corner(side, side).save(path, "JPEG")
    return path


def lengthy(tmp_path: Path) -> Path:
    """A moving picture: its small preview is there seconds before the rest of it."""
    path = tmp_path / "lengthy"
    noise = Image.effect_noise((640, 640), 90)
    frames = [ImageChops.offset(noise, at * 7) for at in range(100)]
    frames[0].save(path, "GIF", save_all=True, append_images=frames[1:])
    return path


async def test_jobs_of_all_kinds_go_through_one_warm_worker(tmp_path: Path) -> None:
    whole = picture(tmp_path).read_bytes()
    parts = [tmp_path / f"part{at}" for at in range(3)]
    for part, data in zip(parts, (whole[:100], b"", whole[100:]), strict=True):
        part.write_bytes(data)
    voice = song(tmp_path / "voice", "webm", "libopus", 1)
    async with running() as media:
        pids = media.pids
        made = await media.make("photo", parts, tmp_path, "a")
        assert made.outputs.content == tmp_path / "a.content"
        assert made.outputs.content.is_file()
        assert (await media.make("voice", [voice], tmp_path, "b")).waveform
        with pytest.raises(Refused) as refusal:
            await media.make("video", [voice], tmp_path, "c")
        assert refusal.value.code == "not_a_video"
        assert media.pids == pids
    assert not left(tmp_path, "c")
    with pytest.raises(Killed):
        await media.make("photo", parts, tmp_path, "a")


@LINUX
async def test_a_worker_holds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHINWAG_SECRET", "SECRET")
    with socket.create_server(("127.0.0.1", 0)) as server, picture(tmp_path).open() as file:
        os.set_inheritable(server.fileno(), True)
        os.set_inheritable(file.fileno(), True)
        async with running() as media:
            await media.make("photo", [tmp_path / "picture"], tmp_path, "a")
            worker = psutil.Process(media.pids[0])
            assert "CHINWAG_SECRET" not in worker.environ()
            assert worker.cwd() == "/"
            assert worker.num_fds() <= 5  # its pipes, and nothing where errors go
            assert not worker.open_files()
            assert not worker.net_connections()
            assert os.getsid(worker.pid) == worker.pid
            assert "NoNewPrivs:\t1" in status_of(worker.pid)
            assert worker.rlimit(psutil.RLIMIT_CORE) == (0, 0)
            assert worker.rlimit(psutil.RLIMIT_NOFILE) == (64, 64)
            for limit in (psutil.RLIMIT_AS, psutil.RLIMIT_CPU, psutil.RLIMIT_FSIZE):
                assert worker.rlimit(limit)[0] != psutil.RLIM_INFINITY


async def test_a_worker_that_hangs_is_killed_and_replaced(tmp_path: Path) -> None:
    path = picture(tmp_path)
    async with running(Bounds(wall=5.0)) as media:
        (pid,) = media.pids
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(Killed):
            await media.make("photo", [path], tmp_path, "a")
        assert not psutil.pid_exists(pid)
        assert (await media.make("photo", [path], tmp_path, "a")).width == 64
        assert pid not in media.pids


async def test_a_worker_killed_in_the_middle_costs_its_job_alone(tmp_path: Path) -> None:
    large, small = lengthy(tmp_path), picture(tmp_path)
    async with running() as media:
        (pid,) = media.pids
        job = asyncio.create_task(media.make("photo", [large], tmp_path, "a"))
        waiting = asyncio.create_task(media.make("photo", [small], tmp_path, "b"))
        await until((tmp_path / "a.small").exists)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(Killed):
            await job
        assert not left(tmp_path, "a")
        assert (await waiting).width == 64


async def test_stopping_waits_for_the_end_of_a_worker_whose_job_was_given_up(
    tmp_path: Path,
) -> None:
    large = lengthy(tmp_path)
    async with running() as media:
        (pid,) = media.pids
        job = asyncio.create_task(media.make("photo", [large], tmp_path, "a"))
        await until((tmp_path / "a.small").exists)
        job.cancel()
        await asyncio.sleep(0)
        job.cancel()  # in the middle of ending its worker
        await asyncio.wait([job])
        await media.stop()
        assert not psutil.pid_exists(pid)


async def test_whoever_gives_up_leaves_no_answer_to_the_next(tmp_path: Path) -> None:
    large, small = lengthy(tmp_path), picture(tmp_path)
    async with running() as media:
        (pid,) = media.pids
        job = asyncio.create_task(media.make("photo", [large], tmp_path, "a"))
        await until((tmp_path / "a.small").exists)
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        assert not psutil.pid_exists(pid)
        assert (await media.make("photo", [small], tmp_path, "b")).width == 64


@LINUX
async def test_memory_and_processor_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "large"
    corner(6000, 6000).save(path, "PNG")
    async with running(Bounds(memory=400 * 1024 * 1024)) as media:
        with pytest.raises(Refused) as refusal:
            await media.make("photo", [path], tmp_path, "a")
        assert refusal.value.code == "picture_too_large"
    async with running(Bounds(cpu=0)) as media:  # there is a second to spare, as to round up
        with pytest.raises(Killed):
            await media.make("photo", [lengthy(tmp_path)], tmp_path, "a")
    async with running(Bounds(output=1000)) as media:
        with pytest.raises(Killed):
            await media.make("photo", [picture(tmp_path, 1000)], tmp_path, "a")


async def test_no_more_wait_than_may(tmp_path: Path) -> None:
    path = picture(tmp_path)
    async with running(Bounds(waiting=2)) as media:
        jobs = [media.make("photo", [path], tmp_path, str(at)) for at in range(5)]
        results = await asyncio.gather(*jobs, return_exceptions=True)
        assert sum(isinstance(result, Overloaded) for result in results) == 3 - 1
        assert (await media.make("photo", [path], tmp_path, "a")).width == 64


async def test_a_worker_is_replaced_after_its_jobs(tmp_path: Path) -> None:
    path = picture(tmp_path)
    async with running(Bounds(jobs=2)) as media:
        first = media.pids
        await media.make("photo", [path], tmp_path, "a")
        assert media.pids == first
        await media.make("photo", [path], tmp_path, "a")
        assert not psutil.pid_exists(first[0])
        await until(lambda: len(media.pids) == 1)
        assert (await media.make("photo", [path], tmp_path, "a")).width == 64


def test_a_worker_ends_with_its_server() -> None:
    run = [sys.executable, "-c", ORPHAN]
    done = subprocess.run(run, stdout=subprocess.PIPE, text=True, check=False)
    worker = int(done.stdout)
    assert done.returncode == -signal.SIGKILL
    asyncio.run(until(lambda: not alive(worker)))


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
