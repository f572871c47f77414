"""Containers of video and sound: opened by what their first bytes say, and written anew with the
streams alone.

FFmpeg is never left to guess a format: among those that it knows are playlists, which read other
files and the network. It reads from an open file and is given no way to open another.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Disposition, Stream

from chinwag.media.task import Task

PICTURES = (b"avif", b"avis", b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
"""Brands of pictures that come in the container of videos."""
PROBED = {"probesize": str(5_000_000), "analyzeduration": str(5_000_000)}
"""How much is read (bytes, µs) to find out what the streams are."""
REORDERED = 32
"""Packets of a stream that may come before the first whose time to decode is known."""


def container(head: bytes) -> str | None:
    """FFmpeg's name of the format that a file of these first bytes has, of those that are read."""
    if head[4:8] == b"ftyp":
        return None if head[8:12] in PICTURES else "mov"
    if head[4:8] in (b"moov", b"mdat", b"wide"):
        return "mov"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith((b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2")):
        return "mp3"
    return None


def read(task: Task, form: str) -> InputContainer:
    """Open the task's file as ``form``; raises what FFmpeg raises."""
    task.file.seek(0)
    return av.open(
        task.file,
        "r",
        format=form,
        options=PROBED,
        metadata_errors="replace",
        io_open=_open_nothing,
    )


def write(path: Path, form: str) -> OutputContainer:
    """A container to write streams into. It names neither the program that wrote it nor a time."""
    options = {"fflags": "+bitexact"}
    if form == "mp4":
        options["movflags"] = "+faststart"  # so that it plays before it is all there
    if form == "mp3":
        options |= {"id3v2_version": "0", "write_id3v1": "0"}
    return av.open(str(path), "w", format=form, options=options)


def wanted(source: InputContainer, kind: str) -> Stream | None:
    """The first stream of a kind, "video" or "audio"; a cover is no video."""
    for stream in source.streams:
        if stream.type == kind and not stream.disposition & Disposition.attached_pic:
            return stream
    return None


def packets(source: InputContainer, *streams: Stream) -> Iterator["Packet[Any]"]:
    """Those that hold something, in the order of the file, each with a decoding time."""
    undated: dict[int, list[Packet[Any]]] = {stream.index: [] for stream in streams}
    for packet in source.demux(*streams):
        if not packet.size:
            continue
        held = undated[packet.stream_index]
        held.append(packet)
        if packet.dts is not None or len(held) > REORDERED:
            _date(held)
            yield from held
            held.clear()
    for held in undated.values():
        _date(held)
        yield from held


def _date(held: list["Packet[Any]"]) -> None:
    """Matroska tells when to show its packets, not when to decode them. Of the first, which wait
    for others, FFmpeg does not find it out: they come before the first of which it does.
    """
    last = held[-1].dts if held else None
    if last is None:
        last = min((packet.pts for packet in held if packet.pts is not None), default=0)
    for back, packet in enumerate(reversed(held)):
        if packet.dts is None:
            packet.dts = last - back * (packet.duration or 1)


class Span:
    """From when to when packets play."""

    def __init__(self) -> None:
        self._first: Fraction | None = None
        self._last = Fraction(0)

    def add(self, packet: "Packet[Any]") -> None:
        if packet.pts is None:
            return
        start = max(packet.pts * packet.time_base, Fraction(0))  # before it nothing is played
        self._first = start if self._first is None else min(self._first, start)
        end = (packet.pts + (packet.duration or 0)) * packet.time_base
        self._last = max(self._last, end)

    @property
    def seconds(self) -> float:
        return float(self._last - self._first) if self._first is not None else 0.0


def _open_nothing(*_args: object, **_options: object) -> Any:
    raise PermissionError("a file of media stands alone")
