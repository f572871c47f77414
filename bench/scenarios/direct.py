"""One-to-one messages, durable, each until its sender has seen the second tick.

A message counts when all of this happened: committed and acknowledged to the sender, delivered
to the recipient, acknowledged by the recipient, and its tick told to the sender. A sender keeps
``window`` messages in flight; a place is free again when the recipient has the message.
"""

import asyncio
import gc
import os
from dataclasses import dataclass
from pathlib import Path

from bench.client import Client, Person, Received, Wires, Writer, decode, enter
from bench.machine import Usage
from bench.seed import Seeds, seed
from bench.server import Process

TEXT = "The quick brown fox jumps over the lazy dog, twice a day."


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people and their chat."""

    sender: Person
    recipient: Person
    chat: str


def sow(folder: Path, pairs: int) -> list[Pair]:
    """So many pairs, all strangers to each other."""

    async def work(seeds: Seeds) -> list[Pair]:
        made = []
        for _ in range(pairs):
            one, other = await seeds.people(2)
            made.append(Pair(one, other, await seeds.direct(one, other)))
        return made

    return seed(folder, work)


class Line:
    """One sender, one recipient, and the books on what passed between them."""

    def __init__(self, pair: Pair, window: int) -> None:
        self.pair = pair
        self.window = window
        self.writer = Writer(pair.chat, TEXT)
        self.received = Received()
        self.base = 1  # the chat's own first event
        self.sent = self.acked = self.delivered = self.ticked = 0
        self.faults: list[str] = []
        self.stopped = False
        self.sender: Client
        self.recipient: Client

    async def open(self, wires: Wires, port: int) -> None:
        """Sign both in and catch up."""
        self.recipient = await enter(wires, port, self.pair.recipient, self._at_recipient)
        self.sender = await enter(wires, port, self.pair.sender, self._at_sender)
        self.received.client = self.recipient

    def send(self) -> None:
        """One more message."""
        self.sent += 1
        self.sender.send(self.writer.next())

    def start(self) -> None:
        """Fill the window."""
        for _ in range(self.window):
            self.send()

    @property
    def complete(self) -> int:
        """Messages to which everything has happened."""
        return min(self.acked, self.delivered, self.ticked)

    def _at_recipient(self, payload: bytes) -> None:
        push = decode(payload).push
        if push is None or push.event is None:
            return
        event = push.event
        self.delivered += 1
        if event.seq != self.base + self.delivered:
            self.faults.append(f"delivered seq {event.seq}, not {self.base + self.delivered}")
        self.received.note(event.chat, event.seq)
        if not self.stopped:
            self.send()

    def _at_sender(self, payload: bytes) -> None:
        frame = decode(payload)
        if frame.reply:
            self.acked += 1
            if frame.ok is None:
                self.faults.append(f"refused: {bytes(frame.error).decode()}")
            elif frame.ok.seq != self.base + self.acked:
                self.faults.append(f"acknowledged seq {frame.ok.seq}")
            elif frame.reply != self.writer.FIRST + self.acked:
                self.faults.append(f"answered {frame.reply} out of order")
        elif frame.push is not None and frame.push.ticks is not None:
            ticked = frame.push.ticks.delivered - self.base
            if ticked <= self.ticked:
                self.faults.append(f"ticks went from {self.ticked} to {ticked}")
            self.ticked = ticked


async def drained(lines: list[Line], seconds: float = 10.0) -> None:
    """Wait until everything has happened to every message."""
    async with asyncio.timeout(seconds):
        while any(line.complete < line.sent for line in lines):
            await asyncio.sleep(0.01)


@dataclass(slots=True)
class Outcome:
    """What a run gave."""

    rate: float
    messages: int
    marks: int
    server: Usage
    load: Usage
    faults: list[str]


async def run(server: Process, pairs: list[Pair], window: int, seconds: float) -> Outcome:
    """Send as fast as it goes for so many seconds, after one second to warm up."""
    wires = Wires()
    lines = [Line(pair, window) for pair in pairs]
    for line in lines:
        await line.open(wires, server.port)
    for line in lines:
        line.start()
    await asyncio.sleep(1)
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        before, usage, load = sum(line.complete for line in lines), server.usage(), Usage(os.getpid())
        marks = sum(line.received.sent for line in lines)
        await asyncio.sleep(seconds)
        after, usage, load = sum(line.complete for line in lines), usage.end(), load.end()
        marks = sum(line.received.sent for line in lines) - marks
    finally:
        gc.enable()
        gc.unfreeze()
    for line in lines:
        line.stopped = True
    faults = []
    try:
        await drained(lines)
    except TimeoutError:
        lost = [line for line in lines if line.complete < line.sent]
        faults += [f"{len(lost)} chats not complete after 10 s, e.g. "
                   f"sent {lost[0].sent} acked {lost[0].acked} delivered {lost[0].delivered}"
                   f" ticked {lost[0].ticked}"]  # fmt: skip
    faults += [fault for line in lines for fault in line.faults]
    for line in lines:
        line.sender.close()
        line.recipient.close()
    await asyncio.sleep(0.1)
    return Outcome((after - before) / load.seconds, after - before, marks, usage, load, faults)
