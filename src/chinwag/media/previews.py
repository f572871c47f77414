"""Previews of a picture, of whatever it is the picture: WebP, small and medium."""

from pathlib import Path

from PIL import Image

from chinwag.media.task import Task
from chinwag.media.thumbhash import placeholder

SMALL = 320
MEDIUM = 1280
QUALITY = 80


def fit(image: Image.Image, side: int) -> Image.Image:
    """The picture with no side longer than ``side``; itself when it has none."""
    longest = max(image.size)
    if longest <= side:
        return image
    width, height = (max(1, round(each * side / longest)) for each in image.size)
    # Averages of blocks come first, then the filter: as good to the eye, and several times as fast.
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=1.5)


def write_small(task: Task, image: Image.Image) -> tuple[Path, str]:
    """The small preview and the placeholder, of a picture that is upright, sRGB, RGB or RGBA."""
    small = fit(image, SMALL)
    return _write(small, task.path("small"), effort=4), placeholder(small)


def write_medium(task: Task, image: Image.Image) -> Path:
    return _write(fit(image, MEDIUM), task.path("medium"), effort=2)


def _write(image: Image.Image, path: Path, effort: int) -> Path:
    # What the picture still knows of its origin would be written along.
    bare = image.copy() if image.info else image
    bare.info.clear()
    bare.save(path, "WEBP", quality=QUALITY, method=effort, exif=b"", xmp=b"", icc_profile=b"")
    return path
