"""A voice and a page, made from nothing: what is sent beside landscapes."""

import array
import io
import math
import random

import av
from PIL import Image, ImageDraw

_RATE = 48_000
_FRAME = _RATE // 50
_SYLLABLES = 6
"""A second."""

_LIST = (
    "Sleeping bags (the big ones)",
    "Torches and batteries",
    "Coffee. More coffee",
    "Board games: Ben",
    "Pancake flour: Chloé",
    "Swimming things, warm jumpers",
    "The map, the key, the big pan",
    "The train leaves at 10:10, platform 4",
)


def voice(seed: int, seconds: int) -> bytes:
    """A hum that rises and falls as speech does, as Ogg Opus."""
    chance = random.Random(seed)  # noqa: S311 - a drawing
    loud = [chance.random() ** 1.5 for _ in range(seconds * _SYLLABLES + 2)]
    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=_RATE)
        stream.layout = "mono"
        for first in range(0, _RATE * seconds, _FRAME):
            frame = av.AudioFrame(format="s16", layout="mono", samples=_FRAME)
            wave = array.array("h", (_sample(n, loud) for n in range(first, first + _FRAME)))
            frame.planes[0].update(wave.tobytes())
            frame.sample_rate, frame.pts = _RATE, first
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


def page() -> bytes:
    """A list of what to bring, as a PDF."""
    picture = Image.new("RGB", (1240, 1754), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 1240, 36), fill=(38, 84, 70))
    draw.text((120, 140), "Weekend at the lake", fill=(30, 60, 70), font_size=84)
    draw.text((120, 250), "What to bring", fill=(96, 120, 124), font_size=52)
    for number, line in enumerate(_LIST):
        y = 400 + number * 92
        draw.rounded_rectangle((122, y + 6, 160, y + 44), 8, outline=(38, 84, 70), width=4)
        draw.text((190, y), line, fill=(60, 60, 60), font_size=42)
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=150)
    return out.getvalue()


def _sample(number: int, loud: list[float]) -> int:
    time = number / _RATE
    place = int(time * _SYLLABLES)
    strength = loud[place] + (loud[place + 1] - loud[place]) * (time * _SYLLABLES - place)
    return int(12_000 * strength * math.sin(math.tau * (180 + 60 * math.sin(time * 3)) * time))
