"""A storage's errors in the words of the catalogue."""

import errno
import re

from obstore.exceptions import BaseError

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.observe import log

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# obstore tells the number of the system's error in words only.
_NUMBER = re.compile(r"os error (\d+)")


def translated(error: BaseException) -> BaseException:
    """``storage_full`` or ``unavailable`` for what the storage could not do; anything else stays
    what it is.
    """
    if not isinstance(error, (OSError, BaseError)):
        return error
    text = str(error).split("\n", 1)[0]
    if _numbers(error) & _FULL or "507" in text:
        log.error("blobs.full", error=text)
        return ChinwagError(errors.STORAGE_FULL, retry_after=5000)
    log.error("blobs.unavailable", error=f"{type(error).__name__}: {text}")
    return ChinwagError(errors.UNAVAILABLE, retry_after=1000)


def _numbers(error: BaseException) -> set[int]:
    found = {int(number) for number in _NUMBER.findall(str(error))}
    if isinstance(error, OSError) and error.errno is not None:
        found.add(error.errno)
    return found
