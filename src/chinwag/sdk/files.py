"""Files of messages, and pictures of people and groups: `Client.files`."""

from pathlib import Path
from typing import BinaryIO, cast

from chinwag.protocol import errors as catalogue
from chinwag.protocol.commands import Gallery as GalleryCommand
from chinwag.protocol.commands import StorageUse
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Event, Message
from chinwag.protocol.files import File
from chinwag.protocol.results import Gallery, Storage
from chinwag.protocol.scalars import Collection, Preview
from chinwag.sdk.attachments import Source, UploadKind, attach
from chinwag.sdk.downloads import Download, download
from chinwag.sdk.groups import Door, new_id
from chinwag.sdk.transport import Transport
from chinwag.sdk.uploads import Progress, Transfer, Uploads

PREVIEW_BYTES = 4 * 1024 * 1024


class Files:
    """All methods raise what `Client.call` raises, and OSError where bytes go.

    Attributes:
        transfers: how the files of waiting messages stand, by client id. A note of it is the
            `OutboxChanged` of the message.
    """

    def __init__(self, door: Door, transport: Transport, uploads: Uploads) -> None:
        self._door = door
        self._transport = transport
        self.transfers: dict[str, Transfer] = uploads.transfers

    async def download(
        self,
        what: File | Event,
        to: str | Path | BinaryIO = ".",
        *,
        progress: Progress | None = None,
    ) -> Path | None:
        """Bring a file here. ``to``: a folder, where it gets a safe name made of its own, and never
        takes the place of another; a path, whose file it replaces; or an open binary file, to
        which it is written. Over as many connections as it takes; what was begun goes on with the
        next download to the same place. Gives the path.

        Raises:
            ChinwagError: ``no_such_file``: there is none, or it is not for the caller.
            Damaged: what came is not what the server has. Nothing stands under the name.
            OSError: the server was away for too long, or the disk would not take it.
        """
        file = file_of(what)
        told = progress or _nobody
        web = await self._transport.web()
        if isinstance(to, str | Path):
            return await download(web, file, Path(to), told)
        await Download(web, file, to, told).run()
        return None

    async def preview(self, what: File | Event, size: Preview = "small") -> bytes:
        """A small picture of a file, WebP; `File.previews` says which there are."""
        return await self._picture(file_of(what).id, size)

    async def avatar(self, file: str, size: Preview = "small") -> bytes:
        """The picture of a person or a group, WebP, by its ``avatar``."""
        return await self._picture(file, size)

    async def upload(
        self,
        source: Source,
        *,
        kind: UploadKind | None = None,
        name: str = "",
        media_type: str = "",
        progress: Progress | None = None,
    ) -> File:
        """Bring a file to the server without a message. What nothing uses goes after a day."""
        stem = new_id()
        attachment = await attach(source, self._transport.folder, stem, kind, name, media_type)
        told = progress or _nobody
        try:
            tus = await self._transport.tus()
            return await tus.put(attachment, lambda: None, lambda done: told(done, attachment.size))
        finally:
            attachment.discard()

    async def gallery(
        self, chat: str, of: Collection = "media", *, before: int | None = None, limit: int = 50
    ) -> Gallery:
        """What a chat holds of one sort, newest first. The next page: ``before`` of the answer,
        until that is 0.
        """
        command = GalleryCommand(chat=chat, of=of, before=before, limit=limit)
        return cast("Gallery", await self._door.call(command))

    async def storage(self) -> Storage:
        """What one's own files take on the server."""
        return cast("Storage", await self._door.call(StorageUse()))

    async def _picture(self, file: str, size: Preview) -> bytes:
        web = await self._transport.web()
        async with web.ask("GET", f"/api/files/{file}/{size}") as answer:
            data = await answer.content.read(PREVIEW_BYTES)
            while more := await answer.content.read(PREVIEW_BYTES):
                data += more
                if len(data) > PREVIEW_BYTES:
                    raise ConnectionError("the preview has no end")
            return data


def file_of(what: File | Event) -> File:
    """The file itself, or that of a message.

    Raises:
        ChinwagError: ``no_such_file``: the event has none.
    """
    if isinstance(what, File):
        return what
    if isinstance(what.body, Message) and what.body.file is not None:
        return what.body.file
    raise ChinwagError(catalogue.NO_SUCH_FILE)


def _nobody(done: int, size: int) -> None:
    pass
