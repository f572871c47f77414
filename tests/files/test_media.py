"""Pictures on their way through: what is kept of them is what was made, not what came."""

import asyncio
import io

from PIL import Image

from files.sender import Sender
from house import Site


def _photo() -> bytes:
    """A phone's: on its side, and telling where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (47.0, 22.0, 33.0)
    out = io.BytesIO()
    Image.linear_gradient("L").resize((800, 600)).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


async def test_a_photo_is_kept_as_it_was_made_anew(ann: Sender, site: Site) -> None:
    photo = _photo()
    assert b"Exif" in photo
    one, other = await asyncio.gather(*(ann.send(photo, kind="photo") for _ in range(2)))
    file = one["file"]
    assert (file["type"], file["width"], file["height"]) == ("image/jpeg", 600, 800)
    assert file["placeholder"]
    assert file["previews"] == ["small", "medium"]
    content = await ann.content(file["id"])
    assert len(content) == file["size"]
    assert b"Exif" not in content
    # What came is gone, and of both there is one set of objects.
    sizes = [kept.size async for kept in site.app.filing.blobs.list()]
    assert len(sizes) == 3
    assert len(photo) not in sizes
    assert await ann.content(other["id"]) == content


async def test_what_is_no_picture_is_refused_and_gone(ann: Sender, site: Site) -> None:
    done = await ann.send(b"GIF89a but not really", kind="photo")
    assert (done["state"], done["error"]["code"]) == ("refused", "not_a_picture")
    assert [kept async for kept in site.app.filing.blobs.list()] == []
