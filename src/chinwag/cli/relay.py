"""One device, one session: a program that has an account open does the jobs of the others.

Two sessions of one device would put each other out (close code 4409). So `chinwag chat` and
`chinwag tail` listen on a socket file that only the person may open; `send` and `tail` hand their
job over if somebody listens, and else connect by themselves. One line of JSON asks, lines of JSON
answer: ``{"line": …}`` any number of times, then ``{"done": true}`` or ``{"code": …, "text": …}``.
"""

import asyncio
import contextlib
import getpass
import hashlib
import json
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from chinwag.cli import jobs
from chinwag.cli.jobs import Failed, Job, Line
from chinwag.cli.profiles import private_folder
from chinwag.sdk import Client

_LIMIT = 1024 * 1024
_LONGEST_PATH = 100


def path_of(token: str) -> Path:
    """Where the program that has this token's session listens. A socket's path may have some 100
    bytes only: where the data folder lies deeper, the socket lies among the temporary files.
    """
    folder = platformdirs.user_data_path("chinwag") / "run"
    name = hashlib.sha256(f"{folder}:{token}".encode()).hexdigest()[:16]
    path = folder / f"{name}.sock"
    if len(os.fsencode(path)) < _LONGEST_PATH:
        return path
    return Path(tempfile.gettempdir()) / f"chinwag-{getpass.getuser()}" / path.name


def _is_ours(path: Path) -> bool:
    """Whether nobody else could have put the socket there."""
    owner = path.parent.stat()
    return owner.st_uid == os.getuid() and not owner.st_mode & 0o077


class Relay:
    """Does the jobs of others with ``client`` while it is entered. Nothing on systems without
    socket files.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._path = path_of(client.token)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> "Relay":
        with contextlib.suppress(OSError, NotImplementedError):
            private_folder(self._path.parent)
            if hasattr(asyncio, "start_unix_server") and _is_ours(self._path):
                self._path.unlink(missing_ok=True)
                self._server = await asyncio.start_unix_server(
                    self._serve, self._path, limit=_LIMIT
                )
                self._path.chmod(0o600)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is None:
            return
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        gone: asyncio.Task[bytes] | None = None
        try:
            job = msgspec.json.decode(await reader.readline(), type=Job)
            gone = asyncio.create_task(reader.read())
            gone.add_done_callback(lambda _: task.cancel())  # whoever asked has hung up
            await self._answer(job, writer)
        except (msgspec.DecodeError, ValueError, OSError, asyncio.CancelledError):
            return
        finally:
            if gone is not None:
                gone.cancel()
            writer.close()

    async def _answer(self, job: Job, writer: asyncio.StreamWriter) -> None:
        try:
            async for said in jobs.run(self._client, job):
                writer.write(json.dumps({"line": said}).encode() + b"\n")
                await writer.drain()
            end: Line = {"done": True}
        except Failed as error:
            end = {"code": error.code, "text": str(error)}
        writer.write(json.dumps(end).encode() + b"\n")
        await writer.drain()


async def ask(token: str, job: Job) -> AsyncIterator[Line] | None:
    """Have the job done by the program that has the session; None if there is none."""
    if not hasattr(asyncio, "open_unix_connection"):
        return None
    path = path_of(token)
    try:
        if not _is_ours(path):
            return None
        reader, writer = await asyncio.open_unix_connection(path, limit=_LIMIT)
    except OSError:
        return None
    writer.write(msgspec.json.encode(job) + b"\n")
    return _answers(reader, writer)


async def _answers(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> AsyncIterator[Line]:
    try:
        async for row in reader:
            answer = json.loads(row)
            if "line" in answer:
                yield answer["line"]
            elif "code" in answer:
                raise Failed(answer["code"], answer["text"])
            else:
                return
        raise Failed(jobs.UNREACHABLE, "the program that has this account open has ended")
    finally:
        writer.close()
