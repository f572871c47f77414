"""What was measured, and how it is shown: a table, JSON, and the table of docs/benchmarks.md."""

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from rich.table import Column, Table

_NOTICED = 0.03


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. Without a target it is there to compare others with."""

    scenario: str
    name: str
    value: float
    unit: str
    target: float | None = None
    better: Literal["more", "less"] = "more"
    server: float | None = None
    """Share of its core that the server took meanwhile."""
    load: float | None = None
    """The same of the load generator: near 1 the figure is the generator's, not the server's."""
    others: float = 0.0
    """Share of the two cores, whichever had more, that went to processes of somebody else."""
    notes: dict[str, str | float] = field(default_factory=dict)

    @property
    def reached(self) -> bool | None:
        """Whether the target is; None without one."""
        if self.target is None:
            return None
        return self.value >= self.target if self.better == "more" else self.value <= self.target

    def cells(self) -> list[str]:
        """As a line of a table."""
        sign = "≥" if self.better == "more" else "≤"
        return [
            self.name,
            f"{number(self.value)} {self.unit}",
            "" if self.target is None else f"{sign} {number(self.target)}",
            {None: "", True: "yes", False: "no"}[self.reached],
            _percent(self.server),
            _percent(self.load),
            _percent(self.others) if self.others >= _NOTICED else "",
            ", ".join(f"{name} {_noted(value)}" for name, value in self.notes.items()),
        ]


HEADINGS = ["figure", "measured", "target", "reached", "server", "load", "others", "notes"]


def number(value: float) -> str:
    """As many digits as mean something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def faulty(faults: list[str]) -> dict[str, str | float]:
    """A note on what went wrong, if anything did: such a figure is worth nothing."""
    return {"FAULTS": f"{len(faults)}: {faults[0]}"} if faults else {}


def _noted(value: str | float) -> str:
    return value if isinstance(value, str) else number(value)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def terminal(figures: list[Figure]) -> Table:
    """For people to read."""
    table = Table(*HEADINGS[:-1], Column("notes", ratio=1), expand=True)
    for place, column in enumerate(table.columns[:-1]):
        column.no_wrap = True
        column.justify = "right" if place in (1, 2, 4, 5, 6) else "left"
    scenario = ""
    for figure in figures:
        if scenario and figure.scenario != scenario:
            table.add_section()
        scenario = figure.scenario
        colour = {None: "", True: "green", False: "red"}[figure.reached]
        table.add_row(*figure.cells(), style=colour)
    return table


def save(figures: list[Figure], machine: dict[str, str], folder: Path) -> Path:
    """As JSON, under the time of the run."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / time.strftime("%Y%m%d-%H%M%S.json")
    whole = {
        "machine": machine,
        "figures": [asdict(figure) | {"reached": figure.reached} for figure in figures],
    }
    path.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return path


def write_docs(figures: list[Figure], machine: dict[str, str], page: Path, mark: str) -> None:
    """Put the table into the page, between its marks."""
    begin, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    lines = [
        f"Measured on {time.strftime('%Y-%m-%d')}: {'; '.join(machine.values())}.",
        "",
        "| " + " | ".join(HEADINGS) + " |",
        "|---|---:|---:|---|---:|---:|---:|---|",
        *("| " + " | ".join(figure.cells()) + " |" for figure in figures),
    ]
    before, _, rest = page.read_text("utf-8").partition(begin)
    after = rest.partition(end)[2]
    page.write_text(f"{before}{begin}\n" + "\n".join(lines) + f"\n{end}{after}", "utf-8")
