"""`python -m bench [SCENARIO …]`: measure the server, show the figures against their targets."""

from collections.abc import Callable

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bench import machine
from bench.command import Command
from bench.context import Context
from bench.results import Figure
from bench.scenarios import arrivals, away, ceilings, direct, group, latency, memory, start

# In this order: what is compared with a ceiling comes behind it.
SCENARIOS: dict[str, Callable[[Context], list[Figure]]] = {
    "ceilings": ceilings.measure,
    "direct": direct.measure,
    "group": group.measure,
    "latency": latency.measure,
    "arrivals": arrivals.measure,
    "away": away.measure,
    "memory": memory.measure,
    "start": start.measure,
}


def main() -> None:
    """Run what was asked for."""
    command = Command("bench", __doc__, SCENARIOS)
    command.add_load()
    add = command.options.add_argument
    add("--sessions", type=int, default=5_000, help="whose memory is measured")
    add("--cores", metavar="SERVER,LOAD", help="default: the last two there are")
    arguments, console = command.ask(), command.console
    cores = machine.Cores.choose(arguments.cores)
    about = machine.describe() | {"arrangement": cores.describe()}
    machine.raise_file_limit()
    machine.pin(cores.load)
    console.print("; ".join(about.values()))
    figures: list[Figure] = []
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    # It redraws between the steps only: a thread that draws would take from the load's core.
    with Progress(*columns, console=console, auto_refresh=False) as progress:
        bar = progress.add_task("", total=len(arguments.what))

        def step(what: str) -> None:
            progress.update(bar, description=what, refresh=True)

        context = Context(
            cores, arguments.seconds, arguments.pairs, arguments.members, arguments.sessions, step
        )
        for name in arguments.what:
            figures += SCENARIOS[name](context)
            progress.advance(bar)
        step("done")
    command.tell(figures, about, arguments, mark="measured")


if __name__ == "__main__":
    main()
