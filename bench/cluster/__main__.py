"""`python -m bench.cluster [WHAT …]`: measure many machines on this one, beside their peers."""

import os
from collections.abc import Callable

from bench import machine
from bench.cluster import alone, exodus, many, registry, room
from bench.cluster.world import World
from bench.command import Command
from bench.results import Figure

_SPARE_FILES = 2_000
MEASURED: dict[str, Callable[[World], list[Figure]]] = {
    "alone": alone.measure,
    "many": many.measure,
    "room": room.measure,
    "exodus": exodus.measure,
    "registry": registry.measure,
}


def _cores() -> list[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def main() -> None:
    """Run what was asked for."""
    command = Command("bench.cluster", __doc__, MEASURED)
    command.add_load()
    command.options.add_argument("--clients", type=int, default=10_000, help="who lose their node")
    arguments, console = command.ask(), command.console
    files = machine.raise_file_limit(2 * arguments.clients + _SPARE_FILES)

    def step(what: str) -> None:
        console.print(f"measuring: {what}")

    world = World(
        arguments.seconds,
        arguments.pairs,
        arguments.members,
        # HAProxy has two files for each.
        min(arguments.clients, (files - _SPARE_FILES) // 2),
        _cores(),
        step,
    )
    about = machine.describe()
    about["load"] = f"load average {os.getloadavg()[0]:.1f} before it began"
    about["arrangement"] = world.describe()
    console.print("; ".join(about.values()))
    figures: list[Figure] = []
    for name in arguments.what:
        figures += MEASURED[name](world)
    command.tell(figures, about, arguments, mark="cluster")


if __name__ == "__main__":
    main()
