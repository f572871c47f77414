"""Checkpoints off the commit path.

SQLite would by default move the write-ahead log into the database in the middle of some commit,
which then takes tens of milliseconds. Here a thread of its own does that, while commits go on.
Only the few pages written meanwhile are left to the writer: once nothing is left the log starts
over at its beginning, and so keeps its size.
"""

import sqlite3
import threading

from chinwag.server.adapters.sqlite.failures import translated
from chinwag.server.observe import log

# In rows changed, which is about as many pages of the log; a commit itself changes a few.
_AFTER_CHANGES = 4_000
_CHANGES_A_COMMIT = 5
_START_OVER_PAGES = 4_000


class Checkpointer:
    """Checkpoints when the writer has written enough."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._wake = threading.Event()
        self._stopped = False
        self._since = 0
        self._seen = 0
        self._finish = False
        self.runs = 0
        self.pages = 0

    def committed(self, writer: sqlite3.Connection) -> None:
        """Note a commit; called on the writer's thread after each, when nobody waits for it."""
        changes = writer.total_changes
        self._since += changes - self._seen + _CHANGES_A_COMMIT
        self._seen = changes
        if self._finish:
            self._finish = False
            _checkpoint(writer)
        if self._since >= _AFTER_CHANGES:
            self._since = 0
            self._wake.set()

    def run(self) -> None:
        """Checkpoint when woken, until stopped. Closing the last connection does the rest."""
        while self._wait():
            _checkpoint(self._connection)
            # What came in meanwhile, so that the writer has little left to do.
            self.pages, moved = _checkpoint(self._connection)
            self.runs += 1
            self._finish = self.pages >= _START_OVER_PAGES and moved > 0
        self._connection.close()

    def stop(self) -> None:
        """Let `run` return. The writer must be done."""
        self._stopped = True
        self._wake.set()

    def _wait(self) -> bool:
        self._wake.wait()
        self._wake.clear()
        return not self._stopped


def _checkpoint(connection: sqlite3.Connection) -> tuple[int, int]:
    """Pages in the log, and how many of them are in the database by now."""
    try:
        _, pages, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    except sqlite3.Error as error:  # a full disk: the log grows until there is room again
        log.warning("store.checkpoint_failed", error=str(translated(error)))
        return 0, 0
    return pages, moved
