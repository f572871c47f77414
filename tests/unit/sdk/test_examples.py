"""The examples run as they stand."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

import chinwag
from chinwag.protocol import pushes, results
from chinwag.protocol.commands import Mark, Read, Send, Sync
from unit.sdk.peer import Peer, accepted, head, message

SOURCE = Path(chinwag.__file__).parents[1]
EXAMPLES = SOURCE.parent / "examples"


@pytest.mark.parametrize("early", [True, False], ids=["before the sync", "behind it"])
async def test_the_echo_bot_answers_people_once_and_bots_never(peer: Peer, early: bool) -> None:
    """A server enters a session before it reads the sync, so events may overtake the answer."""
    robot = results.User(id="robot", handle="robot", name="Robot", kind="bot")
    peer.heads = [head(0), head(0, chat="d"), head(0, chat="e")]
    peer.heads[1].users = (robot,)
    peer.syncs = not early
    bot = await asyncio.create_subprocess_exec(
        sys.executable,
        str(EXAMPLES / "echo_bot.py"),
        env=os.environ
        | {"CHINWAG_URL": peer.url, "CHINWAG_TOKEN": "secret", "PYTHONPATH": str(SOURCE)},
    )
    try:
        line = await peer.line()
        sync, _ = await line.next(Sync)
        line.push(pushes.Event(event=message(1, chat="d", sender="robot")))
        line.push(pushes.Event(event=message(1)))
        if early:
            line.push(pushes.Heads(heads=tuple(peer.heads)))
            line.answer(sync, peer.caught_up)
        # In either order: a mark that was noted before the sync was done goes out first.
        found = [await line.next(Send, Read) for _ in range(2)]
        ((request, send),) = [it for it in found if isinstance(it[1], Send)]
        ((_, read),) = [it for it in found if isinstance(it[1], Read)]
        assert (send.chat, send.body.text, send.client_id) == ("c", "m1", "echo-c-1")
        assert read.marks == (Mark(chat="c", seq=1),)
        line.answer(request, accepted(2))
        assert sum(isinstance(it, Send) for it in peer.seen) == 1
    finally:
        bot.terminate()
        await bot.wait()
