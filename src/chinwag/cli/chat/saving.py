"""Files on their way onto this machine: a line that says how far they have come."""

import asyncio
import time
from pathlib import Path

import platformdirs
from textual.content import Content
from textual.widgets import Static
from textual.worker import Worker

from chinwag.cli.chat.desk import Desk
from chinwag.cli.chat.errors import explained
from chinwag.cli.files import name_of, size_words
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.files import File
from chinwag.sdk import SdkError

_DRAW_SECONDS = 0.1
_TRACK_CELLS = 20


class Saving(Static):
    """Saves files, several at once, whatever chat is open meanwhile."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("", id="saving")
        self._desk = desk
        self._going: dict[str, Worker[None]] = {}
        self._done: dict[str, tuple[int, float]] = {}
        self._names: dict[str, str] = {}
        self._drawn_at = 0.0

    def toggle(self, file: File, where: Path | None = None) -> None:
        """Save the file, or stop that; what is here by then is taken up the next time."""
        if worker := self._going.get(file.id):
            worker.cancel()
            return
        self._names[file.id] = name_of(file)
        self._done[file.id] = (0, time.monotonic())
        self._going[file.id] = self.run_worker(self._save(file, where), group="saving")
        self._draw()

    async def _save(self, file: File, where: Path | None) -> None:
        folder = where or platformdirs.user_downloads_path()
        first: list[int] = []

        def progress(done: int, size: int) -> None:
            first[:] = first or [done]
            self._progress(file, done, done - first[0])

        try:
            if where is None:
                await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
            path = await self._desk.client.files.download(file, folder, progress=progress)
        except (ChinwagError, SdkError, OSError) as error:
            self._desk.say(_trouble(error), trouble=True)
        else:
            self._desk.say(f"Saved as {shown_path(path or folder)}")
        finally:
            self._going.pop(file.id, None)
            self._done.pop(file.id, None)
            if self.is_attached:
                self._draw()

    def _progress(self, file: File, done: int, fetched: int) -> None:
        _, since = self._done[file.id]
        self._done[file.id] = (100 * done // max(1, file.size), since)
        now = time.monotonic()
        if now - self._drawn_at >= _DRAW_SECONDS:
            self._drawn_at = now
            self._draw(fetched / max(0.001, now - since))

    def _draw(self, speed: float = 0.0) -> None:
        self.display = bool(self._going)
        if not self._going:
            return
        newest = next(reversed(self._going))
        done = self._done[newest][0]
        full = _TRACK_CELLS * done // 100
        parts = [
            Content.styled("↓ ", "$c-accent"),
            Content(self._names[newest]),
            Content.styled(f"  {'━' * full}", "$c-accent"),
            Content.styled("─" * (_TRACK_CELLS - full), "$c-line"),
            Content.styled(f" {done} %", "$c-muted"),
        ]
        if speed:
            parts.append(Content.styled(f"  {size_words(speed)}/s", "$c-muted"))
        if len(self._going) > 1:
            parts.append(Content.styled(f"  and {len(self._going) - 1} more", "$c-muted"))
        self.update(Content("").join(parts))


def shown_path(path: Path) -> str:
    """A path as one writes it."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def _trouble(error: Exception) -> str:
    if isinstance(error, OSError) and not isinstance(error, ConnectionError) and error.strerror:
        return f"It cannot be saved: {error.strerror}."
    return explained(error)
