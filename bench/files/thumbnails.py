"""What a phone's photo takes: stripped, turned, made smaller, three times over."""

import asyncio
import os
import tempfile
import time
from pathlib import Path

from PIL import Image

from bench.context import Context
from bench.results import Figure
from chinwag.media import Media

_ROUNDS = 7


def measure(context: Context, _: int) -> list[Figure]:
    """By a warm worker, as it is on a server that has seen one photo before."""
    context.step("a photo of 12 megapixels")
    with tempfile.TemporaryDirectory(prefix="chinwag-bench-") as name:
        photo = Path(name) / "photo.jpg"
        _picture().save(photo, quality=90)
        best = asyncio.run(_made(photo, Path(name)))
        size = photo.stat().st_size
    notes: dict[str, str | float] = {"JPEG MiB": size / 2**20}
    return [Figure("thumbnails", "photo of 12 megapixels", best, "ms", 150, "less", notes=notes)]


def _picture() -> Image.Image:
    """Neither flat nor noise: soft shapes with some grain, about what a camera delivers."""
    rough = Image.frombytes("RGB", (250, 188), os.urandom(250 * 188 * 3))
    soft = rough.resize((4000, 3000), Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (4000, 3000), os.urandom(12_000_000)).convert("RGB")
    return Image.blend(soft, grain, 0.06)


async def _made(photo: Path, folder: Path) -> float:
    media = Media(1)
    await media.start()
    best = float("inf")
    for number in range(_ROUNDS):
        began = time.perf_counter()
        await media.make("photo", [photo], folder, f"made{number}")
        best = min(best, time.perf_counter() - began)
    await media.stop()
    return best * 1000
