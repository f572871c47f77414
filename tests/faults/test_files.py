"""Large files on bad days: ``kill -9`` in the middle, of the server and of the sender."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from chinwag.protocol.events import Event, Message
from chinwag.sdk import Client
from faults import sender
from faults.conftest import Serve
from faults.servers import Server, environment
from flows.cast import Person, eventually, log, sign_up

SIZE = 48 * 1024 * 1024
LONG = 60.0


def messages(client: Client, chat: str) -> list[Event]:
    return [it for it in log(client, chat) if isinstance(it.body, Message)]


class Reached:
    """Progress that lets one wait for a part of it."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self, done: int, size: int) -> None:
        self.done = done

    async def at(self, done: int) -> None:
        await eventually(lambda: self.done >= done, LONG)


async def killed(server: Server, way: Reached) -> None:
    """Kill it when half of the file has come."""
    await way.at(SIZE // 2)
    await server.kill()
    await server.start()


async def test_the_server_is_killed_on_either_way(serve: Serve, tmp_path: Path) -> None:
    server = await serve()
    anna, ben = await sign_up(server.url), await sign_up(server.url)
    chat = await anna.direct(ben)
    path = tmp_path / "film.bin"
    path.write_bytes(random.Random(1).randbytes(SIZE))
    there, back = Reached(), Reached()
    sending = await anna.phone.send_file(chat, path, progress=there)
    await killed(server, there)
    await asyncio.wait_for(sending.accepted(), LONG)
    (event,) = await eventually(lambda: messages(ben.phone, chat), LONG)
    loading = asyncio.create_task(ben.phone.files.download(event, tmp_path / "got", progress=back))
    await killed(server, back)
    got = await asyncio.wait_for(loading, LONG)
    assert got.read_bytes() == path.read_bytes()
    await asyncio.gather(anna.close(), ben.close())


async def lives(anna: Person, store: Path, chat: str, path: Path) -> AsyncIterator[int]:
    """The program, again and again, until it has sent all; how far it came before the kill."""
    arguments = [anna.url, anna.token, str(store), chat, str(path)]
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable, sender.__file__, *arguments, stdout=asyncio.subprocess.PIPE,
            env=environment(),
        )  # fmt: skip
        assert process.stdout is not None
        try:
            async for line in process.stdout:
                if line == b"sent\n":
                    return
                if line.strip().isdigit() and 0 < int(line) < SIZE:
                    yield int(line)
                    break
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def test_the_program_is_killed(serve: Serve, tmp_path: Path) -> None:
    server = await serve()
    anna, ben = await sign_up(server.url), await sign_up(server.url)
    chat = await anna.direct(ben)
    await anna.away()
    path = tmp_path / "film.bin"
    path.write_bytes(random.Random(2).randbytes(SIZE))
    parts = [part async for part in lives(anna, tmp_path / "anna.db", chat, path)]
    assert parts
    assert parts == sorted(parts)
    await eventually(lambda: len(messages(ben.phone, chat)) == 2, LONG)
    file, behind = messages(ben.phone, chat)
    assert (file.body.text, behind.body.text) == ("file", "behind")
    got = await ben.phone.files.download(file, tmp_path / "got")
    assert got.read_bytes() == path.read_bytes()
    await ben.close()
