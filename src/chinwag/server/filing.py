"""The composition root of files: `App` makes one of these, and everything about files is in it."""

from collections.abc import Callable, Coroutine
from typing import Any

from litestar.types import ASGIApp

from chinwag.media import Media
from chinwag.server.config import Settings
from chinwag.server.engines import blobs_of
from chinwag.server.gateway.auth import Auth
from chinwag.server.gateway.downloads import Downloads
from chinwag.server.gateway.tus import Tus
from chinwag.server.parameters import uploads
from chinwag.server.services.actions import Actions
from chinwag.server.services.attaching import Attaching
from chinwag.server.services.checking import Checking
from chinwag.server.services.contents import Contents
from chinwag.server.services.deleting import Deleting
from chinwag.server.services.gallery import Gallery
from chinwag.server.services.intake import Intake
from chinwag.server.services.log import Log
from chinwag.server.services.messages import Messages
from chinwag.server.services.sweeping import Sweeping
from chinwag.server.services.uploads import Uploads


class Filing:
    """All about files: how they come and go, and how messages hold them. ``alone``: there is no
    other node.
    """

    def __init__(
        self, settings: Settings, actions: Actions, messages: Messages, log: Log, *, alone: bool
    ) -> None:
        store, chats = actions.store, actions.chats
        self.blobs = blobs_of(settings)
        self.media = Media(settings.media_workers)
        self.contents = Contents(store, self.blobs)
        self.intake = Intake(store, self.blobs)
        self.checking = Checking(store, self.blobs, self.media, alone=alone)
        self.uploads = Uploads(
            store, self.blobs, self.checking, self.intake, actions.meters, uploads(settings)
        )
        self.sweeping = Sweeping(store, self.blobs)
        self.attaching = Attaching(store, chats, messages, log)
        self.deleting = Deleting(actions)
        self.gallery = Gallery(store, chats, quota=settings.file_quota)
        self._stop_sending: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """See that the storage can be had."""
        await self.blobs.open()

    def work(self) -> dict[str, Coroutine[Any, Any, None]]:
        """What goes on in the background, by name."""
        return {"checking": self.checking.run(), "sweeping": self.sweeping.run()}

    def before(self, app: ASGIApp, auth: Auth) -> ASGIApp:
        """The HTTP side, with what answers for files before it."""
        downloads = Downloads(app, auth, self.contents)
        self._stop_sending = downloads.stop
        return Tus(downloads, auth, self.uploads)

    async def drain(self) -> None:
        """Take and give no more; what came is kept."""
        self._stop_sending()
        await self.uploads.drain()

    async def close(self) -> None:
        """End what is under way."""
        await self.checking.close()
        await self.media.stop()

    def gauges(self) -> dict[str, float]:
        """Figures for the metrics page."""
        return {
            "uploads_writing": self.uploads.active,
            "uploads_checking": self.checking.waiting,
            "uploads_ready_total": self.checking.ready,
            "uploads_refused_total": self.checking.refused,
            "uploads_bytes_total": self.intake.received,
            "files_swept_bytes_total": self.sweeping.freed,
        }
