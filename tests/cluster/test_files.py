"""Uploads over several nodes: begun at one, asked for at another, finished at a third."""

import asyncio
import os
from pathlib import Path

from typer.testing import CliRunner

from chinwag.cli.main import app
from cluster.many import Many
from files.sender import Sender, at
from flows.cast import sign_up
from house import served

MIB = 1 << 20


async def test_an_upload_goes_from_node_to_node(many: Many) -> None:
    person = await sign_up(many.url, online=False)
    body = os.urandom(20 * MIB)
    one, two, three = many.nodes
    async with at(one.url) as first, at(two.url) as second, at(three.url) as third:
        token = person.phone.token
        here, there, elsewhere = (Sender(site, token) for site in (first, second, third))
        path = await here.create(len(body))
        stalled = await here.begin_patch(path, 0, body[: 18 * MIB], len(body))
        async with asyncio.timeout(30):
            while not (await there.ask("GET", path))[1]["received"]:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        # Who asks takes it from the node that waits for the rest.
        offset = await there.offset(path)
        assert offset == 16 * MIB
        status, answer, _ = await elsewhere.patch(path, offset, body[offset:])
        assert status == 204, answer
        # What still comes to the first is too late, and changes nothing.
        stalled.write(os.urandom(2 * MIB))
        done = await there.settled(path)
        assert done["state"] == "ready"
        stalled.transport.abort()
        for node in many.nodes:
            url = f"{node.url}/api/files/{done['id']}"
            headers = {"Authorization": f"Bearer {token}"}
            async with first.client.get(url, headers=headers) as answer:
                assert await answer.read() == body
    await person.close()


async def test_of_two_nodes_that_write_at_once_one_wins(many: Many) -> None:
    person = await sign_up(many.url, online=False)
    body = os.urandom(2 * MIB)
    async with at(many.nodes[0].url) as first, at(many.nodes[1].url) as second:
        senders = [Sender(site, person.phone.token) for site in (first, second)]
        path = await senders[0].create(len(body))
        answers = await asyncio.gather(*(sender.patch(path, 0, body) for sender in senders))
        assert min(status for status, *_ in answers) == 204
        assert all(status in (204, 409, 423) for status, *_ in answers)
        done = await senders[1].settled(path)
        url = f"{many.nodes[1].url}/api/files/{done['id']}"
        headers = {"Authorization": f"Bearer {person.phone.token}"}
        async with second.client.get(url, headers=headers) as answer:
            assert await answer.read() == body
    await person.close()


async def test_an_operator_finds_damage_to_files_of_which_postgres_knows(
    postgres: str, tmp_path: Path
) -> None:
    def check() -> tuple[int, str]:
        environment = {"CHINWAG_DATABASE_URL": postgres, "CHINWAG_DATA": str(tmp_path)}
        done = CliRunner().invoke(app, ["admin", "check"], env=environment)
        return done.exit_code, done.output

    async with served(tmp_path, database_url=postgres) as site:
        ann = Sender(site, (await site.sign_up("ann"))["token"])
        await ann.send(os.urandom(300_000))
        status, said = await asyncio.to_thread(check)
        assert (status, "pg_amcheck" in said, "all is well" in said) == (0, True, True)
        (kept,) = [each for each in (tmp_path / "files").rglob("*") if each.is_file()]
        with kept.open("r+b") as file:
            file.write(b"damage")
        status, said = await asyncio.to_thread(check)
        assert (status, "damaged" in said) == (1, True)
