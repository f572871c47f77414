"""Uploads by the tus protocol (1.0), as the server speaks it: https://tus.io/protocols."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, BinaryIO

from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.files import File, Upload
from chinwag.sdk import decoding, errors
from chinwag.sdk.attachments import Attachment

if TYPE_CHECKING:
    from chinwag.sdk.web import Web

LARGEST, SMALLEST = 8 * 1024 * 1024, 128 * 1024
"""Bounds of a piece: what is checked together, and all of which goes again after a cut. Pieces
become smaller where connections do not last long enough for one."""
SLICE_BYTES = 256 * 1024
"""How finely progress is told."""
WAIT_SECONDS = 25
# Refusals of the same piece in a row.
_PATIENCE = 4
_VERSION = {"Tus-Resumable": "1.0.0"}
_LOST = frozenset({"not_found", "no_such_file", "upload_expired"})
_ELSEWHERE = frozenset({"upload_offset", "checksum_mismatch", "upload_locked"})

Told = Callable[[int], None]
"""Told how many bytes the server has, or is being sent just now."""


class Tus:
    """One device's uploads. All methods raise ChinwagError and OSError."""

    def __init__(self, web: "Web") -> None:
        self._web = web
        self._piece = LARGEST

    async def put(self, attachment: Attachment, landed: Callable[[], None], told: Told) -> File:
        """Bring the file to the server, from where an earlier attempt ended. ``landed`` is called
        when ``attachment.upload`` is known, before the first byte goes, and when the server is sure
        of a piece.

        Raises:
            ChinwagError: the server would not take it, or the file is not the same any more.
            OSError: the network; call it again.
        """
        await asyncio.to_thread(attachment.digest)
        upload = await self._resumed(attachment) if attachment.upload else None
        if upload is None:
            attachment.upload = await self._create(attachment)
            landed()
        elif upload.state != "open":
            return await self._checked(attachment.upload)
        await self._send(attachment, landed, told)
        return await self._checked(attachment.upload)

    async def cancel(self, upload: str) -> None:
        """The server need not keep what it has."""
        async with self._web.ask("DELETE", _path(upload), headers=_VERSION):
            pass

    async def _create(self, attachment: Attachment) -> str:
        metadata = {
            "filename": attachment.name,
            "filetype": attachment.type,
            "kind": attachment.kind,
            "sha256": attachment.sha256,
        }
        pairs = (f"{name} {_base64(value.encode())}" for name, value in metadata.items())
        headers = {
            **_VERSION,
            "Upload-Length": str(attachment.size),
            "Upload-Metadata": ",".join(pairs),
        }
        async with self._web.ask("POST", "/api/uploads", headers=headers) as answer:
            return answer.headers["Location"].rstrip("/").rpartition("/")[2]

    async def _resumed(self, attachment: Attachment) -> Upload | None:
        """How the upload of an earlier attempt stands; None if the server has none any more."""
        try:
            return await self._state(attachment.upload, wait=0)
        except ChinwagError as error:
            if error.kind.code in _LOST:
                return None
            raise

    async def _send(self, attachment: Attachment, landed: Callable[[], None], told: Told) -> None:
        """All that the server does not have yet."""
        with attachment.open() as file:
            offset = await self._offset(attachment.upload)
            refused = 0
            while offset < attachment.size:
                told(offset)
                piece = await asyncio.to_thread(_read, file, offset, self._piece)
                try:
                    offset = await self._patch(attachment.upload, offset, piece, told)
                    self._piece = min(LARGEST, 2 * self._piece)
                    refused = 0
                    landed()
                except OSError:
                    self._piece = max(SMALLEST, self._piece // 4)
                    raise
                except ChinwagError as error:
                    refused += 1
                    if error.kind.code not in _ELSEWHERE or refused > _PATIENCE:
                        raise
                    offset = await self._offset(attachment.upload)
            told(attachment.size)

    async def _offset(self, upload: str) -> int:
        async with self._web.ask("HEAD", _path(upload), headers=_VERSION) as answer:
            return int(answer.headers["Upload-Offset"])

    async def _patch(self, upload: str, offset: int, piece: bytes, told: Told) -> int:
        digest = await asyncio.to_thread(lambda: hashlib.sha256(piece).digest())
        headers = {
            **_VERSION,
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(len(piece)),
            "Upload-Offset": str(offset),
            "Upload-Checksum": f"sha256 {_base64(digest)}",
        }
        data = _slices(piece, offset, told)
        async with self._web.ask("PATCH", _path(upload), headers=headers, data=data) as answer:
            return int(answer.headers["Upload-Offset"])

    async def _checked(self, upload: str) -> File:
        """The file, once the server has looked at it."""
        while True:
            state = await self._state(upload, wait=WAIT_SECONDS)
            if state.error is not None:
                raise errors.from_failure(state.error)
            if state.file is not None:
                return state.file
            if state.state == "open":  # it lost bytes that it had not made sure of
                raise ConnectionResetError("the upload is not complete")

    async def _state(self, upload: str, *, wait: int) -> Upload:
        headers = {"Prefer": f"wait={wait}"} if wait else {}
        async with self._web.ask("GET", _path(upload), headers=headers) as answer:
            return decoding.decoded(Upload, await answer.read())


def _path(upload: str) -> str:
    return f"/api/uploads/{upload}"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _read(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    return file.read(size)


async def _slices(piece: bytes, offset: int, told: Told) -> AsyncIterator[bytes]:
    for begin in range(0, len(piece), SLICE_BYTES):
        yield piece[begin : begin + SLICE_BYTES]
        told(offset + min(begin + SLICE_BYTES, len(piece)))
