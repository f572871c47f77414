"""The writer: one thread, one connection, commits in groups.

While a commit is under way, work collects in the queue; the next transaction takes all of it.
Batches at the front of a group are written as one. What comes after runs in a savepoint each, so
that a piece that fails takes nothing else along.
"""

import sqlite3
import time
from collections.abc import Callable
from itertools import takewhile

from chinwag.server.adapters.sqlite.appending import append
from chinwag.server.adapters.sqlite.checkpoints import Checkpointer
from chinwag.server.adapters.sqlite.failures import translated
from chinwag.server.adapters.sqlite.pieces import Piece, Pieces, take
from chinwag.server.adapters.sqlite.tx import SqliteTx, drive
from chinwag.server.clock import now_ms
from chinwag.server.observe import log
from chinwag.server.ports.store import Batch

_GROUP = 256
# A counter in the database, not in memory: an admin command in another process counts on.
_STAMP = "UPDATE meta SET value = value + 1 WHERE key = 'change' RETURNING value"

_NEWEST = "SELECT value FROM meta WHERE key = 'change'"


class Writer:
    """Commits what comes through ``pieces`` and hands it to ``finished``, group by group."""

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        pieces: Pieces,
        finished: Callable[[list[Piece]], None],
        checkpointer: Checkpointer,
        origin: str,
    ) -> None:
        self._origin = origin
        self._connect = connect
        self._connection = connect()
        self._pieces = pieces
        self._finished = finished
        self._checkpointer = checkpointer
        self._now = self._change = 0
        self.committed_change = int(self._connection.execute(_NEWEST).fetchone()[0])
        self.commits = 0
        self.failed = 0
        self.seconds = 0.0
        self.entries = 0

    def run(self) -> None:
        """Work until the queue ends."""
        while (pieces := take(self._pieces, _GROUP)) is not None:
            started = time.perf_counter()
            self._commit(pieces)
            self.seconds += time.perf_counter() - started
            self._finished(pieces)
            self._checkpointer.committed(self._connection)
        self._connection.close()

    def _commit(self, pieces: list[Piece]) -> None:
        try:
            self._begin()
            rest = pieces[self._lead(pieces) :]
            for piece in rest:
                self._alone(piece)
            self._connection.execute("COMMIT")
            self.committed_change = self._change
            self.commits += 1
        except BaseException as error:  # noqa: BLE001 - whatever it was, all of it is undone
            self.failed += 1
            self._undo()
            for piece in pieces:
                piece.error = translated(error)

    def _begin(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._change = int(self._connection.execute(_STAMP).fetchone()[0])
        self._now = now_ms()

    def _undo(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            log.exception("store.rollback_failed")
            self._connection.close()
            self._connection = self._connect()

    def _lead(self, pieces: list[Piece]) -> int:
        """Write the batches at the front as one; how many pieces that settled."""
        lead = list(takewhile(lambda piece: piece.batch is not None, pieces))
        if not lead:
            return 0
        batches = [piece.batch for piece in lead if piece.batch is not None]
        whole = batches[0]
        if len(batches) > 1:
            whole = Batch(
                [entry for batch in batches for entry in batch.entries],
                [mark for batch in batches for mark in batch.marks],
            )
        for look in (False, True):
            try:
                self._append(whole, look=look)
            except sqlite3.OperationalError:
                raise
            except Exception as error:  # noqa: BLE001 - whoever waits for the piece gets it
                self._undo()
                self._begin()
                if not isinstance(error, sqlite3.IntegrityError):
                    break
            else:
                return len(lead)
        return 0  # one of them is no good: each by itself

    def _append(self, batch: Batch, *, look: bool) -> None:
        append(self._connection, batch, self._now, self._change, look=look)
        self.entries += len(batch.entries)

    def _alone(self, piece: Piece) -> None:
        connection = self._connection
        connection.execute("SAVEPOINT piece")
        try:
            if piece.batch is not None:
                self._append(piece.batch, look=True)
            elif piece.work is not None:
                tx = SqliteTx(connection, self._now, self._change, self._origin)
                piece.result = drive(piece.work(tx))
                piece.entries = tx.entries
        except Exception as error:
            if not connection.in_transaction:
                raise  # SQLite itself gave up the whole transaction, as it does on a full disk
            connection.execute("ROLLBACK TO piece")
            piece.error = translated(error)
        connection.execute("RELEASE piece")
