"""Readers: a few threads that each run queries over committed snapshots, beside the writer."""

import sqlite3
import time
from collections.abc import Callable

from chinwag.server.adapters.sqlite.failures import translated
from chinwag.server.adapters.sqlite.pieces import Piece, Pieces, take
from chinwag.server.adapters.sqlite.tx import SqliteReader, drive

_AT_ONCE = 8
# A snapshot that stays keeps the log before the checkpointer from being reused.
_SECONDS = 5.0
_STEPS_BETWEEN_LOOKS = 1_000_000


class SnapshotReader:
    """Runs each piece of work over a snapshot of its own, for a limited time."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        pieces: Pieces,
        finished: Callable[[list[Piece]], None],
        newest: Callable[[], int],
    ) -> None:
        self._connection = connection
        self._pieces = pieces
        self._finished = finished
        self._newest = newest
        self._deadline = 0.0
        connection.set_progress_handler(self._too_long, _STEPS_BETWEEN_LOOKS)

    def run(self) -> None:
        """Work until the queue ends."""
        while (pieces := take(self._pieces, _AT_ONCE)) is not None:
            for piece in pieces:
                self._one(piece)
            self._finished(pieces)
        self._connection.close()

    def _one(self, piece: Piece) -> None:
        assert piece.work is not None
        self._deadline = time.monotonic() + _SECONDS
        change = self._newest()  # before the snapshot: never too new for it
        try:
            self._connection.execute("BEGIN")
            piece.result = drive(piece.work(SqliteReader(self._connection, change)))
        except BaseException as error:  # noqa: BLE001 - whoever waits for the piece gets it
            piece.error = translated(error)
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _too_long(self) -> bool:
        return time.monotonic() > self._deadline
