"""The storage of files: whether what is written there can be read, and by all nodes."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

from chinwag.protocol.errors import ChinwagError
from chinwag.server.config import Settings
from chinwag.server.doctor.chart import Ailment, Chart, State
from chinwag.server.engines import blobs_of
from chinwag.server.ports.blobs import Blobs

_ADVICE = "set files_url (and files_endpoint, and the AWS_… variables) to a storage that is there"


async def examine(chart: Chart, settings: Settings) -> None:
    """Write an object there, read it, and delete it."""
    where = settings.files
    if not await asyncio.to_thread(_is_there, where):
        chart.note(State.OK, f"{where} is not there yet: the first start makes it")
        return
    await chart.look(lambda: _round_trip(blobs_of(settings), where), _ADVICE)
    if settings.broker_url and not settings.files_url:
        chart.note(
            State.WARN,
            "files are in this node's data folder, where the other nodes do not look",
            advice="set files_url to a folder that all nodes share, or to s3://bucket/prefix",
        )


def _is_there(where: str) -> bool:
    return where.startswith("s3://") or Path(where).expanduser().exists()


async def _round_trip(blobs: Blobs, where: str) -> str:
    body = secrets.token_bytes(4096)

    async def source() -> AsyncIterator[bytes]:
        yield body

    key = f"doctor/{secrets.token_hex(8)}"
    try:
        await blobs.open()
        try:
            await blobs.put(key, source())
            found = b"".join([piece async for piece in blobs.get(key, 0, len(body))])
        finally:
            await blobs.delete([key])
    except ChinwagError as error:
        raise Ailment(f"{where}: {error}") from None
    if found != body:
        raise Ailment(f"{where} does not keep what is written to it")
    return f"{where} keeps what is written"
