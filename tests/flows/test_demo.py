"""`chinwag serve --demo`: its people send one another files once it runs."""

import asyncio
import re
import signal
import sys

from chinwag.protocol.scalars import FileKind
from chinwag.sdk import Client
from chinwag.server.demo import PASSWORD
from flows.cast import eventually

_COMMAND = (sys.executable, "-m", "chinwag", "serve", "--demo", "--port", "0")


async def test_people_have_faces_and_share_files_until_it_is_stopped() -> None:
    server = await asyncio.create_subprocess_exec(
        *_COMMAND, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    assert server.stdout is not None
    try:
        line = await asyncio.wait_for(server.stdout.readline(), 30)
        found = re.search(r"http://\S+(?=,)", line.decode())
        assert found, line
        async with await Client.sign_in(found[0], "dev", PASSWORD) as dev:
            await dev.wait_online()
            chats = dev.state.chats.values()
            [lake] = await eventually(lambda: [it for it in chats if it.group and it.group.avatar])
            wanted: dict[FileKind, int] = {"photo": 7, "voice": 1, "document": 1}
            await eventually(lambda: _shared(dev, lake.id, wanted), within=60)
            ben = next(it for it in dev.state.users.values() if it.handle == "ben")
            assert ben.avatar
    finally:
        server.send_signal(signal.SIGTERM)
        rest = await asyncio.wait_for(server.stdout.read(), 30)
    assert await server.wait() in {0, -signal.SIGTERM}
    assert b"Traceback" not in rest, rest


async def _shared(client: Client, chat: str, wanted: dict[FileKind, int]) -> bool:
    page = await client.history(chat, limit=100)
    kinds = [getattr(getattr(it.body, "file", None), "kind", None) for it in page.events]
    return {kind: kinds.count(kind) for kind in wanted} == wanted
