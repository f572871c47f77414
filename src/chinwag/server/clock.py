"""The time of day, in ms UTC, that no small step of the system's clock can push around.

Taken once from the system and carried on by the monotonic clock; where the two differ (somebody
set the clock) ours closes in by at most half a percent, so that it neither jumps nor runs
backwards. Only a difference of hours is believed at once: then the clock had been plainly wrong.
"""

import time
from collections.abc import Callable

_SLEW = 0.005
_PLAINLY_WRONG_SECONDS = 6 * 3600.0


class Clock:
    """A steady clock; calling it gives milliseconds. May be read from any thread. ``wall`` and
    ``steady`` are where it looks: the system's time of day and monotonic time, in seconds.
    """

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.wall = wall
        self.steady = steady
        self._read = (wall(), steady())

    def __call__(self) -> int:
        ours, then = self._read
        steady = self.steady()
        passed = steady - then
        ours += passed
        off = self.wall() - ours
        if abs(off) > _PLAINLY_WRONG_SECONDS:
            ours += off
        else:
            most = passed * _SLEW
            ours += max(-most, min(most, off))
        self._read = (ours, steady)
        return int(ours * 1000)


now_ms = Clock()
"""The process's clock."""
