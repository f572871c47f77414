"""What files need of a session besides commands: HTTP, from the first time on that it is needed,
and a folder for copies of what is to be sent.
"""

import asyncio
import importlib
import shutil
import ssl
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from chinwag.sdk.tus import Tus

if TYPE_CHECKING:
    from chinwag.sdk.web import Web

_HTTP = "chinwag.sdk.web"  # loaded late: see there


class Transport:
    """See the module. ``kept``: the folder, if copies are to outlive the program."""

    def __init__(self, url: str, token: str, tls: ssl.SSLContext | None, kept: Path | None) -> None:
        self._to = url, token, tls
        self._kept = kept
        self._temporary: Path | None = None
        self._web: Web | None = None
        self._tus: Tus | None = None

    async def web(self) -> "Web":
        """The HTTP side."""
        module = await asyncio.to_thread(importlib.import_module, _HTTP)
        if self._web is None:
            made: Web = module.Web(*self._to)
            self._web = made
        return self._web

    async def tus(self) -> Tus:
        """Uploads over it."""
        web = await self.web()
        if self._tus is None:
            self._tus = Tus(web)
        return self._tus

    @property
    def folder(self) -> Path:
        """Where copies go."""
        if self._kept is not None:
            return self._kept
        if self._temporary is None:
            self._temporary = Path(tempfile.mkdtemp(prefix="chinwag-"))
        return self._temporary

    def sweep(self, needed: Iterable[Path]) -> None:
        """Delete copies that nothing needs: a program ended before it had noted what for."""
        wanted = {it.name for it in needed}
        if self._kept is not None and self._kept.is_dir():
            for path in self._kept.iterdir():
                if path.name not in wanted:
                    path.unlink(missing_ok=True)

    async def close(self) -> None:
        """Let go of the connections, and of copies that nobody will need."""
        if self._web is not None:
            await self._web.close()
            self._web = None
        if self._temporary is not None:
            await asyncio.to_thread(shutil.rmtree, self._temporary, ignore_errors=True)
            self._temporary = None
