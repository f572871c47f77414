"""Parcels between nodes, which need not be of one version."""

import msgspec
import pytest

from chinwag.server.delivery import parcels
from chinwag.server.delivery.parcels import Closing, Parcel, Push, Touched
from chinwag.server.ports.store import Entry, Mark, Outcome

_pack = msgspec.msgpack.encode
_unpack = msgspec.msgpack.decode


def _entry() -> Entry:
    entry = Entry(
        "chat",
        "ann",
        "message",
        b'{"kind":"message","text":"h\xc3\xa9llo"}',
        client_id="c-1",
        version=7,
        counted=True,
        mentions=("ben",),
    )
    entry.seq, entry.at, entry.count, entry.read_count, entry.change = 5, 1_700, 4, 3, 99
    entry.outcome = Outcome.APPENDED
    return entry


def _mark() -> Mark:
    mark = Mark("chat", "ben", 5, 4)
    mark.shown, mark.read_count, mark.at, mark.change = True, 2, 1_701, 100
    mark.settings = (0, 1_600, 1, 0)
    return mark


def _fields(of: Entry | Mark, *besides: str) -> dict[str, object]:
    return {name: getattr(of, name) for name in type(of).__slots__ if name not in besides}


def test_what_goes_in_comes_out() -> None:
    sent = Parcel(
        parcels.FORMAT,
        "node1",
        [parcels.of_entry(_entry())],
        [parcels.of_mark(_mark())],
        [Push(("ann", "ben"), b"frame", "phone")],
        [Closing("phone", 12, 4409)],
        [Touched("chat", 3, 5)],
    )
    heard = parcels.decode(parcels.encode(sent))
    assert (heard.format, heard.node) == (parcels.FORMAT, "node1")
    (entry,), (mark,) = parcels.entries(heard.entries), parcels.marks(heard.marks)
    # What a node alone needs to judge and to answer stays with it.
    own = ("alert", "answer", "context", "digest")
    assert _fields(entry, *own) == _fields(_entry(), *own)
    assert _fields(mark) == _fields(_mark())
    assert (heard.pushes, heard.closings, heard.touched) == (
        sent.pushes,
        sent.closings,
        sent.touched,
    )


def test_a_newer_node_may_say_more() -> None:
    entry = [*_unpack(parcels.of_entry(_entry())), "more"]
    mark = [*_unpack(parcels.of_mark(_mark())), {"more": 1}]
    parcel = _pack([parcels.FORMAT + 1, "node2", [entry], [mark], [], [], [], ["more"]])
    heard = parcels.decode(parcel)
    assert parcels.entries(heard.entries)[0].seq == 5
    assert parcels.marks(heard.marks)[0].read == 4


def test_an_older_node_may_say_less() -> None:
    entry = _unpack(parcels.of_entry(_entry()))[:-1]
    heard = parcels.decode(_pack([parcels.FORMAT, "node0", [entry]]))
    assert parcels.entries(heard.entries)[0].mentions == ()
    assert heard.marks == heard.pushes == heard.touched == []


@pytest.mark.parametrize("parcel", [b"", b"\xc1", b"{}", _pack({"node": 1}), _pack([1, 2])])
def test_what_is_none_is_refused(parcel: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        parcels.decode(parcel)
