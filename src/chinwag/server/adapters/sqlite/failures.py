"""SQLite's errors in the words of the catalogue."""

import sqlite3

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.observe import log

# What a full disk looks like: a write that failed, or the shared-memory file that could not grow.
_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE})
_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)


def translated(error: BaseException) -> BaseException:
    """``storage_full``, ``unavailable`` or ``busy`` for what SQLite could not do; mistakes of the
    caller, such as broken SQL, stay what they are. A new exception for everybody who waits.
    """
    if not isinstance(error, sqlite3.Error):
        return error
    code = getattr(error, "sqlite_errorcode", 0)
    if code in _FULL or code & 0xFF in _FULL:
        log.error("store.full", error=str(error))
        return ChinwagError(errors.STORAGE_FULL, retry_after=5000)
    if code == sqlite3.SQLITE_INTERRUPT:
        log.error("store.read_too_long")
        return ChinwagError(errors.BUSY, retry_after=1000)
    if code & 0xFF in _AWAY:
        log.error("store.unavailable", error=str(error), code=code)
        return ChinwagError(errors.UNAVAILABLE, retry_after=1000)
    return error
