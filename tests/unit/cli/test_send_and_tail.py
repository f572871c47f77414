"""`chinwag send`, `tail`, `sign-in`, `sign-up` and `sign-out`, in pipes and scripts."""

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from chinwag.cli.profiles import Profile
from chinwag.cli.relay import path_of
from chinwag.cli.tail import plain_line
from chinwag.protocol.http import SignedIn
from chinwag.sdk import Client, Tick
from unit.cli.people import (
    PASSWORD,
    SOURCE,
    Server,
    handle,
    running,
    sign_up,
    two,
    until,
    window,
)


class Program:
    """`chinwag …` in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, *arguments: str, **environment: str) -> "Program":
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "chinwag", *arguments,
            stdin=pipe, stdout=pipe, stderr=pipe,
            env=os.environ | {"PYTHONPATH": SOURCE} | environment,
        )  # fmt: skip
        return cls(process)

    async def end(self, given: str = "") -> tuple[int, str, str]:
        """Exit code, output, errors."""
        async with asyncio.timeout(60):
            out, error = await self._process.communicate(given.encode())
        assert b"Traceback" not in error, error.decode()
        return self._process.returncode or 0, out.decode(), error.decode()

    async def line(self) -> str:
        assert self._process.stdout is not None
        async with asyncio.timeout(30):
            return (await self._process.stdout.readline()).decode()

    async def stop(self) -> None:
        self._process.terminate()
        await self._process.wait()


async def chinwag(*arguments: str, given: str = "", **environment: str) -> tuple[int, str, str]:
    return await (await Program.start(*arguments, **environment)).end(given)


def acting(server: Server, who: SignedIn) -> dict[str, str]:
    return {"CHINWAG_URL": server.url, "CHINWAG_TOKEN": who.token}


async def test_sign_up_in_and_out(shared_server: Server) -> None:
    ann = handle("ann")
    secret = {"CHINWAG_PASSWORD": PASSWORD}
    url = shared_server.url
    made = await chinwag("sign-up", url, "--handle", ann, "--name", "Ann\x1b[2J", **secret)
    assert made == (0, f"Signed in to {url} as Ann␛[2J (@{ann}), kept as profile default.\n", "")
    code, _, error = await chinwag("sign-up", url, ann, "--name", "Ann", **secret)
    assert (code, error) == (1, "chinwag: This handle is taken.\n")
    code, said, _ = await chinwag("sign-out")
    assert (code, said) == (0, f"Signed out of {url}.\n")
    assert Profile().account.token == ""
    code, _, error = await chinwag("sign-out")
    assert code == 2
    assert "nobody is signed in" in error
    code, _, _ = await chinwag("sign-in", url, "--handle", f"@{ann.upper()}", **secret)
    assert code == 0
    assert (await chinwag("sign-out"))[0] == 0
    code, _, _ = await chinwag("sign-in", url, f"@{ann.upper()}", **secret)
    assert code == 0
    code, _, error = await chinwag("sign-in", url, ann, "--handle", "somebody", **secret)
    assert (code, error) == (2, f"chinwag: two handles: {ann} and somebody\n")
    code, _, error = await chinwag("sign-in", url, ann, "somebody", **secret)
    assert code == 2
    assert "somebody" in error
    code, _, error = await chinwag("sign-in", url, "--handle", ann, CHINWAG_PASSWORD="wrong-one")
    assert (code, error) == (1, "chinwag: Handle or password is wrong.\n")
    code, _, error = await chinwag("sign-in", "http://127.0.0.1:1", "--handle", ann, **secret)
    assert code == 3
    code, _, error = await chinwag("sign-in", url, "--handle", ann)
    assert code == 2
    assert "CHINWAG_PASSWORD" in error
    code, _, _ = await chinwag("sign-out", "--forget")
    assert code == 0
    assert [it.name for it in Profile().folder.iterdir()] == ["account.json"]


async def test_send_and_tail_with_tokens(shared_server: Server) -> None:
    ann, bob = await sign_up(shared_server.url, "Ann"), await sign_up(shared_server.url, "Bob")
    as_ann, as_bob = acting(shared_server, ann), acting(shared_server, bob)
    assert await chinwag("send", bob.user.handle, "one", "two", **as_ann) == (0, "", "")
    code, said, _ = await chinwag(
        "send", "--json", f"@{bob.user.handle}", "-", given="three\x1b[31m\nfour\n", **as_ann
    )
    assert code == 0
    sent = json.loads(said)
    assert sent["state"] == "accepted"
    assert sent["seq"] > 1
    code, _, _ = await chinwag(
        "send", "Bob", "--reply-to", str(sent["seq"]), "--", "-five", **as_ann
    )
    assert code == 0

    code, said, error = await chinwag("tail", "--no-follow", **as_bob)
    assert (code, error) == (0, "")
    assert [it.split("  ", 1)[1] for it in said.splitlines()] == [
        "Ann: one two", "Ann: three␛[31m four", "Ann: -five",
    ]  # fmt: skip
    code, said, _ = await chinwag("tail", ann.user.handle, "--no-follow", "--json", **as_bob)
    found = [json.loads(it) for it in said.splitlines()]
    assert [it["text"] for it in found] == ["one two", "three\x1b[31m\nfour", "-five"]
    assert "\x1b" not in said
    assert found[2]["reply_to"] == sent["seq"]
    assert found[0] | {"chat_kind": "direct", "own": False, "name": "Ann"} == found[0]
    code, said, _ = await chinwag("tail", "-n", "1", "--no-follow", **as_ann)
    assert said.endswith("You to Bob: -five\n")
    for since in ("1h", "2020-01-01"):
        code, said, _ = await chinwag("tail", "--since", since, "--no-follow", **as_ann)
        assert len(said.splitlines()) == 3
    code, said, _ = await chinwag("tail", "--since", "2100-01-01", "--no-follow", **as_ann)
    assert said == ""


async def test_tail_follows_and_waits_for_reading(shared_server: Server) -> None:
    ann, bob = await sign_up(shared_server.url, "Ann"), await sign_up(shared_server.url, "Bob")
    as_ann, as_bob = acting(shared_server, ann), acting(shared_server, bob)
    await chinwag("send", bob.user.handle, "before", **as_ann)
    tail = await Program.start("tail", "-n", "1", "--json", **as_bob)
    assert json.loads(await tail.line())["text"] == "before"
    code, _, error = await chinwag("send", "Bob", "now", "--wait", "delivered", **as_ann)
    assert (code, error) == (0, "")
    assert json.loads(await tail.line())["text"] == "now"
    # The same account beside it: over the session that is open, which goes on.
    code, _, error = await chinwag("send", "Ann", "beside", **as_bob)
    assert (code, error) == (0, "")
    assert json.loads(await tail.line())["text"] == "beside"
    code, _, error = await chinwag(
        "send", "Bob", "unread", "--wait", "read", "--timeout", "2", **as_ann
    )
    assert (code, error) == (3, "chinwag: sent, but not read within 2 s\n")
    await tail.stop()


async def test_mistakes(shared_server: Server) -> None:
    ann = await sign_up(shared_server.url, "Ann")
    as_ann = acting(shared_server, ann)
    for arguments, environment, expected in (
        (("send", "x", "y"), {}, 2),
        (("send", "x"), as_ann, 2),
        (("send", "x", "-"), as_ann, 2),
        (("send", "no.such.person", "y"), as_ann, 1),
        (("send", "No such chat", "y"), as_ann, 1),
        (("send", "x", "y"), as_ann | {"CHINWAG_TOKEN": "void"}, 1),
        (("send", "x", "y", "--timeout", "1"), as_ann | {"CHINWAG_URL": "http://127.0.0.1:1"}, 3),
        (("send", "x", "y"), as_ann | {"CHINWAG_URL": "what:ever:it"}, 2),
        (("tail", "--since", "soon"), as_ann, 2),
        (("tail", "no.such.person"), as_ann, 1),
        (("tail", "--profile", "../x"), {}, 2),
    ):
        code, said, error = await chinwag(*arguments, **environment)
        assert (code, said) == (expected, ""), (arguments, error)
        assert error.startswith(("chinwag: ", "Usage: ")), error


async def test_nothing_is_sent_later(own_server: Server) -> None:
    ann, bob = await sign_up(own_server.url, "Ann"), await sign_up(own_server.url, "Bob")
    Profile("ann").keep(own_server.url, ann)
    await chinwag("send", bob.user.handle, "first", "--profile", "ann")
    own_server.stop()
    code, _, error = await chinwag("send", "Bob", "lost", "--profile", "ann", "--timeout", "1")
    assert code == 3
    assert "nothing was sent" in error
    own_server.start()
    await chinwag("send", "Bob", "second", "--profile", "ann")
    async with Client(own_server.url, token=bob.token) as client:
        await client.wait_online()
        (chat,) = client.state.chats.values()
        said = [getattr(it.body, "text", "") for it in chat.log.between(1, chat.last)]
        assert [it for it in said if it] == ["first", "second"]


async def test_beside_an_open_window(shared_server: Server) -> None:
    async with two(shared_server.url) as (ann, bob, chat):
        await ann.client.send(chat, "hi")
        await ann.open(chat)
        socket = path_of(ann.client.token)
        await until(socket.exists)
        assert socket.parent.stat().st_mode & 0o077 == 0
        code, _, error = await chinwag(
            "send", "Bob", "from a script", "--profile", "ann", "--wait", "delivered"
        )
        assert (code, error) == (0, "")
        await until(lambda: ann.texts()[-1:] == ["from a script"])
        code, said, _ = await chinwag("tail", "Bob", "--profile", "ann", "--no-follow", "-n", "1")
        assert said.endswith("You to Bob: from a script\n")
        tail = await Program.start("tail", "--profile", "ann", "-n", "0")
        await bob.open(chat)
        await until(bob.bubbles)

        async def say() -> str:
            number = 0
            line = asyncio.create_task(tail.line())
            while not line.done():
                number += 1
                await bob.client.send(chat, f"knock {number}")
                await asyncio.wait([line], timeout=0.5)
            return line.result()

        assert "Bob: knock" in await say()
        await tail.stop()
        assert ann.client.status == "online"
    async with running(Profile("ann")) as ann:
        await ann.online()
    assert not socket.exists()


async def test_a_closed_pipe_is_no_trouble(shared_server: Server) -> None:
    async with window(shared_server.url, "Ann") as ann:
        notes = (await ann.client.open_direct(ann.client.user)).chat
        for number in range(5):
            sending = await ann.client.send(notes, f"note {number}")
        await sending.accepted()
    command = f"{sys.executable} -m chinwag tail --profile ann --no-follow | head -n 1"
    done = await asyncio.to_thread(
        subprocess.run,
        ["sh", "-c", command],
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"PYTHONPATH": SOURCE},
        check=False,
    )
    assert done.stdout.endswith("You to Notes to self: note 0\n")
    assert "Traceback" not in done.stderr


async def test_read_is_waited_for(shared_server: Server) -> None:
    async with window(shared_server.url, "Ann") as ann:
        bob = await sign_up(shared_server.url, "Bob")
        async with Client(shared_server.url, token=bob.token) as client:
            await client.wait_online()
            sending = await client.send((await client.open_direct(ann.client.user)).chat, "hello")
            await ann.look(True)
            await ann.open(sending.chat)
            await sending.read()
            assert client.tick(sending.chat, sending.result.seq) is Tick.READ


def test_lines() -> None:
    line = {
        "at": 0, "own": False, "name": "A\x1b[2J\nB", "handle": "a", "chat_name": "G\u202e",
        "chat_kind": "group", "kind": "message", "text": "x\ny\x07",
    }  # fmt: skip
    assert plain_line(line).split("  ", 1)[1] == "A␛[2J B in G: x y␇"
    line |= {"kind": "invite", "text": "Tea", "chat_kind": "direct", "own": True}
    assert plain_line(line).split("  ", 1)[1] == "You to G: invitation to Tea"


async def test_codes_are_taken_as_links_too(own_server: Server, tmp_path: Path) -> None:
    """As the server prints them, and as people send them to each other."""
    printed = (tmp_path / "server.log").read_text()
    link = next(it for it in printed.split() if "/claim/" in it)
    secret = {"CHINWAG_PASSWORD": PASSWORD}
    url = own_server.url
    made = await chinwag("sign-up", url, "ann", "--name", "Ann", "--claim", link, **secret)
    assert made[0] == 0
    _, people, _ = await chinwag("user", "list", "--data", str(tmp_path / "server-data"))
    assert re.search(r"^ann +Ann +person +active +yes ", people, re.MULTILINE), people


async def test_files_in_pipes(shared_server: Server, tmp_path: Path) -> None:
    ann, bob = await sign_up(shared_server.url, "Ann"), await sign_up(shared_server.url, "Bob")
    as_ann, as_bob = acting(shared_server, ann), acting(shared_server, bob)
    tea = tmp_path / "tea \x1b[2J.txt"
    tea.write_bytes(b"tea" * 100_000)
    to = f"@{bob.user.handle}"
    sent = await chinwag("send", to, "a caption", "--file", str(tea), "--json", **as_ann)
    assert sent[0] == 0
    assert json.loads(sent[1])["seq"] == 2
    piped = await chinwag("send", to, "--file", "-", "--name", "milk", given="milk", **as_ann)
    assert piped == (0, "", "")
    absent = await chinwag("send", to, "--file", str(tmp_path / "absent"), **as_ann)
    assert (absent[0], "No such file" in absent[2]) == (2, True)
    _, said, _ = await chinwag("tail", "--no-follow", **as_bob)
    first, second = said.splitlines()
    assert first.endswith("Ann: tea [2J.txt: a caption")
    assert second.endswith("Ann: milk")
    folder = tmp_path / "got"
    folder.mkdir()
    fetched = await chinwag("download", ann.user.handle, "2", "-o", str(folder), **as_bob)
    assert fetched == (0, f"{folder}/tea [2J.txt\n", "")
    assert (folder / "tea [2J.txt").read_bytes() == tea.read_bytes()
    assert await chinwag("download", ann.user.handle, "--to", "-", **as_bob) == (0, "milk", "")
    nothing = await chinwag("download", ann.user.handle, "1", **as_bob)
    assert nothing == (1, "", "chinwag: there is no file there\n")
