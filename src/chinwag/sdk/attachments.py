"""Files on this machine that are to be sent: what is known of one before the server has it."""

import asyncio
import hashlib
import mimetypes
import os
from collections.abc import AsyncIterable, Iterator
from pathlib import Path
from typing import BinaryIO, Literal

from msgspec import Struct

from chinwag.protocol import limits
from chinwag.protocol.errors import ChinwagError, Kind
from chinwag.protocol.scalars import FileKind, Id

Source = str | Path | bytes | BinaryIO | AsyncIterable[bytes]
"""A path, the bytes themselves, an open binary file, or pieces as they come."""
UploadKind = FileKind | Literal["avatar"]
PIECE_BYTES = 1024 * 1024
FILE_GONE = Kind(
    code="file_gone", text="The file is not there any more, or was changed.", retry=False, status=0
)
"""A failure of this machine alone: no server tells it."""
# Pictures that every client can show; others go as they are.
_PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
_VIDEOS = frozenset({"video/mp4", "video/quicktime", "video/webm", "video/x-matroska"})


class Attachment(Struct, omit_defaults=True):
    """A file that waits to be sent. ``modified`` (ns) tells whether it is still the same.
    ``guessed``: the kind was; if the server finds that it is no such thing, it goes as a document.
    ``spooled``: the file is a copy that belongs to the outbox. ``upload``: where it goes, once it
    was begun; ``sha256`` in hex, once it was read; ``renewed``: the server forgot it once.
    """

    path: str
    kind: UploadKind
    name: str
    type: str
    size: int
    modified: int
    guessed: bool = False
    spooled: bool = False
    sha256: str = ""
    upload: Id = ""
    renewed: bool = False

    def open(self) -> BinaryIO:
        """The file.

        Raises:
            ChinwagError: ``file_gone``.
        """
        try:
            file = Path(self.path).open("rb")  # noqa: SIM115 - the caller closes it
        except OSError as error:
            raise ChinwagError(FILE_GONE) from error
        status = os.fstat(file.fileno())
        if (status.st_size, status.st_mtime_ns) != (self.size, self.modified):
            file.close()
            raise ChinwagError(FILE_GONE)
        return file

    def digest(self) -> str:
        """SHA-256 of all of it, in hex; remembered. Blocks for as long as it takes to read it."""
        if not self.sha256:
            with self.open() as file:
                digest = hashlib.sha256()
                for piece in _pieces(file):
                    digest.update(piece)
                self.sha256 = digest.hexdigest()
        return self.sha256

    def discard(self) -> None:
        """Delete the copy, if it is one."""
        if self.spooled:
            Path(self.path).unlink(missing_ok=True)


async def attach(
    source: Source, folder: Path, stem: str, kind: UploadKind | None, name: str, media_type: str
) -> Attachment:
    """What ``source`` is as a file. All but a path is copied into ``folder`` first, as ``stem``:
    it would not be there after a restart of the program.

    Raises:
        OSError: it cannot be read, or not be copied.
    """
    spooled = not isinstance(source, str | Path)
    if isinstance(source, str | Path):
        path, name = await asyncio.to_thread(Path(source).absolute), name or Path(source).name
    else:
        path, name = folder / stem, name or Path(str(getattr(source, "name", ""))).name
        await _copy(source, path)
    status = await asyncio.to_thread(_status, path)
    name = (name.replace("\0", "") or "file")[-limits.FILE_NAME_CHARS :]
    media_type = media_type or _type_of(name)
    return Attachment(
        path=str(path),
        kind=kind or kind_of(media_type),
        name=name,
        type=media_type,
        size=status.st_size,
        modified=status.st_mtime_ns,
        guessed=kind is None,
        spooled=spooled,
    )


def kind_of(media_type: str) -> FileKind:
    """As what a file of this type is sent, unless somebody says otherwise."""
    if media_type in _PHOTOS:
        return "photo"
    return "video" if media_type in _VIDEOS else "document"


def kind_of_name(name: str) -> FileKind:
    """The same for a file of this name."""
    return kind_of(_type_of(name))


def _type_of(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _status(path: Path) -> os.stat_result:
    """Raises OSError, also for what is no file."""
    with path.open("rb") as file:
        return os.fstat(file.fileno())


async def _copy(source: bytes | BinaryIO | AsyncIterable[bytes], path: Path) -> None:
    target = await asyncio.to_thread(_private, path)
    with target:
        if isinstance(source, bytes):
            await asyncio.to_thread(target.write, source)
        elif isinstance(source, AsyncIterable):
            async for piece in source:
                await asyncio.to_thread(target.write, piece)
        else:
            await asyncio.to_thread(lambda: [target.write(it) for it in _pieces(source)])


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    while piece := source.read(PIECE_BYTES):
        yield piece


def _private(path: Path) -> BinaryIO:
    """A new file that only the person may read."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb")
