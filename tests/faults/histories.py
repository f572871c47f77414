"""What the clients of a run did and saw, as it happened: the evidence that the checker judges.

Moments are nanoseconds of the machine's monotonic clock, so that records of several processes can
be compared. A client in a process of its own writes its records as lines of JSON, and what it had
written when it was killed counts.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from chinwag.protocol.events import Event, Message


class Invoked(msgspec.Struct, tag="invoked"):
    """A send was about to be asked for. ``device``: whose."""

    device: str
    user: str
    chat: str
    client_id: str
    text: str
    at: int


class Queued(msgspec.Struct, tag="queued"):
    """The send is safe in a durable outbox: from here on it must reach the log."""

    client_id: str


class Accepted(msgspec.Struct, tag="accepted"):
    """The server said that the message is stored."""

    client_id: str
    chat: str
    seq: int
    at: int


class Refused(msgspec.Struct, tag="refused"):
    """The server refused the message for good: nothing of it may be in the log."""

    client_id: str
    code: str


class Shown(msgspec.Struct, tag="shown"):
    """A device showed an entry of a log to its person."""

    device: str
    chat: str
    seq: int
    kind: str
    sender: str
    client_id: str | None
    text: str | None


Record = Invoked | Queued | Accepted | Refused | Shown
decode = msgspec.json.Decoder(Record).decode


@dataclass
class Send:
    """All that is known of one send."""

    invoked: Invoked
    accepted: list[Accepted] = field(default_factory=list)
    queued: bool = False
    refused: str = ""


class History:
    """The records of a run, sorted by what they are about."""

    def __init__(self) -> None:
        self.sends: dict[str, Send] = {}
        self.devices: dict[str, str] = {}
        """Device -> its user id, of every device that took part."""
        self.shown: dict[str, list[Shown]] = defaultdict(list)
        self.kills: dict[str, int] = defaultdict(int)
        """Device -> how often its process was killed; each may cost one record of showing."""
        self.held: dict[str, set[tuple[str, int]]] = {}
        """Device -> (chat, seq) of all that its durable store has at the end."""
        self.marks: list[dict[tuple[str, str], tuple[int, int]]] = []
        """Looks at the marks in the database during the run: (chat, user) -> delivered, read."""
        self.accepted = 0
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    # --- records -----------------------------------------------------------------------------

    def take(self, record: Record) -> None:
        """One more record."""
        match record:
            case Invoked():
                self.sends[record.client_id] = Send(record)
            case Queued():
                self.sends[record.client_id].queued = True
            case Accepted():
                self.sends[record.client_id].accepted.append(record)
                self.accepted += 1
            case Refused():
                self.sends[record.client_id].refused = record.code
            case Shown():
                self.shown[record.device].append(record)
        for waiting in [it for it in self._waiting if it[0]()]:
            self._waiting.remove(waiting)
            if not waiting[1].done():
                waiting[1].set_result(None)

    # --- progress ----------------------------------------------------------------------------

    async def until(self, reached: Callable[[], bool], within: float = 30.0) -> None:
        """Wait for a record by which ``reached`` is true."""
        if reached():
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((reached, future))
        async with asyncio.timeout(within):
            await future

    async def accepts(self, more: int, within: float = 30.0) -> None:
        """Wait until ``more`` further sends are accepted."""
        goal = self.accepted + more
        await self.until(lambda: self.accepted >= goal, within)


def shown(device: str, event: Event) -> Shown:
    """The record of showing an event."""
    body = event.body
    return Shown(
        device=device,
        chat=event.chat,
        seq=event.seq,
        kind=type(body).__struct_config__.tag,
        sender=event.sender,
        client_id=event.client_id,
        text=body.text if isinstance(body, Message) else None,
    )


now = time.monotonic_ns
