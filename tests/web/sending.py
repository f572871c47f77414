"""Files on their way out: chosen, pasted, dropped, spoken, and how far they are."""

import base64
import hashlib
import mimetypes
from collections.abc import Iterable
from pathlib import Path

from playwright.async_api import CDPSession, Download, Locator, Page, expect

from flows.cast import eventually
from web.doing import Doing

# Files cannot be put on the clipboard, or into the hand, of a browser from outside.
_BRINGS = """(place, [kind, files]) => {
  const held = new DataTransfer();
  for (const { name, type, data } of files) {
    const bytes = Uint8Array.from(atob(data), (it) => it.charCodeAt(0));
    held.items.add(new File([bytes], name, { type }));
  }
  const init = { bubbles: true, cancelable: true };
  if (kind === 'paste')
    place.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: held }));
  else
    for (const type of ['dragenter', 'dragover', 'drop'])
      place.dispatchEvent(new DragEvent(type, { ...init, dataTransfer: held }));
}"""


class Sending(Doing):
    """What somebody does with files of their own."""

    @property
    def offered(self) -> Locator:
        """The dialog with the files that are about to be sent."""
        return self.page.get_by_role("dialog", name="Send")

    async def chooses_files(self, *paths: Path, how: str = "Photos and videos") -> None:
        """By the button beside the composer."""
        await self.presses("Attach")
        async with self.page.expect_file_chooser() as chooser:
            await self.page.get_by_role("menuitem", name=how, exact=True).click()
        await (await chooser.value).set_files(paths)
        await expect(self.offered).to_be_visible()

    async def brings(self, kind: str, *paths: Path) -> None:
        """``paste`` or ``drop`` of files into what is written."""
        files = [
            {
                "name": path.name,
                "type": mimetypes.guess_type(path.name)[0] or "",
                "data": base64.b64encode(path.read_bytes()).decode(),
            }
            for path in paths
        ]
        composer = self.page.get_by_role("textbox", name="Message", exact=True)
        await composer.evaluate(_BRINGS, [kind, files])
        await expect(self.offered).to_be_visible()

    async def captions(self, name: str, text: str) -> None:
        """A file in the dialog."""
        await self.offered.get_by_role("button", name=name, exact=True).click()
        await self.page.get_by_label(f"Caption for {name}", exact=True).fill(text)

    async def sends_files(self) -> None:
        """All of the dialog."""
        await self.presses("Send", self.offered)
        await expect(self.offered).to_have_count(0)

    async def sees_on_its_way(self) -> None:
        """A file that is not there yet, with the way to take it back."""
        await expect(self.page.get_by_role("button", name="Cancel sending").first).to_be_visible()

    async def downloads(self, name: str, within: float = 30.0) -> str:
        """A document, to its end: the SHA-256 of what came."""
        link = self.page.get_by_role("link", name=f"Download {name}")
        await expect(link).to_be_visible(timeout=within * 1000)
        async with self.page.expect_download(timeout=within * 1000) as download:
            await link.click()
        return await _digest(await download.value)


class Traffic:
    """How a page's uploads go: slowed down, so that there is a middle, and counted."""

    def __init__(self) -> None:
        self.offsets: list[int] = []
        """Where each piece that the server took began."""

    async def watch(self, page: Page, bytes_a_second: float) -> None:
        """From now on, also of what it loads later."""
        session = await page.context.new_cdp_session(page)
        await session.send("Network.enable")
        conditions = {"offline": False, "latency": 0, "downloadThroughput": -1}
        await session.send(
            "Network.emulateNetworkConditions", conditions | {"uploadThroughput": bytes_a_second}
        )

        def note(method: str, status: int, offset: str) -> None:
            if method == "PATCH" and status == 204:
                self.offsets.append(int(offset))

        page.on(
            "response",
            lambda it: note(
                it.request.method, it.status, it.request.headers.get("upload-offset", "0")
            ),
        )

    async def reach(self, pieces: int, within: float = 300.0) -> None:
        """Until the server has taken so many."""
        await eventually(lambda: len(self.offsets) >= pieces, within)


class Finger:
    """On the screen, which tells it from a mouse: it also pans, and clicks once it is lifted."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self._page = page
        self._session = session
        self._x = self._y = 0.0

    @classmethod
    async def of(cls, page: Page) -> "Finger":
        """A finger for this tab."""
        return cls(page, await page.context.new_cdp_session(page))

    async def goes_down_on(self, name: str) -> None:
        """The button of that name."""
        button = self._page.get_by_role("button", name=name)
        await expect(button).to_be_visible()
        box = await button.bounding_box()
        assert box
        self._x, self._y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        await self._send("touchStart", [{"x": self._x, "y": self._y}])

    async def slides(self, far: float) -> None:
        """Along the line, by so many pixels, as smoothly as fingers do."""
        for _ in range(14):
            self._x += far / 14
            await self._send("touchMove", [{"x": self._x, "y": self._y}])

    async def lifts(self) -> None:
        """Off the screen."""
        await self._send("touchEnd", [])

    async def is_taken_away(self) -> None:
        """The system wants it for something else."""
        await self._send("touchCancel", [])

    async def _send(self, kind: str, points: list[dict[str, float]]) -> None:
        await self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_noise(path: Path, size: int, seeds: Iterable[bytes] = (b"noise",)) -> Path:
    """A file of so many bytes of which no two parts are alike."""
    piece = 2**20
    with path.open("wb") as file:
        for number in range(-(-size // piece)):
            noise = hashlib.shake_128(b"".join(seeds) + str(number).encode())
            file.write(noise.digest(min(piece, size - number * piece)))
    return path


async def _digest(download: Download) -> str:
    return digest(await download.path())
