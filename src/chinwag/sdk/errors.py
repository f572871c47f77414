"""What can go wrong on this side of the wire, and how the server's failures become exceptions.

::

    Exception
      ChinwagError             the server refused; `.kind` is of `protocol.errors`' catalogue
      SdkError
        Timeout                no answer in time; the command may or may not have taken effect
        Closed                 the connection, or the client, is closed
          SignedOut            for good: this device's token is void, or a newer session replaced it
        Refused                the handshake was refused; `.error` says why, `.retry_after` seconds
        OutboxFull             too many messages wait to be sent
        Discarded              the message was taken back before it was sent
        Damaged                what was downloaded is not what the server has
        StoreError             the store cannot be used: another process has it, another account
        Unreadable             an answer that this version cannot read
"""

from msgspec import Struct

from chinwag.protocol import errors
from chinwag.protocol.closing import Close
from chinwag.protocol.errors import ChinwagError, Failure, Kind


class SdkError(Exception):
    """Base of the local errors."""


class Timeout(SdkError):
    """No answer in time. Commands may be repeated: they name an end state or a client id."""


class Closed(SdkError):
    """The connection, or the client, is closed."""


class CloseInfo(Struct, frozen=True):
    """How a connection ended: its close code (RFC 6455 section 7.4; 1006 = without one)."""

    code: int
    reason: str = ""


class SignedOut(Closed):
    """The session ended for good. ``code`` is the close code, or 4401 for a refused token."""

    def __init__(self, code: int = Close.SIGNED_OUT) -> None:
        self.code = code
        self.replaced = code == Close.REPLACED
        what = "a newer session of this device" if self.replaced else "the server"
        super().__init__(f"signed out by {what} ({code})")


class Refused(SdkError):
    """The server would not open a session. ``error`` is the failure of the catalogue."""

    def __init__(self, status: int, error: ChinwagError, retry_after: float = 0.0) -> None:
        super().__init__(f"handshake refused: {status} {error}")
        self.status = status
        self.error = error
        self.retry_after = retry_after


class OutboxFull(SdkError):
    """Too many messages wait; nothing was queued."""


class Discarded(SdkError):
    """The message was taken back before the server had it."""


class Damaged(SdkError):
    """What came of a file is not what the server has. Nothing of it was kept."""


class StoreError(SdkError):
    """The store file is in use by another client, belongs to another account, or is broken."""


class Unreadable(SdkError):
    """The server's answer is not what this version knows."""


def from_failure(failure: Failure) -> ChinwagError:
    """A failure of the wire as an exception. A code that is new to this version keeps its own
    text and its ``retry``.
    """
    kind = errors.CATALOGUE.get(failure.code) or Kind(
        code=failure.code, text=failure.text, retry=failure.retry, status=500
    )
    return ChinwagError(
        kind, retry_after=failure.retry_after, field=failure.field, text=failure.text
    )


def from_status(status: int) -> ChinwagError:
    """The nearest entry of the catalogue for an HTTP answer without a body of ours."""
    by_status = {401: errors.UNAUTHENTICATED, 403: errors.NOT_ALLOWED, 429: errors.RATE_LIMITED}
    if kind := by_status.get(status):
        return ChinwagError(kind)
    return ChinwagError(errors.UNAVAILABLE if status >= 500 else errors.MALFORMED)
