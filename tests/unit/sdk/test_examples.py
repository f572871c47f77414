"""The examples run as they stand."""

import asyncio
import os
import sys
from pathlib import Path

import chinwag
from chinwag.protocol import pushes, results
from chinwag.protocol.commands import Mark, Read, Send, Sync
from unit.sdk.peer import PATIENCE, Peer, accepted, head, message

SOURCE = Path(chinwag.__file__).parents[1]
EXAMPLES = SOURCE.parent / "examples"


async def test_the_echo_bot_answers_people_once_and_bots_never(peer: Peer) -> None:
    robot = results.User(id="robot", handle="robot", name="Robot", kind="bot")
    peer.heads = [head(0), head(0, chat="d"), head(0, chat="e")]
    peer.heads[1].users = (robot,)
    bot = await asyncio.create_subprocess_exec(
        sys.executable,
        str(EXAMPLES / "echo_bot.py"),
        env=os.environ
        | {"CHINWAG_URL": peer.url, "CHINWAG_TOKEN": "secret", "PYTHONPATH": str(SOURCE)},
    )
    try:
        async with asyncio.timeout(PATIENCE):
            line = await peer.lines.get()
        await line.next(Sync)  # answered by now: the bot knows its chats before anything is said
        line.push(pushes.Event(event=message(1, chat="d", sender="robot")))
        line.push(pushes.Event(event=message(1)))
        request, send = await line.next(Send)
        assert (send.chat, send.body.text, send.client_id) == ("c", "m1", "echo-c-1")
        line.answer(request, accepted(2))
        _, read = await line.next(Read)
        assert read.marks == (Mark(chat="c", seq=1),)
        assert sum(isinstance(it, Send) for it in peer.seen) == 1
    finally:
        bot.terminate()
        await bot.wait()
