"""Whether a person looks at the terminal just now: what 'read' and 'online' go by.

Terminals that tell of focus are believed. Until one has told, or if it never does (tmux without
``focus-events``, a Linux console), whoever pressed a key or moved the mouse lately is there.
"""

import time

LATELY_SECONDS = 120.0


class Attention:
    """See the module."""

    def __init__(self) -> None:
        self._focus: bool | None = None
        self._active_at = time.monotonic()

    def told(self, focus: bool) -> None:
        """The terminal says that it has the focus, or not."""
        self._focus = focus
        if focus:
            self._active_at = time.monotonic()

    def active(self) -> None:
        """A key was pressed, or the mouse used."""
        self._active_at = time.monotonic()

    @property
    def here(self) -> bool:
        """Whether somebody looks."""
        if self._focus is not None:
            return self._focus
        return time.monotonic() - self._active_at < LATELY_SECONDS
