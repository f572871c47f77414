"""PostgreSQL's errors in the words of the catalogue."""

import asyncpg

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.observe import log

# Classes of SQLSTATE (Appendix A of PostgreSQL's manual), or whole ones.
_FULL = ("53100",)
_BUSY = ("57014", "55P03", "40001", "40P01", "53300")
_AWAY = ("08", "53", "57", "58", "XX", "25006", "25P03", "28", "3D000", "55000")
# A NUL, which no text here may hold; in ids that clients send it may stand.
_NO_TEXT = "22021"
# What a transaction may meet because another one ran beside it: it comes through when run again.
_RACES = ("40001", "40P01", "23505", "55P03")

_GONE = (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class Away(Exception):
    """The database cannot be had now. The text is for the log."""


class NotYet(Away):
    """It was away a moment ago, which the log has, and is asked again only in another."""


class Taken(Away):
    """Another server is alone on the database."""


def lost(error: BaseException) -> bool:
    """Whether the connection that raised it is of no further use."""
    if isinstance(error, asyncpg.PostgresError):
        return _state(error).startswith(("08", "57P", "25P03", "25006", "XX"))
    if isinstance(error, asyncpg.DataError):  # an argument that does not fit: the caller's mistake
        return False
    return not isinstance(error, Exception) or isinstance(error, (Away, *_GONE))


def raced(error: BaseException) -> bool:
    """Whether another transaction was in the way."""
    return isinstance(error, asyncpg.PostgresError) and _state(error) in _RACES


def translated(error: BaseException) -> BaseException:
    """``storage_full``, ``unavailable`` or ``busy`` for what PostgreSQL could not do; mistakes of
    the caller, such as broken SQL, stay what they are. A new exception for everybody who waits.
    """
    if isinstance(error, asyncpg.PostgresError):
        state = _state(error)
        if state == _NO_TEXT:
            return ChinwagError(errors.INVALID)
        if state.startswith(_FULL):
            log.error("store.full", error=_text(error))
            return ChinwagError(errors.STORAGE_FULL, retry_after=5000)
        if state.startswith(_BUSY):
            log.warning("store.busy", error=_text(error), code=state)
            return ChinwagError(errors.BUSY, retry_after=1000)
        if state.startswith(_AWAY):
            log.error("store.unavailable", error=_text(error), code=state)
            return ChinwagError(errors.UNAVAILABLE, retry_after=1000)
    if not lost(error):
        return error
    if not isinstance(error, NotYet):  # or every command of everybody would have a line
        log.error("store.unavailable", error=_text(error))
    return ChinwagError(errors.UNAVAILABLE, retry_after=1000)


def _state(error: asyncpg.PostgresError) -> str:
    return str(error.sqlstate or "")


def _text(error: BaseException) -> str:
    """Only the first line: details of an error may quote values."""
    first = str(error).split("\n", 1)[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__
