"""One-to-one messages, durable, each until its sender has seen the second tick.

A message counts when all of this happened: committed and acknowledged to the sender, delivered
to the recipient, acknowledged by the recipient, and its tick told to the sender. A sender keeps
``window`` messages in flight; a place is free again when the recipient has the message.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import uvloop

from bench.client import Client, Person, Received, Wires, Writer, decode, enter
from bench.context import Context
from bench.machine import Usage
from bench.quiet import quiet
from bench.results import Figure, faulty
from bench.seed import Seeds, seed
from bench.server import Process, chinwag

TEXT = "The quick brown fox jumps over the lazy dog, twice a day."
WARM_UP = 1.0
DRAIN = 10.0


@dataclass(slots=True)
class Pair:
    """Two people and their chat, in which ``last`` is the newest event."""

    sender: Person
    recipient: Person
    chat: str
    last: int = 1


def sow(folder: Path, pairs: int) -> list[Pair]:
    """So many pairs, all strangers to each other."""
    return seed(folder, lambda seeds: strangers(seeds, pairs))


async def strangers(seeds: Seeds, pairs: int) -> list[Pair]:
    """The same, inside a transaction."""
    made = []
    for _ in range(pairs):
        one, other = await seeds.people(2)
        made.append(Pair(one, other, await seeds.direct(one, other)))
    return made


class Line:
    """One sender, one recipient, and the books on what passed between them.

    Attributes:
        repeats: what came again. A client drops it; one node alone does not even send it.
    """

    def __init__(self, pair: Pair, window: int) -> None:
        self.pair = pair
        self.window = window
        self.writer = Writer(pair.chat, TEXT)
        self.received = Received()
        self.base = pair.last
        self.sent = self.acked = self.delivered = self.ticked = self.repeats = 0
        self.faults: list[str] = []
        self.stopped = False
        self.sender: Client
        self.recipient: Client

    async def open(self, wires: Wires, port: int, elsewhere: int | None = None) -> None:
        """Sign both in and catch up; the recipient at another port if there is one."""
        at = elsewhere or port
        self.recipient = await enter(wires, at, self.pair.recipient, self._at_recipient)
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
        if event.seq <= self.base + self.delivered:
            self.repeats += 1
            return
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
                self.repeats += 1
            else:
                self.ticked = ticked


LineT = TypeVar("LineT", bound=Line)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave. ``rate`` is a second, ``calls`` the `received` commands that it took."""

    rate: float
    calls: float
    server: Usage
    load: Usage
    faults: list[str]


async def open_all(
    server: Process, pairs: list[Pair], make: Callable[[Pair], LineT]
) -> list[LineT]:
    """Everybody signed in and caught up."""
    wires = Wires()
    lines = [make(pair) for pair in pairs]
    for line in lines:
        await line.open(wires, server.port)
    return lines


async def finish(lines: Sequence[Line]) -> list[str]:
    """Let everything happen to every message, hang up, and say what was wrong."""
    for line in lines:
        line.stopped = True
    end = time.monotonic() + DRAIN
    while any(line.complete < line.sent for line in lines) and time.monotonic() < end:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    faults = [
        f"sent {line.sent}, acknowledged {line.acked},"
        f" delivered {line.delivered}, ticked {line.ticked}"
        for line in lines
        if not line.sent == line.acked == line.delivered == line.ticked
    ]
    for line in lines:
        faults += [
            f"the server closed a socket: {client.reason or 'without a word'}"
            for client in (line.sender, line.recipient)
            if client.closed.done()
        ]
        faults += line.faults
        line.pair.last += line.sent
        line.sender.close()
        line.recipient.close()
    await asyncio.sleep(0.1)
    return faults


async def run(server: Process, pairs: list[Pair], window: int, seconds: float) -> Outcome:
    """Send as fast as it goes for so many seconds, after one second to warm up."""
    lines = await open_all(server, pairs, lambda pair: Line(pair, window))
    for line in lines:
        line.start()
    await asyncio.sleep(WARM_UP)
    with quiet() as load:
        usage = server.usage()
        before = sum(line.complete for line in lines)
        calls = sum(line.received.sent for line in lines)
        await asyncio.sleep(seconds)
        after = sum(line.complete for line in lines)
        calls = sum(line.received.sent for line in lines) - calls
        usage.end()
    faults = await finish(lines)
    faults += [f"{line.repeats} came again" for line in lines if line.repeats]
    return Outcome((after - before) / usage.seconds, calls / usage.seconds, usage, load, faults)


def measure(context: Context) -> list[Figure]:
    """With 1, 8 and 32 messages in flight a sender; the target is for 8."""
    figures = []
    with context.folder() as folder:
        pairs = sow(folder, context.pairs)
        with chinwag(folder, context.cores.server) as server:
            for window, target in ((1, None), (8, 12_000), (32, None)):
                context.step(f"one-to-one, {context.pairs} senders with {window} in flight")
                got = uvloop.run(run(server, pairs, window, context.seconds))
                figures.append(
                    Figure(
                        "direct",
                        f"one-to-one, {context.pairs} × {window} in flight",
                        got.rate,
                        "messages/s",
                        target,
                        server=got.server.share,
                        load=got.load.share,
                        others=max(got.server.others, got.load.others),
                        notes={
                            "a server CPU second": got.rate / got.server.share,
                            "received/s": got.calls,
                            **context.ratio(got.rate, "echo"),
                            **context.ratio(got.rate, "inserts"),
                            **faulty(got.faults),
                        },
                    )
                )
                if window == 8:
                    context.found["direct"] = got.rate
    return figures
