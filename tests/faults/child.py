"""A client in a process of its own, to be killed: sends without end, shows what comes, and writes
its records to standard output. ``python child.py URL TOKEN STORE USER DEVICE CHAT…``
"""

import asyncio
import itertools
import os
import sys
import uuid

import msgspec

from chinwag.protocol.errors import ChinwagError
from chinwag.sdk import Client, Sending
from faults.histories import Accepted, Invoked, Queued, Record, Refused, now, shown

_FLYING = 4


def take(record: Record) -> None:
    """Write one record. It is with the system, and outlives a kill, when this returns."""
    os.write(1, msgspec.json.encode(record) + b"\n")


async def show(client: Client, device: str) -> None:
    """Show what comes."""
    async for event in client.events(own=True):
        take(shown(device, event))


async def settle(sending: Sending) -> None:
    """Tell what became of a message."""
    try:
        answer = await sending.accepted()
    except ChinwagError as error:
        take(Refused(sending.client_id, error.kind.code))
    else:
        take(Accepted(sending.client_id, answer.chat, answer.seq, now()))


async def main(url: str, token: str, store: str, user: str, device: str, *chats: str) -> None:
    """Live until killed."""
    async with Client(url, token=token, store=store) as client, asyncio.TaskGroup() as tasks:
        tasks.create_task(show(client, device))
        for chat in chats:
            for entry in client.outbox.of(chat):
                sending = await client.send(chat, entry.body.text, client_id=entry.client_id)
                tasks.create_task(settle(sending))
        flying: set[asyncio.Task[None]] = set()
        for number, chat in enumerate(itertools.cycle(chats)):
            client_id, text = f"child-{uuid.uuid4()}"[:60], f"{device} says {number}"
            take(Invoked(device, user, chat, client_id, text, now()))
            sending = await client.send(chat, text, client_id=client_id)
            take(Queued(client_id))
            flying.add(asyncio.create_task(settle(sending)))
            if len(flying) >= _FLYING:
                _, flying = await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
