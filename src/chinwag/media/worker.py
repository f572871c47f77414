"""A worker as the pool sees it: a process, the frames to and from it, and its end."""

import asyncio
import contextlib
import os
import signal
import sys

import msgspec

from chinwag.media.frames import LENGTH, LIMIT, Answer, Job, Ready, answer, pack
from chinwag.media.made import Killed

STARTUP = 30.0
"""Seconds to load the codecs: a machine that is busy may take long."""


class Worker:
    """One process. It has a clean environment, no descriptor but its two pipes, and a session of
    its own, so that no signal for the server reaches it. It ends when its pipes close.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.jobs = 0
        """How many it has done."""

    @classmethod
    async def spawn(cls) -> "Worker":
        """Start a worker and wait until it takes jobs. Raises Killed when it does not come up."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            # Neither the environment nor the working directory decides what is imported.
            *("-I", "-m", "chinwag.media"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # codecs chatter there, with words of strangers
            env={},
            cwd="/",
            close_fds=True,
            start_new_session=True,
            limit=LIMIT,
        )
        worker = cls(process)
        try:
            async with asyncio.timeout(STARTUP):
                hello = await worker._read()
            if not isinstance(hello, Ready):
                raise Killed("a worker began with something else")
        except BaseException as error:
            await worker.kill()
            if isinstance(error, TimeoutError):
                raise Killed("a worker did not start in time") from error
            raise
        return worker

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def ask(self, job: Job) -> Answer:
        """Have a job done. Raises Killed when the worker dies over it, or takes too long; then it
        is of no more use.
        """
        assert self._process.stdin is not None
        self.jobs += 1
        try:
            async with asyncio.timeout(job.bounds.wall):
                self._process.stdin.write(pack(job))
                await self._process.stdin.drain()
                return await self._read()
        except TimeoutError as error:
            raise Killed("took too long") from error
        except OSError as error:
            raise Killed("the worker died") from error

    async def kill(self) -> None:
        """End it now, whatever it does, and all that it may have started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()

    async def _read(self) -> Answer:
        assert self._process.stdout is not None
        try:
            (length,) = LENGTH.unpack(await self._process.stdout.readexactly(LENGTH.size))
            if length > LIMIT:
                raise Killed("the worker spoke nonsense")
            return answer(await self._process.stdout.readexactly(length))
        except asyncio.IncompleteReadError as error:
            raise Killed("the worker died") from error
        except msgspec.MsgspecError as error:
            raise Killed("the worker spoke nonsense") from error
