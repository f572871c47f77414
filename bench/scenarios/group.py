"""One group of a hundred, all online: how many deliveries a second.

Some of the members keep a few messages in flight; a place is free again when half of the others
have the message, so that server and load work at the same time. Everybody acknowledges what they
get without a gap, coalesced as the SDK does it; a gap is an own message that is not answered yet,
or, with many nodes, another's that is still on its way. At the end everybody must have everything.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import uvloop

from bench.client import Client, Person, Received, Wires, Writer, decode, enter
from bench.context import Context
from bench.machine import Usage
from bench.quiet import quiet
from bench.results import Figure, faulty
from bench.scenarios.direct import TEXT, WARM_UP
from bench.seed import Seeds, seed
from bench.server import chinwag

SENDERS = 20
WINDOW = 16


class Measured(Protocol):
    """What was used in so many seconds."""

    seconds: float


MeasuredT = TypeVar("MeasuredT", bound=Measured)
MeasuredCoT = TypeVar("MeasuredCoT", bound=Measured, covariant=True)


class Measuring(Protocol[MeasuredCoT]):
    """A measurement that has begun."""

    def end(self) -> MeasuredCoT:
        """Count up to here."""
        ...


class Member:
    """One who receives, and perhaps sends."""

    def __init__(self, hall: "Hall", chat: str) -> None:
        self.hall = hall
        self.writer = Writer(chat, TEXT)
        self.received = Received()
        self.last = self.newest = 1
        self.ahead: set[int] = set()
        self.client: Client

    async def open(self, wires: Wires, port: int, person: Person) -> None:
        """Sign in and catch up."""
        self.client = self.received.client = await enter(wires, port, person, self._take)

    def send(self) -> None:
        """One more message."""
        self.hall.sent += 1
        self.client.send(self.writer.next())

    def _take(self, payload: bytes) -> None:
        frame = decode(payload)
        if frame.push is not None:
            event = frame.push.event
            if event is not None and self._has(event.seq):
                self.hall.overtaken += event.seq < self.newest
                self.newest = max(self.newest, event.seq)
                self.hall.delivered(event.seq)
                self.received.note(event.chat, self.last)
        elif frame.ok is not None:
            self._has(frame.ok.seq)
            self.hall.answered(frame.ok.seq, self)
        elif frame.error:
            self.hall.faults.append(bytes(frame.error).decode())

    def _has(self, seq: int) -> bool:
        """Take note of an event, or of an own message's place; whether it is new."""
        if seq == self.last + 1:
            self.last = seq
            while self.ahead and self.last + 1 in self.ahead:
                self.last += 1
                self.ahead.remove(self.last)
        elif seq <= self.last or seq in self.ahead:
            self.hall.repeats += 1
            return False
        else:
            self.ahead.add(seq)
        return True

    def faults(self) -> list[str]:
        """What is left over a gap."""
        return [f"{self.last + 1} never came"] if self.ahead else []


class Hall:
    """The group, and the books on it."""

    def __init__(self, size: int) -> None:
        self.others = size - 1
        self.half = self.others // 2
        self.sent = self.complete = self.handed = self.repeats = self.overtaken = 0
        self.stopped = False
        self.counts: dict[int, int] = {}
        self.senders: dict[int, Member] = {}
        self.early: set[int] = set()
        self.faults: list[str] = []

    def delivered(self, seq: int) -> None:
        """Somebody has the event."""
        self.handed += 1
        count = self.counts[seq] = self.counts.get(seq, 0) + 1
        if count == self.half:
            sender = self.senders.pop(seq, None)
            if sender is None:
                self.early.add(seq)
            else:
                self._release(sender)
        if count == self.others:
            del self.counts[seq]
            self.complete += 1

    def answered(self, seq: int, sender: Member) -> None:
        """The sender knows where its message stands; perhaps half of them have it already."""
        if seq in self.early:
            self.early.remove(seq)
            self._release(sender)
        else:
            self.senders[seq] = sender

    def _release(self, sender: Member) -> None:
        if not self.stopped:
            sender.send()


async def run(
    ports: Sequence[int],
    people: list[Person],
    chat: str,
    seconds: float,
    begin: Callable[[], Measuring[MeasuredT]],
) -> tuple[float, MeasuredT, Usage, list[str], float]:
    """Deliveries a second, who was how busy, what was wrong, `received` commands a second. People
    come to the ports by turns.
    """
    hall = Hall(len(people))
    members = [Member(hall, chat) for _ in people]
    wires = Wires(eager=True)
    for number, (member, person) in enumerate(zip(members, people, strict=True)):
        await member.open(wires, ports[number % len(ports)], person)
    for sender in members[:SENDERS]:
        for _ in range(WINDOW):
            sender.send()
    await asyncio.sleep(WARM_UP)
    with quiet() as load:
        meter = begin()
        before, calls = hall.handed, sum(member.received.sent for member in members)
        await asyncio.sleep(seconds)
        handed = hall.handed - before
        calls = sum(member.received.sent for member in members) - calls
        usage = meter.end()
    hall.stopped = True
    for _ in range(500):
        if hall.complete == hall.sent:
            break
        await asyncio.sleep(0.01)
    else:
        hall.faults.append(f"of {hall.sent} sent, {hall.complete} were with all after 5 s")
    if len(ports) == 1:  # with many nodes a client has to be ready for that
        odd = {"came again": hall.repeats, "came after later ones": hall.overtaken}
        hall.faults += [f"{count} {what}" for what, count in odd.items() if count]
    for member in members:
        hall.faults += member.faults()
        member.client.close()
    return handed / usage.seconds, usage, load, hall.faults, calls / usage.seconds


def measure(context: Context) -> list[Figure]:
    """Deliveries a second on one server core."""
    context.step(f"fan-out in a group of {context.members}")
    with context.folder() as folder:

        async def work(seeds: Seeds) -> tuple[list[Person], str]:
            people = await seeds.people(context.members)
            return people, await seeds.group(people, "Everybody")

        people, chat = seed(folder, work)
        with chinwag(folder, context.cores.server) as server:
            rate, usage, load, faults, calls = uvloop.run(
                run([server.port], people, chat, context.seconds, server.usage)
            )
    return [
        Figure(
            "group",
            f"fan-out, group of {context.members}",
            rate,
            "deliveries/s",
            250_000,
            server=usage.share,
            load=load.share,
            others=max(usage.others, load.others),
            notes={
                "messages/s": rate / (context.members - 1),
                "received/s": calls,
                **context.ratio(rate, "echo"),
                **faulty(faults),
            },
        )
    ]
