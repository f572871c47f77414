"""`python -m bench.web`: measure the web client, show the figures against their targets."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import machine
from bench.command import Command
from bench.results import Figure
from bench.server import chinwag
from bench.web import figures, lighthouse
from bench.web.figures import Site
from bench.web.world import sow

MEASURED: dict[str, Callable[[Site], list[Figure]]] = {
    "weight": figures.weight,
    "load": figures.loads,
    "open": figures.opening,
    "scroll": figures.scrolling,
    "type": figures.typing,
    "memory": figures.memory,
    "lighthouse": lighthouse.measure,
}


def main() -> None:
    """Run what was asked for."""
    command = Command("bench.web", __doc__, MEASURED)
    command.options.add_argument("--core", help="of the server; default: the last there is")
    arguments, console = command.ask(), command.console
    core = machine.Cores.choose(arguments.core).server
    _leave(core)
    found: list[Figure] = []
    about = machine.describe()
    about["load"] = f"load average {os.getloadavg()[0]:.1f} before it began"
    with tempfile.TemporaryDirectory(prefix="chinwag-bench-web-") as name:
        folder = Path(name)
        (folder / "data").mkdir()
        world = sow(folder / "data")
        with chinwag(folder / "data", core) as server:
            site = Site(f"http://127.0.0.1:{server.port}", world, folder)
            with site.browser() as browser:
                about["browser"] = f"Chromium {browser.version}"
            console.print("; ".join(about.values()))
            for what in arguments.what:
                console.print(f"measuring: {what}")
                found += MEASURED[what](site)
    command.tell(found, about, arguments, mark="web")


def _leave(core: int | None) -> None:
    """Leave the server's core to it; the browser, which is many processes, takes the others."""
    if core is not None:
        os.sched_setaffinity(0, os.sched_getaffinity(0) - {core} or {core})


if __name__ == "__main__":
    main()
