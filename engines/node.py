"""A node of chinwag as an engine: `chinwag serve`, told by its environment what to be."""

import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping
from pathlib import Path

from engines.engine import Engine


class Node(Engine):
    """One process. ``settings`` are those of the server, by name.

    Attributes:
        data: its own folder. With PostgreSQL nothing in it has to last.
        source: the folder of another version's packages, from the next start on; None: ours.
        without: settings that this version does not know, and would refuse.
    """

    source: Path | None = None
    without: Collection[str] = ()

    def __init__(
        self, name: str, settings: Mapping[str, object], folder: Path | None = None, port: int = 0
    ) -> None:
        self.name = name
        super().__init__(folder, port)
        self.data = self.folder / "data"
        self._settings = dict(settings)

    def tell(self, **settings: object) -> None:
        """Settings that it has from its next start on."""
        self._settings |= settings

    def url_at(self, port: int) -> str:
        """Where it answers, by way of this port."""
        return f"http://127.0.0.1:{port}"

    def launch(self) -> None:
        """Start the process."""
        settings = {
            "log_format": "json",
            **self._settings,
            "data": self.data,
            "host": "127.0.0.1",
            "port": self.port,
            "node": self.name,
        }
        plain = {name: it for name, it in os.environ.items() if not name.startswith("CHINWAG_")}
        told = {
            f"CHINWAG_{name.upper()}": str(it)
            for name, it in settings.items()
            if name not in self.without
        }
        # Where we import from, it does, too; and it finds no chinwag.toml in its folder.
        places = [str(self.source or ""), *sys.path]
        path = os.pathsep.join(each for each in places if each)
        self.run(
            [sys.executable, "-m", "chinwag", "serve"],
            {**plain, **told, "PYTHONPATH": path},
            whole=True,
        )

    def is_ready(self) -> bool:
        """Whether it would take people."""
        try:
            self.get("/readyz")
        except (OSError, urllib.error.HTTPError):
            return False
        return True

    def get(self, path: str) -> str:
        """A page of it."""
        with urllib.request.urlopen(self.url + path, timeout=5) as answer:
            return str(answer.read().decode())

    def metrics(self) -> dict[str, float]:
        """Its figures, without ``chinwag_``; those with labels are left out."""
        found = re.findall(r"^chinwag_(\w+) (\S+)$", self.get("/metrics"), re.MULTILINE)
        return {name: float(value) for name, value in found}

    def claim(self) -> str:
        """The path of the link that makes the first account, as a start told it last; empty when
        none did.
        """
        found = re.findall(r"http\S+(/claim/\S+)", self.log.read_text(errors="replace"))
        return found[-1] if found else ""
