"""The pool of warm workers, which the server asks for media work."""

import asyncio
import glob
from collections.abc import Sequence
from pathlib import Path

from chinwag.media.frames import Answer, Done, Job, Refusal
from chinwag.media.made import Bounds, Killed, Kind, Made, Overloaded, Refused
from chinwag.media.worker import Worker


class Media:
    """Makes what a message shows of its file, in processes that are killed when a job gets beyond
    its bounds.

    A worker does one job at a time and is replaced after any failure and after ``bounds.jobs``;
    what its successor costs is paid between jobs. Never more than ``bounds.waiting`` jobs wait.
    """

    def __init__(self, workers: int = 1, bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._size = workers
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._slots = asyncio.Semaphore(workers)
        self._waiting = 0
        self._replacing: set[asyncio.Task[None]] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._stopped = False

    async def start(self) -> None:
        """Warm the workers up. Raises Killed when they cannot be started at all."""
        for _ in range(self._size):
            self._idle.append(await self._spawn())

    async def stop(self) -> None:
        """End all workers; jobs under way raise Killed."""
        self._stopped = True
        for task in self._replacing:
            task.cancel()
        await asyncio.gather(*self._replacing, return_exceptions=True)
        await asyncio.gather(*(worker.kill() for worker in self._all))
        # Of whoever gave up their job, and with it the wait for this.
        await asyncio.gather(*self._ending)
        self._all.clear()
        self._idle.clear()

    @property
    def pids(self) -> list[int]:
        """Of the processes that are there, for figures and for whoever looks after them."""
        return [worker.pid for worker in self._all]

    async def make(self, kind: Kind, paths: Sequence[Path], into: Path, name: str) -> Made:
        """Read the files at ``paths`` as one, and write what ``kind`` needs into the folder
        ``into``, under names that start with ``name``; when it fails, nothing of it is left there.
        A document is never refused.

        Raises Refused, Overloaded, or Killed.
        """
        if self._stopped:
            raise Killed("stopped")
        if self._waiting >= self._bounds.waiting:
            raise Overloaded("too many files wait to be looked at")
        # A worker has a working directory of its own.
        job = Job(kind, tuple(map(_absolute, paths)), _absolute(into), name, self._bounds)
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
        try:
            answer = await self._run(job)
        except BaseException:
            _sweep(into, name)
            raise
        finally:
            self._slots.release()
        if isinstance(answer, Done):
            return answer.made
        _sweep(into, name)
        if isinstance(answer, Refusal):
            raise Refused(answer.code, answer.text)
        raise Killed("the worker failed")

    async def _run(self, job: Job) -> Answer:
        """Whatever ends this early, a cancellation included, also ends the worker: nobody else may
        get the answer.
        """
        worker = await self._take()
        fine = False
        try:
            answer = await worker.ask(job)
            fine = isinstance(answer, Done | Refusal)
            return answer
        finally:
            if fine and worker.jobs < self._bounds.jobs and not self._stopped:
                self._idle.append(worker)
            else:
                await self._discard(worker)

    async def _take(self) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            await self._discard(worker)
        # Those that are being started count as well: it is the slots that bound the workers.
        return await self._spawn()

    async def _spawn(self) -> Worker:
        worker = await Worker.spawn()
        if self._stopped:
            await worker.kill()
            raise Killed("stopped")
        self._all.add(worker)
        return worker

    async def _discard(self, worker: Worker) -> None:
        """End a worker, and warm its successor up beside what else is done."""
        self._all.discard(worker)
        end = asyncio.create_task(worker.kill())
        self._ending.add(end)
        end.add_done_callback(self._ending.discard)
        await asyncio.shield(end)
        if not self._stopped and len(self._all) < self._size:
            task = asyncio.create_task(self._replace())
            self._replacing.add(task)
            task.add_done_callback(self._replacing.discard)

    async def _replace(self) -> None:
        try:
            worker = await self._spawn()
        except (Killed, OSError):
            return  # the next job tries again, and tells whoever asks for it
        if len(self._all) > self._size:
            await self._discard(worker)
        else:
            self._idle.append(worker)


def _absolute(path: Path) -> str:
    return str(path.absolute())


def _sweep(into: Path, name: str) -> None:
    for path in into.glob(f"{glob.escape(name)}.*"):
        path.unlink(missing_ok=True)
