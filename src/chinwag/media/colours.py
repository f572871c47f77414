"""Pictures of whatever make, turned upright, into sRGB, and into RGB or RGBA of 8 bits."""

import io

from PIL import ExifTags, Image, ImageCms

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture upright, by the orientation of EXIF; 1 is upright."""
_SRGB = ImageCms.createProfile("sRGB")
_WIDE = ("I", "I;16", "I;16L", "I;16B", "I;16N")


def turn(image: Image.Image) -> Image.Transpose | None:
    """How the picture is to be turned; what cannot be read is taken as upright."""
    try:
        return TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except (SyntaxError, ValueError, OSError, TypeError, KeyError):
        return None


def plain(image: Image.Image, profile: bytes | None, turned: Image.Transpose | None) -> Image.Image:
    """A picture of RGB or, where something shines through, RGBA; sRGB; upright."""
    image = _plain_mode(_in_srgb(_narrow(image), profile))
    return image.transpose(turned) if turned is not None else image


def _narrow(image: Image.Image) -> Image.Image:
    """16 bits of grey as 8."""
    if image.mode not in _WIDE:
        return image
    return image.convert("I").point(lambda level: level * (1 / 256)).convert("L")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """By the profile that came with the picture; one that is broken or does not belong to it is
    passed over.
    """
    if not profile:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in (source.profile.profile_description or "").lower():
            return image
        if image.mode in ("P", "PA"):
            image = image.convert("RGBA" if image.has_transparency_data else "RGB")
        into = "RGBA" if image.mode == "RGBA" else "RGB"
        turned = ImageCms.profileToProfile(image, source, _SRGB, outputMode=into)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return turned or image


def _plain_mode(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    image = image if image.mode == "RGBA" else image.convert("RGBA")
    least, _ = image.getchannel("A").getextrema()
    return image if least != 255 else image.convert("RGB")
