"""What stands in a user's key: when they were last seen, and a record of each session. Ids have
neither spaces nor bars in them.
"""

from collections.abc import Iterator
from typing import NamedTuple


class Record(NamedTuple):
    """One session. ``incarnation``: of the node it is on."""

    device: str
    incarnation: bytes
    epoch: int
    foreground: bool


def incarnations(value: bytes) -> Iterator[bytes]:
    """Of the nodes that the user's sessions are on. This is what every commit asks for."""
    for record in value.split(b"|")[1:]:
        yield record.split(b" ", 2)[1]


def records(value: bytes) -> Iterator[Record]:
    """The sessions."""
    for record in value.split(b"|")[1:]:
        device, incarnation, epoch, foreground = record.split(b" ")
        yield Record(device.decode(), incarnation, int(epoch), foreground == b"1")


def last_seen(value: bytes) -> int:
    """In ms UTC; 0: not known."""
    return int(value.partition(b"|")[0])
