"""What people share in the stories: small, and made on the spot."""

import io
import math
from array import array

import av
from PIL import Image

from web.conversation import Conversation


def photo(hue: int = 90, width: int = 640, height: int = 480) -> bytes:
    """A JPEG with a gradient."""
    picture = Image.linear_gradient("L").resize((width, height))
    colour = Image.new("RGB", picture.size, (hue, 120, 255 - hue))
    out = io.BytesIO()
    Image.composite(colour, Image.new("RGB", picture.size), picture).save(out, "JPEG")
    return out.getvalue()


def document() -> bytes:
    """A PDF with an upright page."""
    out = io.BytesIO()
    Image.new("RGB", (300, 420), "beige").save(out, "PDF")
    return out.getvalue()


def voice(seconds: float = 1.0) -> bytes:
    """A tone, as browsers record."""
    rate, out = 48_000, io.BytesIO()
    with av.open(out, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=rate, layout="mono")
        for start in range(0, int(seconds * rate), 960):
            wave = (int(9_000 * math.sin((start + i) / 18)) for i in range(960))
            frame = av.AudioFrame(format="s16", layout="mono", samples=960)
            frame.planes[0].update(array("h", wave).tobytes())
            frame.sample_rate, frame.pts = rate, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return out.getvalue()


async def looks_at_first(screen: Conversation) -> None:
    """Opens the first photo of the chat."""
    await screen.page.get_by_role("button", name="Open Photo").first.click()
    await screen.page.get_by_role("dialog", name="Photos and videos").wait_for()
