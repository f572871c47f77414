"""A backup taken while people write, and the server that is made of it."""

import asyncio
import sys
from pathlib import Path

from faults import checker
from faults.brought_back import same, sound
from faults.conftest import Serve
from faults.histories import History
from faults.people import company, direct, group_of, hurry
from faults.servers import environment
from flows.cast import eventually


async def _chinwag(*arguments: str | Path) -> str:
    """Run a command; what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "chinwag",
        *map(str, arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=environment(),
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, said.decode()
    return said.decode()


async def test_backup_under_load(serve: Serve, history: History, tmp_path: Path) -> None:
    server, file = await serve(), tmp_path / "all.backup"
    async with company(server, ["ann", "ben", "cat"], history) as people:
        chats = [await group_of(people), await group_of(people[:2], "two")]
        chats.append(await direct(people[0], people[2]))
        stop = asyncio.Event()
        talks = [
            asyncio.create_task(people[0].talk(chats, stop)),
            asyncio.create_task(people[1].talk(chats[:2], stop)),
            asyncio.create_task(people[2].talk([chats[0], chats[2]], stop)),
        ]
        await history.accepts(300)
        before = {it.invoked.client_id for it in history.sends.values() if it.accepted}
        print(await _chinwag("backup", file, "--data", server.data))
        await history.accepts(100)
        stop.set()
        await asyncio.gather(*talks)
        await server.kill()
        original = checker.look_at_wreck(server.database)
        checker.check(original, history, healed=False)

        # Of the same file comes the same log, as far as it goes, and it goes to the backup.
        restored = tmp_path / "restored"
        print(await _chinwag("restore", file, "--data", restored))
        copy = checker.look(restored / server.database.name)
        sound(copy, history)
        assert before <= copy.by_client_id.keys()
        for chat, log in copy.logs.items():
            assert log == original.logs[chat][: len(log)]
        assert len(copy.rows) < len(original.rows)
        assert "all is well" in await _chinwag("admin", "check", "--data", restored)

        # It takes the old one's place: clients forget what it never had, and go on.
        server.move_to(restored)
        await server.start()
        hurry(people)
        for person in people:
            await person.client.wait_online()
            await (await person.send(chats[0], "we are back"))
        for person in people:
            await eventually(lambda it=person: same(checker.look(server.database), it), 30)
        sound(checker.look(server.database), history)
    assert await server.stop() == 0
    assert server.complaints() == []
