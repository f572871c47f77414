"""A cluster under test: its parts can be hurt, and the links between nodes and engines be cut."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engines.cluster import Cluster
from engines.engine import Engine, start_all
from engines.postgres import drop_database
from faults.servers import WIDE


class Many(Cluster):
    """A cluster for people who are many behind one address, and in a hurry.

    Attributes:
        database: the URL of what the checker looks at.
    """

    def __init__(self, **settings: object) -> None:
        super().__init__(**{**WIDE, "lease_seconds": 3, **settings})
        self.database = self.postgres.url

    def heal(self) -> None:
        """See that every part runs."""
        self._heal(self.parts)

    @contextmanager
    def afresh(self, source: Path | None = None, without: Collection[str] = ()) -> Iterator[None]:
        """With an empty database for a while, and nodes of the version in ``source``, if any, which
        does not know the settings ``without`` which it is.
        """
        database = self.postgres.database()
        self._begin(database, source, without)
        try:
            yield
        finally:
            self._heal([*self.engines, self.haproxy])
            self._begin(self.postgres.url)
            drop_database(database)

    def _heal(self, parts: Iterable[Engine]) -> None:
        for part in parts:
            part.resume()
            if not part.running:
                part.kill()
                part.start()

    def _begin(
        self, database: str, source: Path | None = None, without: Collection[str] = ()
    ) -> None:
        self.database = database
        for node in self.nodes:
            node.kill()
            node.tell(database_url=database)
            node.source, node.without = source, without
        start_all(*self.nodes)
        self.haproxy.await_all()

    def part(self, name: str) -> Engine:
        """One of them, by its name."""
        return next(part for part in self.parts if part.name == name)

    def sessions(self) -> list[int]:
        """How many sessions each running node has."""
        return [int(node.metrics().get("sessions", 0)) for node in self.nodes if node.running]
