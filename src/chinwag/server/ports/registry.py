"""The registry: which device of which user has a session on which node."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol


class Entered(NamedTuple):
    """``epoch`` is larger than any the device had; ``replaced``: the other node on which the device
    had a live session, void from now on, or empty.
    """

    epoch: int
    replaced: str = ""


class Held(NamedTuple):
    """A live session of this node, as it was entered."""

    device: str
    user: str
    epoch: int
    foreground: bool = False


class Standing(NamedTuple):
    """How a person stands, all nodes taken together: ``online`` while a session is in front;
    ``last_seen``: the end of the last period in which one was, in ms UTC, as far as the registry
    knows of it (0: the store may know). While they are online it does not move.
    """

    online: bool = False
    last_seen: int = 0


class Registry(Protocol):
    """Sessions of all nodes. A node holds one lease; when it lapses all its sessions are void.

    What asks raises `ChinwagError` (``unavailable``) when the registry cannot be reached in time.
    What tells does not: it is told when the registry is back, and until then only this node knows.
    """

    alone: bool
    """True where there can be no other node: look-ups of others' sessions may be skipped."""
    node: str
    """This node's name."""

    @property
    def certain(self) -> bool:
        """Whether the lease is certainly held. While it is not, others may look for no sessions
        here: what they commit has to be read in the log.
        """
        ...

    async def open(
        self,
        lapsed: Callable[[], Awaitable[None]],
        gone: Callable[[str], None],
    ) -> None:
        """Take the lease and keep it, in the background. ``lapsed``: it had run out and was taken
        anew, or some could not be told of: this node's sessions must all be entered again. It is
        called again if it raises. ``gone``: another node's lease ran out, or it left.
        """
        ...

    async def enter(self, user: str, device: str, *, foreground: bool = False) -> Entered:
        """Take a session of this node in. The device's session on another node is void from now
        on.
        """
        ...

    async def enter_again(self, sessions: Sequence[Held]) -> Mapping[str, Entered]:
        """Take these in again, with the epochs they have. Devices that have a newer session
        elsewhere are left out of the answer.

        Raises:
            ChinwagError: unavailable.
        """
        ...

    async def leave(self, user: str, device: str, epoch: int, *, last_seen: int = 0) -> None:
        """Take a session out, unless the device has a newer one."""
        ...

    async def look(
        self, user: str, device: str, epoch: int, *, foreground: bool, last_seen: int = 0
    ) -> None:
        """A session came to the front, or went to the back. ``last_seen`` counts if no other
        session of the user is in front; if it is not given, to go back is to be seen now.
        """
        ...

    async def where(self, users: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Nodes with live sessions of these users: node -> users. One round trip, however many."""
        ...

    async def devices(self, users: Iterable[str]) -> Mapping[str, str]:
        """The devices of these users that have a live session: device -> node."""
        ...

    async def standing(self, users: Iterable[str]) -> Mapping[str, Standing]:
        """How these people stand; those nothing is known of are left out."""
        ...

    async def nodes(self) -> frozenset[str]:
        """The live nodes, this one among them."""
        ...

    async def close(self) -> None:
        """Give up the lease: all sessions of this node are void at once."""
        ...

    def gauges(self) -> dict[str, float]:
        """Figures for the metrics page."""
        ...
