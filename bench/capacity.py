"""How large a deployment has to be, reckoned from what a message was measured to cost.

    python -m bench.capacity --messages-a-day 60 --online 0.2

prints the table of docs/operations/sizing.md for other habits or costs; ``--results FILE`` takes
the costs from a run of ``python -m bench.cluster``. It is arithmetic: it knows nothing of stalls,
of neighbours, or of a network between the machines. What it gives is where to begin, not a promise.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from math import ceil
from pathlib import Path
from typing import Annotated, get_type_hints

PAGE = Path("docs/operations/sizing.md")
BEGIN, END = "<!-- reckoned -->", "<!-- /reckoned -->"
USERS = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)

_DAY, _YEAR_DAYS = 86_400, 365
_GB, _TB = 1e9, 1e12
_SMALL_GB = 1.0
_HEAD = (
    "| people | messages/s, mean · peak | sockets | nodes (a core each) | their memory"
    " | cores: PostgreSQL · RabbitMQ · Redis | disk a year | WAL at the peak | engines |"
)
_RULE = "|---:|---:|---:|---:|---:|---:|---:|---:|---|"


@dataclass(frozen=True)
class Model:
    """What goes in. CPU times in µs, by `bench.cluster`: three nodes, people anywhere on them."""

    messages_a_day: Annotated[float, "messages a person sends a day"] = 40
    recipients: Annotated[float, "devices that each message is handed to"] = 4
    peak: Annotated[float, "the busiest minute, in times of the mean"] = 5
    online: Annotated[float, "share of people connected at the peak"] = 0.3
    devices: Annotated[float, "sockets of each of them"] = 1.3
    full: Annotated[float, "how far a core is to be used at the peak"] = 0.6
    node_us: Annotated[float, "node, a message with its first delivery and its marks"] = 75
    postgres_us: Annotated[float, "PostgreSQL, a message"] = 43
    rabbitmq_us: Annotated[float, "RabbitMQ, a message"] = 5.7
    redis_us: Annotated[float, "Redis, a message"] = 1.7
    delivery_us: Annotated[float, "node, each further delivery"] = 2.7
    heartbeat_us: Annotated[float, "node, a heartbeat of one socket"] = 10
    heartbeat_seconds: Annotated[float, "one every so many seconds"] = 25
    socket_kib: Annotated[float, "node's memory, a socket"] = 12
    node_mib: Annotated[float, "node's memory, without any"] = 120
    sockets_a_node: Annotated[float, "sockets of one node, at most"] = 20_000
    row_bytes: Annotated[float, "disk, a message with its indexes and receipts"] = 900
    wal_bytes: Annotated[float, "write-ahead log, a message"] = 1_400
    messages_a_primary: Annotated[float, "messages a second of one PostgreSQL, at most"] = 20_000
    terabytes_a_primary: Annotated[float, "disk of one PostgreSQL, at most"] = 8


@dataclass(frozen=True)
class Size:
    """What comes out, for so many people."""

    users: int
    mean: float
    peak: float
    sockets: float
    node_cores: float
    nodes: int
    node_gb: float
    postgres_cores: float
    rabbitmq_cores: float
    redis_cores: float
    disk_tb_a_year: float
    wal_mb_a_second: float
    primaries: int

    @property
    def engines(self) -> str:
        """Which of them it takes."""
        if self.nodes == 1 and self.primaries == 1:
            return "one node; SQLite will do"
        if self.primaries == 1:
            return "PostgreSQL with a standby, RabbitMQ, Redis"
        return f"PostgreSQL spread by chat over {self.primaries} (Citus), RabbitMQ × 3, Redis"


def size(model: Model, users: int) -> Size:
    """What so many people need at their busiest, and their messages in the first year."""
    mean = users * model.messages_a_day / _DAY
    peak = mean * model.peak
    sockets = users * model.online * model.devices
    work = peak * (model.node_us + (model.recipients - 1) * model.delivery_us)
    beats = sockets / model.heartbeat_seconds * model.heartbeat_us
    node_cores = (work + beats) / 1e6 / model.full
    nodes = max(ceil(node_cores), ceil(sockets / model.sockets_a_node), 1)
    nodes = nodes if users <= USERS[1] and nodes == 1 else nodes + 1  # one may be away
    disk = mean * _DAY * _YEAR_DAYS * model.row_bytes / _TB
    return Size(
        users=users,
        mean=mean,
        peak=peak,
        sockets=sockets,
        node_cores=node_cores,
        nodes=nodes,
        node_gb=(nodes * model.node_mib * 2**20 + sockets * model.socket_kib * 1024) / _GB,
        postgres_cores=peak * model.postgres_us / 1e6 / model.full,
        rabbitmq_cores=peak * model.rabbitmq_us / 1e6 / model.full,
        redis_cores=peak * model.redis_us / 1e6 / model.full,
        disk_tb_a_year=disk,
        wal_mb_a_second=peak * model.wal_bytes / 1e6,
        primaries=max(
            ceil(peak / model.messages_a_primary), ceil(disk / model.terabytes_a_primary), 1
        ),
    )


def table(model: Model) -> str:
    """In Markdown: what goes in, and what comes out."""
    lines = [_HEAD, _RULE, *(_line(size(model, users)) for users in USERS)]
    lines += ["", "Reckoned with:", "", "| input | value |", "|---|---:|"]
    lines += [f"| {help_} | {getattr(model, name):,g} |" for name, help_ in _inputs()]
    return "\n".join(lines)


def _line(each: Size) -> str:
    cores = each.postgres_cores, each.rabbitmq_cores, each.redis_cores
    return (
        f"| {each.users:,} | {_short(each.mean)} · {_short(each.peak)} | {each.sockets:,.0f}"
        f" | {each.nodes} | {_bytes(each.node_gb)} | {' · '.join(map(_cores, cores))}"
        f" | {_bytes(each.disk_tb_a_year * 1000)} | {each.wal_mb_a_second:,.2f} MB/s"
        f" | {each.engines} |"
    )


def measured(model: Model, results: Path) -> Model:
    """The same with the costs that a run of `bench.cluster` found on its three nodes.

    Raises:
        SystemExit: it did not measure them.
    """
    for line in json.loads(results.read_text())["figures"]:
        notes = line["notes"]
        if line["scenario"] == "many" and line["name"].startswith("3 nodes, all mixed"):
            return replace(
                model,
                node_us=notes["nodes µs"],
                postgres_us=notes["PostgreSQL µs"],
                rabbitmq_us=notes["RabbitMQ µs"],
                redis_us=notes["Redis µs"],
            )
    raise SystemExit(
        f"{results} has no figures of three nodes: run `python -m bench.cluster many`."
    )


def page(text: str, model: Model) -> str:
    """The page with its table made anew."""
    head, _, rest = text.partition(BEGIN)
    return f"{head}{BEGIN}\n{table(model)}\n{END}{rest.partition(END)[2]}"


def _inputs() -> Sequence[tuple[str, str]]:
    hints = get_type_hints(Model, include_extras=True)
    return [(field.name, hints[field.name].__metadata__[0]) for field in fields(Model)]


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:,.2g}"


def _cores(number: float) -> str:
    return f"{number:.1f}" if number >= 0.05 else "< 0.1"


def _bytes(gigabytes: float) -> str:
    if gigabytes >= 1000:
        return f"{gigabytes / 1000:,.1f} TB"
    return f"{gigabytes:,.0f} GB" if gigabytes >= _SMALL_GB else f"{gigabytes * 1000:,.0f} MB"


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    for name, help_ in _inputs():
        default = getattr(Model, name)
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=default, help=help_)
    parser.add_argument("--results", type=Path, help="take the costs from this run")
    parser.add_argument("--write-docs", action="store_true", help=f"write the table of {PAGE}")
    given = vars(parser.parse_args())
    results, write = given.pop("results"), given.pop("write_docs")
    model = Model(**given) if results is None else measured(Model(**given), results)
    if write:
        PAGE.write_text(page(PAGE.read_text("utf-8"), model), "utf-8")
    print(table(model))


if __name__ == "__main__":
    main()
