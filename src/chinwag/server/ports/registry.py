"""The registry: which device of which user has a session on which node."""

from collections.abc import Iterable, Mapping
from typing import Protocol


class Registry(Protocol):
    """Sessions of all nodes. A node holds one lease; when it lapses all its sessions are void."""

    alone: bool
    """True where there can be no other node: look-ups of others' sessions may be skipped."""

    async def enter(self, user: str, device: str) -> int:
        """Take a session of this node in; its epoch, larger than any the device had. The
        device's session on another node is void from now on.
        """
        ...

    async def leave(self, user: str, device: str, epoch: int) -> None:
        """Take a session out, unless the device has a newer one."""
        ...

    async def where(self, users: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Nodes with live sessions of these users: node -> users."""
        ...

    async def renew(self) -> None:
        """Refresh this node's lease."""
        ...
