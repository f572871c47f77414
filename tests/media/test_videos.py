"""Videos and recordings keep their streams and nothing else."""

from base64 import b64decode
from pathlib import Path

import av
import pytest
from PIL import Image

from chinwag.media.made import Bounds, Refused
from media.studio import bare, clip, made, song


@pytest.mark.parametrize(
    ("name", "form", "codecs", "type_"),
    [
        ("a.mp4", "mp4", ("libx264", "aac"), "video/mp4"),
        ("a.mov", "mov", ("libx264", "aac"), "video/mp4"),
        ("a.mkv", "matroska", ("libx264", "aac"), "video/mp4"),
        ("a.webm", "webm", ("libvpx", "libopus"), "video/webm"),
        ("silent.mp4", "mp4", ("libx264", None), "video/mp4"),
    ],
)
def test_a_video_loses_what_it_tells(
    tmp_path: Path, name: str, form: str, codecs: tuple[str, str | None], type_: str
) -> None:
    path = clip(tmp_path / name, form, codecs)
    assert b"SECRET" in path.read_bytes()
    result = made("video", path)
    content = result.outputs.content
    assert (result.type, result.width, result.height) == (type_, 96, 64)
    assert 1950 <= result.duration <= 2100
    assert content
    assert bare(content, result.outputs.small, result.outputs.medium)
    with av.open(str(content)) as played:
        assert not played.chapters()
        assert not {"title", "location", "creation_time"} & set(played.metadata)
        assert len(played.streams) == (2 if codecs[1] else 1)
        assert sum(1 for _ in played.decode(video=0)) == 50
    assert result.outputs.small
    with Image.open(result.outputs.small) as poster:  # not the black of the beginning
        red, _, blue = poster.convert("RGB").getpixel((8, 6))  # type: ignore[misc]
        assert red > 150 > 100 > blue


@pytest.mark.parametrize(("degrees", "place"), [(90, (8, 88)), (-90, (56, 8)), (180, (88, 56))])
def test_a_video_that_lies_on_its_side(
    tmp_path: Path, degrees: int, place: tuple[int, int]
) -> None:
    result = made("video", clip(tmp_path / "a.mp4", "mp4", ("libx264", None), degrees))
    assert (result.width, result.height) == ((64, 96) if degrees % 180 else (96, 64))
    with av.open(str(result.outputs.content)) as played:
        assert abs(next(played.decode(video=0)).rotation) == abs(degrees)
    assert result.outputs.small
    with Image.open(result.outputs.small) as poster:
        red, _, blue = poster.convert("RGB").getpixel(place)  # type: ignore[misc]
        assert red > 150 > 100 > blue


@pytest.mark.parametrize(
    ("form", "codec", "type_"),
    [
        ("webm", "libopus", "audio/webm"),
        ("ogg", "libopus", "audio/webm"),
        ("mp4", "aac", "audio/mp4"),
        ("mp3", "libmp3lame", "audio/mpeg"),
    ],
)
def test_a_recording(tmp_path: Path, form: str, codec: str, type_: str) -> None:
    path = song(tmp_path / "voice", form, codec)
    assert b"SECRET" in path.read_bytes()
    result = made("voice", path)
    assert result.type == type_
    assert 1950 <= result.duration <= 2150
    waveform = b64decode(result.waveform)
    assert (len(waveform), max(waveform)) == (64, 255)
    assert waveform[4] < waveform[30] < waveform[55]
    assert bare(result.outputs.content)
    with av.open(str(result.outputs.content)) as played:
        assert sum(frame.samples for frame in played.decode(audio=0)) > 40_000


def test_what_is_too_long_or_too_large_is_refused(tmp_path: Path) -> None:
    voice = song(tmp_path / "voice", "webm", "libopus")
    video = clip(tmp_path / "a.webm", "webm", ("libvpx", None))
    for kind, path, bounds in (
        ("voice", voice, Bounds(duration=1)),
        ("video", video, Bounds(duration=1)),
        ("video", video, Bounds(pixels=96 * 64 - 1)),
        ("voice", video, Bounds()),
        ("video", voice, Bounds()),
    ):
        with pytest.raises(Refused, match=r"."):
            made(kind, path, bounds)  # type: ignore[arg-type]
