"""A cluster under test: its parts can be hurt, and the links between nodes and engines be cut."""

from engines.cluster import Cluster
from engines.engine import Engine
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
        for part in self.parts:
            part.resume()
            if not part.running:
                part.kill()
                part.start()

    def part(self, name: str) -> Engine:
        """One of them, by its name."""
        return next(part for part in self.parts if part.name == name)

    def sessions(self) -> list[int]:
        """How many sessions each running node has."""
        return [int(node.metrics().get("sessions", 0)) for node in self.nodes if node.running]
