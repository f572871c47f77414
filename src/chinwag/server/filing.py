"""The composition root of files: `App` makes one of these, and everything about files is in it."""

from litestar.types import ASGIApp

from chinwag.server.adapters.blobs.folder import FolderBlobs
from chinwag.server.config import Settings
from chinwag.server.gateway.auth import Auth
from chinwag.server.gateway.downloads import Downloads
from chinwag.server.ports.blobs import Blobs
from chinwag.server.ports.store import Store
from chinwag.server.services.contents import Contents


class Filing:
    """Where files are, and how they go in and out."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.blobs: Blobs = FolderBlobs(settings.folder / "files")
        self.contents = Contents(store, self.blobs)

    def before(self, app: ASGIApp, auth: Auth) -> ASGIApp:
        """The HTTP side, with what answers for files before it."""
        return Downloads(app, auth, self.contents)

    async def start(self) -> None:
        """See that the storage can be had."""
        await self.blobs.open()
