"""What attackers send instead of pictures, videos and recordings."""

import socket
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from chinwag.media.made import Bounds, Kind, Refused
from media.studio import clip, corner, made, song

HTML = b"<html><script>alert(1)</script></html>"


def jpeg(path: Path) -> bytes:
    corner().save(path, "JPEG")
    return path.read_bytes()


def zipped(path: Path) -> bytes:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/MANIFEST.MF", "Main-Class: Evil")
        archive.writestr("zeros", bytes(20_000_000))
    return path.read_bytes()


def png(width: int, height: int) -> bytes:
    """A header that promises much, and a little that unpacks to a lot."""
    head = struct.pack("!IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(30_000_000), 9)), (b"IEND", b"")]
    parts = (
        struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def gif(width: int, height: int) -> bytes:
    screen = struct.pack("<HH", width, height)
    return b"GIF89a" + screen + b"\0\0\0,\0\0\0\0" + screen + b"\0\x02\x02D\x01\0;"


def webp(width: int, height: int) -> bytes:
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x10\0\0\0" + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff(_width: int, _height: int) -> bytes:
    return b"II*\0\x08\0\0\0" + bytes(64)


@pytest.mark.parametrize("form", [png, gif, tiff])
def test_bombs_are_judged_by_their_headers(tmp_path: Path, form: object) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(form(50_000, 50_000))  # type: ignore[operator]
    with pytest.raises(Refused) as refusal:
        made("photo", path)
    expected = "not_a_picture" if form is tiff else "picture_too_large"
    assert refusal.value.code == expected


@pytest.mark.parametrize("data", [png(100, 100), gif(1, 1) + b"x" * 100, webp(16_000, 16_000)])
def test_pictures_that_lie_about_themselves(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "lie"
    path.write_bytes(data)
    try:
        result = made("photo", path)
    except Refused:
        return
    assert max(result.width, result.height) <= 100


def test_nothing_else_is_left_of_two_files_in_one(tmp_path: Path) -> None:
    path = tmp_path / "both"
    for other in (HTML, zipped(tmp_path / "archive"), b"#EXTM3U\nhttp://127.0.0.1/"):
        path.write_bytes(jpeg(path) + other)
        content = made("photo", path).outputs.content
        assert content
        assert other not in content.read_bytes()
        assert not zipfile.is_zipfile(content)
    video = clip(tmp_path / "a.mp4", "mp4", ("libx264", None))
    video.write_bytes(video.read_bytes() + zipped(tmp_path / "archive"))
    content = made("video", video).outputs.content
    assert content
    assert not zipfile.is_zipfile(content)


@pytest.mark.parametrize("kind", ["photo", "avatar", "video", "voice"])
def test_what_is_something_else_is_refused_whatever_it_is_called(
    tmp_path: Path, kind: Kind
) -> None:
    code = {"video": "not_a_video", "voice": "not_a_recording"}.get(kind, "not_a_picture")
    secret = tmp_path / "secret.ts"
    secret.write_bytes(b"SECRET")
    playlist = f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n"
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)
    half = jpeg(tmp_path / "half")
    for data in (
        b"",
        b"\0" * 1000,
        HTML,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.4\n",
        zipped(tmp_path / "archive"),
        playlist.encode(),
        f"ffconcat version 1.0\nfile {secret}\n".encode(),
        heic,
        half[: len(half) // 2],
        b"\0\0\0\x18ftypisom" + bytes(100),
        b"\x1a\x45\xdf\xa3" + bytes(100),
        b"OggS" + bytes(100),
        b"ID3" + bytes(100),
    ):
        path = tmp_path / "file.jpg"
        path.write_bytes(data)
        with pytest.raises(Refused) as refusal:
            made(kind, path)
        assert refusal.value.code == code


def test_a_playlist_reaches_neither_files_nor_the_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        path = tmp_path / "list"
        for before in (b"", b"\0\0\0\x18ftypisom\n", b"\x1a\x45\xdf\xa3\n", b"OggS\n", b"ID3\n"):
            lines = f"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:{port}/a.ts\n#EXT-X-ENDLIST\n"
            path.write_bytes(before + lines.encode())
            for kind in ("video", "voice"):
                with pytest.raises(Refused):
                    made(kind, path)  # type: ignore[arg-type]
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize("kind", ["video", "voice"])
def test_files_that_are_cut_or_damaged_are_refused_or_shown(tmp_path: Path, kind: Kind) -> None:
    whole = (
        clip(tmp_path / "whole", "mp4", ("libx264", "aac"))
        if kind == "video"
        else song(tmp_path / "whole", "webm", "libopus")
    ).read_bytes()
    path = tmp_path / "part"
    for part in range(1, 8):
        at = len(whole) * part // 8
        for data in (whole[:at], whole[:at] + bytes(200) + whole[at + 200 :]):
            path.write_bytes(data)
            try:
                assert made(kind, path).duration < 10_000
            except Refused:
                continue


def test_a_document_is_never_refused(tmp_path: Path) -> None:
    path = tmp_path / "document"
    for data in (HTML, b"%PDF-1.7\n" + bytes(1000), zipped(tmp_path / "archive")):
        path.write_bytes(data)
        result = made("document", path, Bounds())
        assert result.size == len(data)
        assert result.outputs.small is result.outputs.content is None


def test_a_pdf_shows_its_first_page(tmp_path: Path) -> None:
    path = tmp_path / "document"
    corner(300, 400).save(path, "PDF")
    result = made("document", path)
    assert result.type == "application/pdf"
    assert (result.width, result.height) == (960, 1280)
    assert result.outputs.small
    assert result.outputs.content is None
