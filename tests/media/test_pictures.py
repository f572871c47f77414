"""Pictures come out upright, in colours that are right, and tell nothing of who took them."""

from pathlib import Path

import pytest
from PIL import Image, ImageCms

from chinwag.media.colours import TURNS
from chinwag.media.made import Bounds, Refused
from media.studio import bare, corner, exif, made, notes


def shown(path: Path | None) -> Image.Image:
    assert path
    with Image.open(path) as image:
        image.load()
        assert not image.getexif()
        assert not set(image.info) & {"exif", "xmp", "icc_profile", "comment", "photoshop"}
        return image.convert("RGB")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "MPO"])
def test_each_kind_of_picture_loses_what_it_tells(tmp_path: Path, form: str) -> None:
    path = tmp_path / "picture"
    xmp = b"SECRET http://ns.adobe.com/xap/1.0/"
    told = {"exif": exif(), "xmp": xmp, "comment": b"SECRET", "pnginfo": notes()}
    corner().save(path, form, **({"comment": b"SECRET"} if form == "GIF" else told))
    assert b"SECRET" in path.read_bytes()
    result = made("photo", path)
    assert (result.type, result.width, result.height) == ("image/jpeg", 64, 48)
    assert bare(result.outputs.content, result.outputs.small, result.outputs.medium)
    red, _, blue = shown(result.outputs.content).getpixel((8, 6))  # type: ignore[misc]
    assert red > 200 > 60 > blue
    assert shown(result.outputs.small).size == shown(result.outputs.medium).size == (64, 48)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_upright(tmp_path: Path, orientation: int) -> None:
    path = tmp_path / "picture"
    upright = corner()
    back = {5: 5, 6: 8, 8: 6, 7: 7}.get(orientation, orientation)
    lying = upright.transpose(TURNS[back]) if back in TURNS else upright
    lying.save(path, "JPEG", exif=exif(orientation))
    result = made("photo", path)
    assert (result.width, result.height) == (64, 48)
    for output in (result.outputs.content, result.outputs.small):
        red, _, blue = shown(output).getpixel((8, 6))  # type: ignore[misc]
        assert red > 150 > 100 > blue


@pytest.mark.parametrize(
    ("mode", "kind"), [("CMYK", "JPEG"), ("L", "PNG"), ("1", "PNG"), ("P", "PNG"), ("I;16", "PNG")]
)
def test_colours_of_every_make(tmp_path: Path, mode: str, kind: str) -> None:
    path = tmp_path / "picture"
    if mode == "I;16":
        grey = Image.new(mode, (64, 48), 0xC000)
    else:
        grey = Image.new("RGB", (64, 48), "white" if mode == "1" else (192, 192, 192))
        grey = grey.quantize() if mode == "P" else grey.convert(mode)
    grey.save(path, kind)
    result = made("photo", path)
    assert result.type == "image/jpeg"
    expected = 255 if mode == "1" else 192
    for level in shown(result.outputs.content).getpixel((30, 20)):  # type: ignore[union-attr]
        assert abs(level - expected) <= 4


def test_another_colour_space_becomes_srgb(tmp_path: Path) -> None:
    path = tmp_path / "picture"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB".encode("utf-16-be"), "mine".encode("utf-16-be"))
    for old, new in ((b"rXYZ", b"...."), (b"bXYZ", b"rXYZ"), (b"....", b"bXYZ")):
        profile = profile.replace(old, new)  # its red is blue, and the other way round
    Image.new("RGB", (64, 48), "blue").save(path, "JPEG", icc_profile=profile)
    result = made("photo", path)
    for output in (result.outputs.content, result.outputs.small):
        red, _, blue = shown(output).getpixel((30, 20))  # type: ignore[misc]
        assert red > 200 > 60 > blue


def test_what_shines_through_does_so_still(tmp_path: Path) -> None:
    path = tmp_path / "picture"
    Image.new("RGBA", (64, 48), (255, 0, 0, 100)).save(path, "PNG")
    result = made("photo", path)
    assert result.type == "image/webp"
    assert result.outputs.content
    with Image.open(result.outputs.content) as image:
        assert image.convert("RGBA").getpixel((5, 5))[3] == 100  # type: ignore[index]


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_what_moves_moves_still(tmp_path: Path, form: str) -> None:
    path = tmp_path / "picture"
    frames = [Image.new("RGB", (800, 400), (at * 60, 0, 255 - at * 60)) for at in range(4)]
    frames[0].save(path, form, save_all=True, append_images=frames[1:], duration=80)
    result = made("photo", path)
    assert (result.type, result.width, result.height) == ("image/webp", 640, 320)
    for output in (result.outputs.content, result.outputs.medium):
        assert output
        with Image.open(output) as image:
            assert getattr(image, "n_frames", 1) == 4
    with pytest.raises(Refused) as refusal:
        made("photo", path, Bounds(frames=3))
    assert refusal.value.code == "picture_too_large"
    with pytest.raises(Refused):
        made("photo", path, Bounds(motion=800 * 400 * 4 - 1))


def test_a_large_one_is_brought_down_and_an_avatar_further(tmp_path: Path) -> None:
    path = tmp_path / "picture"
    corner(5000, 1000).save(path, "JPEG")
    photo = made("photo", path)
    assert (photo.width, photo.height) == (4096, 819)
    assert max(shown(photo.outputs.small).size) == 320
    assert max(shown(photo.outputs.medium).size) == 1280
    assert made("avatar", path).width == 1280
