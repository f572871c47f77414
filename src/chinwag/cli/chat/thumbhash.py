"""Reading a ThumbHash (https://evanw.github.io/thumbhash): a few waves that add up to what a
picture looks like from far away.
"""

import base64
import binascii
import math
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

Colour = tuple[int, int, int]
_LEAST_BYTES = 5


class _Waves(NamedTuple):
    """A channel: its mean, and how much of each wave (across, down) there is."""

    mean: float
    parts: tuple[tuple[int, int, float], ...]

    def at(self, across: list[float], down: list[float]) -> float:
        return self.mean + 2 * sum(much * across[x] * down[y] for x, y, much in self.parts)


def picture(placeholder: str, width: int, height: int) -> list[list[Colour]]:
    """Rows of so many colours, from the top; none if it is no ThumbHash."""
    try:
        data = base64.b64decode(placeholder, validate=True)
    except (binascii.Error, ValueError):
        return []
    if len(data) < _LEAST_BYTES + (data[2] >> 7 if len(data) > 2 else 0):
        return []
    light, yellow, red = _channels(data)
    columns = [_cosines(x, width) for x in range(width)]
    return [
        [_colour(light.at(it, down), yellow.at(it, down), red.at(it, down)) for it in columns]
        for down in (_cosines(y, height) for y in range(height))
    ]


def _channels(data: bytes) -> tuple[_Waves, _Waves, _Waves]:
    """Lightness, yellow against blue, red against green; what is transparent is left out."""
    first, second = int.from_bytes(data[:3], "little"), int.from_bytes(data[3:5], "little")
    alpha, landscape = bool(first >> 23), bool(second >> 15)
    long, short = 5 if alpha else 7, max(3, second & 7)
    across, down = (long, short) if landscape else (short, long)
    start = 6 if alpha else 5
    halves = chain.from_iterable((it & 15, it >> 4) for it in data[start:])
    light = _waves(halves, (first & 63) / 63, (first >> 18 & 31) / 31, across, down)
    yellow = _waves(halves, (first >> 6 & 63) / 31.5 - 1, (second >> 3 & 63) / 63 * 1.25, 3, 3)
    red = _waves(halves, (first >> 12 & 63) / 31.5 - 1, (second >> 9 & 63) / 63 * 1.25, 3, 3)
    return light, yellow, red


def _waves(halves: Iterator[int], mean: float, scale: float, across: int, down: int) -> _Waves:
    """The next of the waves: those in the triangle below (across, down), but for the mean."""
    places = (
        (x, y)
        for y in range(down)
        for x in range(across)
        if (x or y) and x * down < across * (down - y)
    )
    pairs = zip(places, halves, strict=False)  # the last byte may have a half too many
    return _Waves(mean, tuple((x, y, (half / 7.5 - 1) * scale) for (x, y), half in pairs))


def _cosines(at: int, size: int) -> list[float]:
    return [math.cos(math.pi / size * (at + 0.5) * wave) for wave in range(8)]


def _colour(light: float, yellow: float, red: float) -> Colour:
    blue = light - 2 / 3 * yellow
    reddish = (3 * light - blue + red) / 2
    return _byte(reddish), _byte(reddish - red), _byte(blue)


def _byte(value: float) -> int:
    return round(255 * min(1.0, max(0.0, value)))
