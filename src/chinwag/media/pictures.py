"""Photos and avatars: decoded and encoded anew, so that nothing of the file is left but its pixels.

That ends metadata (EXIF, GPS, XMP, IPTC, comments, embedded thumbnails) as well as files that are
two things at once.
"""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

from PIL import Image, ImageFile

from chinwag.media.colours import plain, turn
from chinwag.media.made import Made, Outputs, Refused
from chinwag.media.previews import MEDIUM, SMALL, fit, write_medium, write_small
from chinwag.media.task import Task, judged

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
"""What is decoded at all. Each other decoder of the library is a way in that nobody needs. What
phones write as MPO begins as JPEG, and opens as that.
"""
MOVING = ("PNG", "WEBP", "GIF", "AVIF")
SIDE = 4096
MOVING_SIDE = 640
"""px of the longest side of what moves: it costs its frames over again."""
QUALITY = 85
MOVING_QUALITY = 75
SHORTEST = 20
"""ms a frame is shown at least."""
STRANGERS = (b"II*\0", b"MM\0*", b"BM", b"8BPS", b"\0\0\0\x0cJXL ", b"\xff\x0a", b"\0\0\0\x0cjP  ")
HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")

# A picture that ends early is shown by some programs and not by others: here it is none.
ImageFile.LOAD_TRUNCATED_IMAGES = False
# The library knows a few formats until it is asked for one that it does not: here all are named.
Image.init()
Image.MAX_IMAGE_PIXELS = None  # the bounds are looked at before anything is decoded


def make_photo(task: Task) -> Made:
    """The picture as JPEG, as WebP where something shines through, or as moving WebP."""
    with judged("not_a_picture", "not a picture that can be shown"), _open(task) as image:
        if image.format in MOVING and getattr(image, "is_animated", False):
            return _moving(task, image)
        return _still(task, image, SIDE)


def make_avatar(task: Task) -> Made:
    """The same in the size of a preview, and without motion."""
    with judged("not_a_picture", "not a picture that can be shown"), _open(task) as image:
        return _still(task, image, MEDIUM)


def _open(task: Task) -> ImageFile.ImageFile:
    """Nothing but the header is read."""
    head = task.head(16)
    if head.startswith(STRANGERS) or (head[4:8] == b"ftyp" and head[8:12] in HEIC):
        raise Refused("not_a_picture", "a kind of picture that browsers do not show")
    image = Image.open(task.file, formats=FORMATS)
    assert isinstance(image, ImageFile.ImageFile)
    _check(image.width * image.height, task.bounds.pixels)
    return image


def _check(pixels: int, bound: int) -> None:
    if pixels > bound:
        raise Refused("picture_too_large", f"{pixels} pixels, of {bound} at most")


def _still(task: Task, image: ImageFile.ImageFile, side: int) -> Made:
    turned, profile = turn(image), image.info.get("icc_profile")
    image.draft("RGB", (side, side))  # a JPEG that is far too large is decoded at a half
    image.load()
    # Small first: what comes after is slower, and nobody waits for it as much.
    small, hash_ = write_small(task, plain(fit(image, SMALL), profile, turned))
    content = plain(fit(image, side), profile, turned)
    kind = _write(content, task.path("content"))
    medium = write_medium(task, content)
    return _made(task, content.size, kind, hash_, Outputs(task.path("content"), small, medium))


def _write(image: Image.Image, path: Path) -> str:
    """Answers the media type."""
    image.info.clear()  # the encoder would write along what it finds there
    if image.mode == "RGBA":
        image.save(path, "WEBP", quality=QUALITY, method=4)
        return "image/webp"
    image.save(path, "JPEG", quality=QUALITY)
    return "image/jpeg"


def _moving(task: Task, image: ImageFile.ImageFile) -> Made:
    count = int(getattr(image, "n_frames", 1))
    if count > task.bounds.frames:
        raise Refused("picture_too_large", f"{count} frames, of {task.bounds.frames} at most")
    _check(image.width * image.height * count, task.bounds.motion)
    profile, turned = image.info.get("icc_profile"), turn(image)

    durations: list[int] = []
    frames = _frames(image, count, durations, profile, turned)
    first = next(frames)
    small, hash_ = write_small(task, first)
    rest = list(frames)
    content = task.path("content")
    first.save(
        content,
        "WEBP",
        save_all=True,
        append_images=rest,
        duration=durations,
        loop=0,
        quality=MOVING_QUALITY,
        method=2,
    )
    # It is small enough to be its own preview, so that it moves where it is shown.
    medium = copyfile(content, task.path("medium"))
    outputs = Outputs(content, small, medium)
    return _made(task, first.size, "image/webp", hash_, outputs)


def _frames(
    image: ImageFile.ImageFile,
    count: int,
    durations: list[int],
    profile: bytes | None,
    turned: Image.Transpose | None,
) -> Iterator[Image.Image]:
    for at in range(count):
        image.seek(at)
        image.load()
        durations.append(max(SHORTEST, round(image.info.get("duration", 0) or 100)))
        frame = plain(fit(image.convert("RGBA"), MOVING_SIDE), profile, turned)
        frame.info.clear()
        yield frame


def _made(task: Task, size: tuple[int, int], kind: str, hash_: str, outputs: Outputs) -> Made:
    return Made(
        type=kind,
        size=task.path("content").stat().st_size,
        width=size[0],
        height=size[1],
        placeholder=hash_,
        outputs=outputs,
    )
