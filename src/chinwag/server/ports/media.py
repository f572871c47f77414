"""Media work: what is made of a file before anybody sees it. Elsewhere than on the event loop."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from chinwag.media.made import Kind, Made


class Media(Protocol):
    """Reads files of strangers. See `chinwag.media.Media`, which raises what is raised here."""

    async def start(self) -> None:
        """Get ready."""
        ...

    async def stop(self) -> None:
        """End; jobs under way raise Killed."""
        ...

    async def make(self, kind: Kind, paths: Sequence[Path], into: Path, name: str) -> Made:
        """Read the files at ``paths`` as one, and write what ``kind`` needs into ``into``.

        Raises:
            Refused: it is not what it is to be.
            Killed, Overloaded: it may go well the next time.
        """
        ...
