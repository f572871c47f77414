"""Blobs in a bucket of a storage that speaks S3."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from chinwag.server.adapters.blobs.failures import translated
from chinwag.server.adapters.blobs.pieces import PIECE, Pieces
from chinwag.server.ports.blobs import Kept, Missing

# The smallest part that S3 takes, and so the most that is held in memory of an object, twice.
_PART = 5 << 20
_PARTS_AT_ONCE = 2


class BucketBlobs:
    """Objects in ``s3://bucket/prefix``. Keys, region and, unless ``endpoint`` is given, the
    storage's address come from the usual ``AWS_…`` variables.
    """

    def __init__(self, url: str, endpoint: str = "") -> None:
        self._url = url
        self._endpoint = endpoint
        self._store: S3Store | None = None

    async def open(self) -> None:
        """See that the bucket can be had."""
        parts = urlsplit(self._url)
        try:
            self._store = S3Store(
                parts.netloc,
                prefix=parts.path.strip("/") or None,
                config={"endpoint": self._endpoint} if self._endpoint else {},
                client_options={"allow_http": True, "connect_timeout": timedelta(seconds=5)},
                retry_config={"max_retries": 4, "retry_timeout": timedelta(seconds=20)},
            )
            await obstore.list(self._store, "probe", chunk_size=1).collect_async()
        except (BaseError, OSError) as error:
            raise translated(error) from None

    async def put(self, key: str, chunks: AsyncIterable[bytes]) -> int:
        """See `Blobs`."""
        assert self._store is not None
        pieces = Pieces(chunks)
        try:
            await obstore.put_async(
                self._store,
                key,
                aiter(pieces),
                chunk_size=_PART,
                max_concurrency=_PARTS_AT_ONCE,
            )
        except Exception as error:  # noqa: BLE001 - obstore may wrap what the source raised
            if pieces.failed is not None:
                raise pieces.failed from None
            raise translated(error) from None
        return pieces.size

    async def get(self, key: str, start: int, stop: int) -> AsyncIterator[bytes]:
        """See `Blobs`."""
        assert self._store is not None
        if start >= stop:
            return
        try:
            found = await obstore.get_async(self._store, key, options={"range": (start, stop)})
            async for piece in found.stream(min_chunk_size=PIECE):
                yield bytes(piece)
        except FileNotFoundError:
            raise Missing(key) from None
        except (BaseError, OSError) as error:
            raise translated(error) from None

    async def delete(self, keys: Iterable[str]) -> None:
        """See `Blobs`."""
        assert self._store is not None
        gone = list(keys)
        if not gone:
            return
        try:
            await obstore.delete_async(self._store, gone)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise translated(error) from None

    async def list(self, prefix: str = "") -> AsyncIterator[Kept]:
        """See `Blobs`."""
        assert self._store is not None
        try:
            async for page in obstore.list(self._store, prefix or None):
                for each in page:
                    at = int(each["last_modified"].timestamp() * 1000)
                    yield Kept(each["path"], each["size"], at)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise translated(error) from None

    def path(self, key: str) -> Path | None:
        """See `Blobs`."""
        return None
