"""The live picture of a cluster, as `make cluster` draws it."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from engines.figures import Part

_COLOURS = {
    "up": "green",
    "draining": "yellow",
    "coming": "yellow",
    "alarm": "yellow",
    "frozen": "cyan",
}
_TITLES = {
    "postgres": "PostgreSQL",
    "rabbitmq": "RabbitMQ",
    "redis": "Redis",
    "haproxy": "HAProxy",
}
_NODE_COLUMNS = ("sockets", "messages", "deliveries", "waiting")
_PER_SECOND = frozenset({"messages", "deliveries", "commits", "parcels", "commands"})


def picture(url: str, claim: str, parts: Sequence[Part], news: Sequence[str]) -> RenderableType:
    """Everything, as it is now. ``claim`` is empty once somebody has; ``news``: oldest first."""
    nodes = [part for part in parts if part.name not in _TITLES]
    others = [part for part in parts if part.name in _TITLES]
    lines: list[RenderableType] = [Text.assemble("chinwag is at ", (url, "bold cyan"))]
    if claim:
        lines.append(
            Text.assemble("Nobody has claimed it yet. Make the first account: ", (claim, "bold"))
        )
    lines += ["", _nodes(nodes), "", _others(others), ""]
    lines += [Text(each, style="dim") for each in news[-6:]]
    lines.append(
        Text("Try it: kill -9 or kill -STOP any pid. What dies is started again. Ctrl+C stops all.")
    )
    return Group(*lines)


def _nodes(parts: Sequence[Part]) -> Table:
    table = _table("node")
    for name in _NODE_COLUMNS:
        table.add_column(name + ("/s" if name in _PER_SECOND else ""), justify="right", min_width=9)
    for part in parts:
        table.add_row(*_start(part, part.name), *(_number(part, name) for name in _NODE_COLUMNS))
    if len(parts) > 1:
        sums = [sum(part.figures.get(name, 0) for part in parts) for name in _NODE_COLUMNS]
        cpu = f"{sum(part.cpu for part in parts):.0f} %"
        table.add_row("all", "", "", cpu, "", *(f"{it:,.0f}" for it in sums), style="bold")
    return table


def _others(parts: Sequence[Part]) -> Table:
    table = _table("engine")
    table.add_column("", min_width=39)
    for part in parts:
        said = "  ".join(
            f"{value:,.0f} {name}{'/s' if name in _PER_SECOND else ''}"
            for name, value in part.figures.items()
        )
        table.add_row(*_start(part, _TITLES[part.name]), said)
    return table


def _table(first: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(first, min_width=10)
    table.add_column("state", min_width=9)
    table.add_column("pid", justify="right", min_width=7)
    table.add_column("cpu", justify="right", min_width=5)
    table.add_column("memory", justify="right", min_width=8)
    return table


def _start(part: Part, title: str) -> list[RenderableType]:
    colour = _COLOURS.get(part.state, "red")
    return [
        title,
        Text(part.state, style=colour),
        str(part.pid or "-"),
        f"{part.cpu:.0f} %",
        f"{part.memory / 2**20:.0f} MiB",
    ]


def _number(part: Part, name: str) -> str:
    return f"{part.figures[name]:,.0f}" if name in part.figures else "-"
