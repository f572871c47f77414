"""What every scenario is given."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.machine import Cores


@dataclass(slots=True)
class Context:
    """Sizes, cores, and what scenarios before this one found out."""

    cores: Cores
    seconds: float
    pairs: int
    members: int
    sessions: int
    step: Callable[[str], None]
    """Say what is being done now."""
    found: dict[str, float] = field(default_factory=dict)
    """Rates that later scenarios build on or compare with."""

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """A folder for one server's data, on the disk that the system has for such."""
        with tempfile.TemporaryDirectory(prefix="chinwag-bench-") as name:
            yield Path(name)

    def ratio(self, value: float, ceiling: str) -> dict[str, str | float]:
        """A note that compares with a ceiling, if that was measured."""
        top = self.found.get(ceiling)
        return {f"of {ceiling}": f"{value / top:.0%}"} if top else {}
