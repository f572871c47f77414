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
        shown, best = asyncio.run(_made(photo, Path(name)))
        size = photo.stat().st_size
    notes: dict[str, str | float] = {"JPEG MiB": size / 2**20, "all of it, ms": best}
    what = "thumbnail of a photo of 12 megapixels"
    return [Figure("thumbnails", what, shown, "ms", 150, "less", notes=notes)]


def _picture() -> Image.Image:
    """Neither flat nor noise: soft shapes with some grain, about what a camera delivers."""
    rough = Image.frombytes("RGB", (250, 188), os.urandom(250 * 188 * 3))
    soft = rough.resize((4000, 3000), Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (4000, 3000), os.urandom(12_000_000)).convert("RGB")
    return Image.blend(soft, grain, 0.06)


async def _made(photo: Path, folder: Path) -> tuple[float, float]:
    """The best times, in ms, until the thumbnail stood there, which comes first, and until all."""
    media = Media(1)
    await media.start()
    shown = best = float("inf")
    for number in range(_ROUNDS):
        began = time.perf_counter()
        job = asyncio.create_task(media.make("photo", [photo], folder, f"made{number}"))
        # What comes next is begun when the thumbnail is written.
        while not (folder / f"made{number}.content").exists():  # noqa: ASYNC110 (a process makes it)
            await asyncio.sleep(0.001)
        shown = min(shown, time.perf_counter() - began)
        await job
        best = min(best, time.perf_counter() - began)
    await media.stop()
    return shown * 1000, best * 1000
