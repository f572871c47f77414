"""Passwords: argon2id in a small pool of low priority, and the refusal of those easy to guess.

Parameters are OWASP's minimum (19 MiB, 2 passes, 1 lane). A hash costs tens of milliseconds of a
core, so they are made by few threads behind a bounded queue: a flood of sign-ins waits or is told
to come back, and chat goes on beside it.
"""

import asyncio
import ctypes
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError

T = TypeVar("T")

_NICENESS = 10
_RETRY_AFTER = 2_000
# glibc's number for the size from which memory is mapped for itself, and given back when freed.
_M_MMAP_THRESHOLD = -3
_MAPPED_BYTES = 4 * 1024 * 1024


class Passwords:
    """Hashes and checks. ``threads`` work at once, ``queued`` more wait; else it is `busy`."""

    def __init__(
        self, *, memory_kib: int = 19_456, passes: int = 2, threads: int = 2, queued: int = 32
    ) -> None:
        _return_large_memory()
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._pool = ThreadPoolExecutor(threads, "passwords", initializer=_lower_priority)
        self._most = threads + queued
        self._waiting = 0
        self._refused = 0
        self._done = 0
        # What an unknown handle's password is compared with: nobody knows what it is a hash of.
        self._dummy = self._hasher.hash(os.urandom(16))

    async def hash(self, password: str) -> str:
        """The password's hash, with its parameters and salt, as text.

        Raises:
            ChinwagError: busy.
        """
        return await self._run(lambda: self._hasher.hash(_raw(password)))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password is the stored one. Takes as long where there is none stored.

        Raises:
            ChinwagError: busy.
        """
        return await self._run(lambda: self._matches(stored, password))

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than are used now."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        """Stop the threads; what waits is dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def gauges(self) -> dict[str, float]:
        """Figures for the metrics page."""
        return {
            "passwords_waiting": self._waiting,
            "passwords_done_total": self._done,
            "passwords_refused_total": self._refused,
        }

    def _matches(self, stored: str | None, password: str) -> bool:
        try:
            self._hasher.verify(stored or self._dummy, _raw(password))
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
        return stored is not None

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._most:
            self._refused += 1
            raise ChinwagError(errors.BUSY, retry_after=_RETRY_AFTER)
        self._waiting += 1
        future = asyncio.get_running_loop().run_in_executor(self._pool, work)
        # Counted until the thread is done with it, not until the client loses patience.
        future.add_done_callback(self._finished)
        return await asyncio.shield(future)

    def _finished(self, future: "asyncio.Future[T]") -> None:
        self._waiting -= 1
        self._done += 1
        if not future.cancelled():
            future.exception()  # asked for here, in case nobody waits any more


def _raw(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


def _lower_priority() -> None:
    """Let the event loop go first. Only Linux has a priority for each thread."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def _return_large_memory() -> None:
    """Have glibc give each hash's memory back. By itself it raises the threshold at the first
    one, and then keeps 20 MB a thread for good. Other C libraries do not.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_MMAP_THRESHOLD, _MAPPED_BYTES)
