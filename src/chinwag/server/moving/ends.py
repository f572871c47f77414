"""The two ends of a move, as the one procedure for both directions sees them."""

from collections.abc import Mapping
from typing import Protocol

from chinwag.server.adapters.moved import MOVED
from chinwag.server.moving.tables import Fingerprint, Table, Values

GONE = "This installation has been moved to another database already, and goes on there."
OWN = ("life", "home", "offset", "change", MOVED)
"""Rows of ``meta`` that mean something to one database only."""


class MoveError(Exception):
    """The move cannot be done; the text says why, and what to do."""


class End(Protocol):
    """A database whose tables can be read."""

    async def fingerprint(self, table: Table) -> Fingerprint:
        """That of all rows."""
        ...


class Source(End, Protocol):
    """Where the data is."""

    async def meta(self) -> dict[str, str]:
        """What it says of the server, with ``change``: more than any change that was given out."""
        ...

    async def count(self, table: Table) -> int:
        """How many rows there are, for a progress bar."""
        ...

    async def read(self, table: Table, after: str) -> tuple[list[Values], str]:
        """The next rows behind a place (empty: from the start), and the place of the last."""
        ...

    async def leave(self, to: str) -> None:
        """From now on nothing starts here: it has been moved."""
        ...


class Target(End, Protocol):
    """Where it goes."""

    async def begin(self, source: str, *, only_resume: bool) -> None:
        """Make the tables, unless ``only_resume``, or go on where a move from this source was cut
        off.

        Raises:
            MoveError: there is something else.
        """
        ...

    async def reached(self, table: Table) -> str:
        """The place of the last row written; empty before the first."""
        ...

    async def write(self, table: Table, rows: list[Values], place: str) -> None:
        """Write rows, and with them the place."""
        ...

    async def clear(self, table: Table) -> None:
        """Forget all rows and the place."""
        ...

    async def finish(self, meta: Mapping[str, str]) -> None:
        """All is there: from now on a server may start here."""
        ...
