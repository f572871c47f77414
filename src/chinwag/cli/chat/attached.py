"""How a message's file looks: what it is in two lines, above them a glimpse of a picture or the
shape of a recording, below them how far it has come.
"""

import base64
import binascii
from functools import lru_cache
from typing import NamedTuple

from chinwag.cli.chat.ink import Content, fit, fit_name, ink
from chinwag.cli.chat.theme import Palette
from chinwag.cli.chat.thumbhash import Colour, picture
from chinwag.cli.files import KINDS, length_words, name_of, size_words
from chinwag.cli.text import one_line
from chinwag.protocol.files import File
from chinwag.sdk import Attachment, Transfer

_MARKS = {"photo": "▣", "video": "▶", "voice": "♪", "document": "▤"}
_BARS = "▁▂▃▄▅▆▇█"
_WAVE_CELLS = 32
_GLIMPSE_CELLS = 30
_GLIMPSE_LINES = 8
_GLIMPSE_LEAST = 4
_TRACK_CELLS = 24


class Way(NamedTuple):
    """How far a file has come: ``done`` in hundredths, and what is said of it."""

    done: int
    said: str


class Attached(NamedTuple):
    """A file as it is shown. ``shape`` is width and height in pixels; ``way`` while it is not on
    the server yet.
    """

    kind: str
    name: str
    details: str
    shape: tuple[int, int] = (0, 0)
    placeholder: str = ""
    waveform: str = ""
    way: Way | None = None


def attached(file: File) -> Attached:
    """A file that the server has."""
    said = [KINDS.get(file.kind, "File")]
    if file.duration:
        said.append(length_words(file.duration))
    if file.width and file.height:
        said.append(f"{file.width} × {file.height}")
    said.append(size_words(file.size))
    shape, name = (file.width, file.height), name_of(file)
    return Attached(file.kind, name, " · ".join(said), shape, file.placeholder, file.waveform)


def waiting(attachment: Attachment, transfer: Transfer | None) -> Attached:
    """A file that is on its way there, or not: then there is no ``transfer``."""
    kind = KINDS.get(attachment.kind, "File")
    return Attached(
        attachment.kind,
        one_line(attachment.name, 120) or kind,
        f"{kind} · {size_words(attachment.size)}",
        way=way(transfer) if transfer is not None else None,
    )


def way(transfer: Transfer) -> Way:
    """How far it has come, in words."""
    done = 100 * transfer.done // transfer.size if transfer.size else 0
    match transfer.state:
        case "waiting":
            return Way(0, "waiting")
        case "checking":
            return Way(100, "checking")
    speed = f"  {size_words(transfer.speed)}/s" if transfer.speed else ""
    return Way(done, f"{done:3} %{speed}")


def file_lines(
    file: Attached, most: int, ground: str, palette: Palette, *, own: bool
) -> list[Content]:
    """The lines of it, ``most`` cells wide."""
    accent, text = ink(palette.accent, ground), ink(palette.text, ground, frozenset({"bold"}))
    muted = ink(palette.own_muted if own else palette.muted, ground)
    lines: list[Content] = []
    if file.placeholder and file.kind in ("photo", "video"):
        lines += _glimpse(file, most)
    if file.kind == "voice" and (wave := bars(file.waveform, min(_WAVE_CELLS, most - 2))):
        lines.append([(f"{_MARKS['voice']} ", accent), (wave, accent)])
        lines.append([(f"  {fit(file.details, most - 2)}", muted)])
    else:
        mark = _MARKS.get(file.kind, _MARKS["document"])
        lines.append([(f"{mark} ", accent), (fit_name(file.name, most - 2), text)])
        lines.append([(f"  {fit(file.details, most - 2)}", muted)])
    if file.way is not None:
        lines.append(_track(file.way, most, ground, palette, own=own))
    return lines


def bars(waveform: str, cells: int) -> str:
    """The shape of a recording, so many cells wide; empty if it has none."""
    try:
        loudness = base64.b64decode(waveform, validate=True)
    except (binascii.Error, ValueError):
        return ""
    if not loudness or cells < 1:
        return ""
    return "".join(
        _BARS[max(part) * (len(_BARS) - 1) // 255]
        for at in range(cells)
        if (part := loudness[at * len(loudness) // cells : (at + 1) * len(loudness) // cells])
    )


def _track(way: Way, most: int, ground: str, palette: Palette, *, own: bool) -> Content:
    said = fit(way.said, max(4, most - 8))
    cells = max(4, min(_TRACK_CELLS, most - len(said) - 3))
    full = cells * way.done // 100
    muted = palette.own_muted if own else palette.muted
    return [
        ("━" * full, ink(palette.accent, ground)),
        ("─" * (cells - full), ink(muted, ground)),
        (f" {said}", ink(muted, ground)),
    ]


def _glimpse(file: Attached, most: int) -> list[Content]:
    """The placeholder, two points a cell: the upper half in one colour, the lower in another."""
    width, height = file.shape if all(file.shape) else (4, 3)
    cells = min(_GLIMPSE_CELLS, most)
    lines = max(2, min(_GLIMPSE_LINES, round(cells * height / width / 2)))
    cells = max(_GLIMPSE_LEAST, min(cells, round(2 * lines * width / height)))
    return [list(line) for line in _points(file.placeholder, cells, lines)]


@lru_cache(maxsize=256)
def _points(placeholder: str, cells: int, lines: int) -> tuple[Content, ...]:
    points = picture(placeholder, cells, 2 * lines)
    return tuple(
        [("▀", ink(_hex(above), _hex(below))) for above, below in zip(*pair, strict=True)]
        for pair in zip(points[::2], points[1::2], strict=True)
    )


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
