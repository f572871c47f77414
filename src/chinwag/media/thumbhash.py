"""ThumbHash (https://evanw.github.io/thumbhash/): a picture in some 25 bytes, for what is shown
until the picture is there.

The hash holds the lowest frequencies of lightness (L), yellow against blue (P), red against green
(Q) and, where there is any, transparency (A): what the discrete cosine transform tells of them.
"""

from base64 import b64encode
from math import cos, floor, pi

from PIL import Image

SIDE = 32
"""Pixels that are looked at. The format allows 100, and keeps seven waves of them."""


def placeholder(image: Image.Image) -> str:
    """The hash of a picture in base64."""
    tiny = image.convert("RGBA")
    tiny.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    return b64encode(encode(tiny.width, tiny.height, tiny.tobytes())).decode()


def encode(width: int, height: int, rgba: bytes) -> bytes:
    """The hash of ``width`` × ``height`` <= 100 × 100 pixels, row by row, alpha not multiplied."""
    lightness, yellow, red, alpha = _channels(rgba)
    clear = sum(alpha) < width * height
    most = 5 if clear else 7
    longest = max(width, height)
    lx, ly = (max(1, _round(most * side / longest)) for side in (width, height))
    light = _Waves(lightness, width, height, max(3, lx), max(3, ly))
    p = _Waves(yellow, width, height, 3, 3)
    q = _Waves(red, width, height, 3, 3)
    waves = [light, p, q]

    landscape = width > height
    head = (
        _round(63 * light.mean)
        | _round(31.5 + 31.5 * p.mean) << 6
        | _round(31.5 + 31.5 * q.mean) << 12
        | _round(31 * light.scale) << 18
        | clear << 23
        | (ly if landscape else lx) << 24
        | _round(63 * p.scale) << 27
        | _round(63 * q.scale) << 33
        | landscape << 39
    )
    data = bytearray(head.to_bytes(5, "little"))
    if clear:
        a = _Waves(alpha, width, height, 5, 5)
        data.append(_round(15 * a.mean) | _round(15 * a.scale) << 4)
        waves.append(a)

    nibbles = [_round(15 * level) for wave in waves for level in wave.levels()]
    nibbles.append(0)  # a last one that stands alone gets a companion
    data += bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=False))
    return bytes(data)


class _Waves:
    """The lowest frequencies of a channel: a triangle of ``nx`` across by ``ny`` down."""

    def __init__(self, channel: list[float], width: int, height: int, nx: int, ny: int) -> None:
        # The transform is separable: the rows are folded first, once for each frequency across.
        across = _cosines(width, nx)
        rows = [channel[y * width : (y + 1) * width] for y in range(height)]
        folded = [
            [sum(v * c for v, c in zip(row, wave, strict=True)) for row in rows] for wave in across
        ]
        found = [
            sum(v * c for v, c in zip(folded[cx], wave, strict=True)) / (width * height)
            for cy, wave in enumerate(_cosines(height, ny))
            for cx in range(nx)
            if cx * ny < nx * (ny - cy)
        ]
        self.mean = found[0]
        self._rest = found[1:]
        self.scale = max(map(abs, self._rest))

    def levels(self) -> list[float]:
        """All but the mean, against the greatest: 0..1, with 0.5 for none."""
        if not self.scale:
            return self._rest
        return [0.5 + 0.5 / self.scale * each for each in self._rest]


def _channels(rgba: bytes) -> tuple[list[float], list[float], list[float], list[float]]:
    """L, P, Q and A of the pixels, laid over their average colour."""
    alphas = [value / 255 for value in rgba[3::4]]
    total = sum(alphas)
    solid = []
    for channel in (rgba[0::4], rgba[1::4], rgba[2::4]):
        # One product after the other, as the reference does: rounding decides single bits.
        weighted = [alpha / 255 * value for alpha, value in zip(alphas, channel, strict=True)]
        mean = sum(weighted) / total if total else 0.0
        solid.append(
            [mean * (1 - alpha) + value for alpha, value in zip(alphas, weighted, strict=True)]
        )
    colours = list(zip(*solid, strict=True))
    return (
        [(r + g + b) / 3 for r, g, b in colours],
        [(r + g) / 2 - b for r, g, b in colours],
        [r - g for r, g, _ in colours],
        alphas,
    )


def _cosines(length: int, count: int) -> list[list[float]]:
    return [[cos(pi / length * wave * (at + 0.5)) for at in range(length)] for wave in range(count)]


def _round(value: float) -> int:
    """Halves go up: `round` of Python takes them to the even neighbour."""
    return floor(value + 0.5)
