"""Files as people have them, and as attackers make them."""

import math
from array import array
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL import ExifTags, Image, ImageDraw, PngImagePlugin

from chinwag.media.frames import Job
from chinwag.media.jobs import make
from chinwag.media.made import Bounds, Kind, Made

SECRETS = (b"SECRET", b"48.13", b"Exif", b"GPS", b"http://ns.adobe.com", b"Photoshop")
"""What the files here tell of whoever made them."""


def made(kind: Kind, path: Path, bounds: Bounds | None = None) -> Made:
    """What a worker makes of a file, in this process; results stand in a folder beside it."""
    into = path.parent / "made"
    into.mkdir(exist_ok=True)
    return make(Job(kind, (str(path),), str(into), path.name, bounds or Bounds()))


def corner(width: int = 64, height: int = 48) -> Image.Image:
    """Blue, with a red top left."""
    image = Image.new("RGB", (width, height), "blue")
    ImageDraw.Draw(image).rectangle([0, 0, width // 3, height // 3], fill="red")
    return image


def exif(orientation: int = 1) -> Image.Exif:
    data = Image.Exif()
    data[ExifTags.Base.Orientation] = orientation
    data[ExifTags.Base.Make] = "SECRET phone"
    gps: dict[int, Any] = data.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = (48.0, 8.0, 13.9)
    gps[ExifTags.GPS.GPSMapDatum] = "SECRET 48.1373"
    return data


def notes() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "SECRET comment")
    info.add_itxt("XML:com.adobe.xmp", "SECRET http://ns.adobe.com/xap/1.0/")
    return info


def clip(path: Path, form: str, codecs: tuple[str, str | None], rotation: int = 0) -> Path:
    """Two seconds of 96 × 64 px, the first of them black, that say where they were shot."""
    with av.open(str(path), "w", format=form) as target:
        target.metadata.update({"title": "SECRET title", "location": "+48.1373+011.5754/"})
        target.set_chapters([chapter("SECRET chapter")])  # type: ignore[list-item]
        video: Any = target.add_stream(codecs[0], rate=25)
        video.width, video.height, video.pix_fmt = 96, 64, "yuv420p"
        video.metadata["handler_name"] = "SECRET handler"
        if rotation:
            video.set_display_rotation(rotation)
        sound: Any = target.add_stream(codecs[1], rate=48000, layout="mono") if codecs[1] else None
        for at in range(50):
            image = corner(96, 64) if at > 3 else Image.new("RGB", (96, 64))
            frame = av.VideoFrame.from_image(image)
            frame.pts = at
            target.mux(video.encode(frame))
        target.mux(video.encode(None))
        if sound:
            sing(target, sound, 2)
    return path


def chapter(title: str) -> dict[str, Any]:
    metadata = {"title": title}
    return {"id": 1, "start": 0, "end": 900, "time_base": Fraction(1, 1000), "metadata": metadata}


def song(path: Path, form: str, codec: str, seconds: int = 2) -> Path:
    with av.open(str(path), "w", format=form) as target:
        target.metadata.update({"title": "SECRET title", "artist": "SECRET artist"})
        sing(target, target.add_stream(codec, rate=48000, layout="mono"), seconds)
    return path


def sing(target: Any, sound: Any, seconds: int) -> None:
    """A tone that grows louder."""
    count, whole = sound.codec_context.frame_size or 960, 48000 * seconds
    for start in range(0, whole, count):
        loud = 20000 * start / whole
        wave = (math.sin(2 * math.pi * 440 * at / 48000) for at in range(start, start + count))
        samples = array("h", [int(loud * each) for each in wave]).tobytes()
        frame = av.AudioFrame(format="s16", layout="mono", samples=count)
        frame.planes[0].update(samples.ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
        target.mux(sound.encode(frame))
    target.mux(sound.encode(None))


def bare(*paths: Path | None) -> bool:
    """Whether nothing in the bytes of any of them tells of whoever made it."""
    data = b"".join(path.read_bytes() for path in paths if path)
    return bool(data) and not any(secret in data for secret in SECRETS)
