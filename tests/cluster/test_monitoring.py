"""What we ship for monitoring speaks of figures that there are, and is explained."""

import asyncio
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from engines.node import Node
from flows.cast import eventually

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy/prometheus/alerts.yaml"
DASHBOARD = ROOT / "deploy/grafana/chinwag.json"
EXPLAINED = ROOT / "docs/operations/monitoring.md"
NAMES = re.compile(r"\b(?:chinwag|process)_[a-z_]+\b")


def rules() -> list[dict[str, Any]]:
    """The alerts, in order."""
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions() -> Iterator[str]:
    """All that is asked of Prometheus."""
    yield from (rule["expr"] for rule in rules())
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))


def test_every_alert_is_explained() -> None:
    text = EXPLAINED.read_text()
    for rule in rules():
        assert f"### {rule['alert']}\n" in text
        place = rule["annotations"]["runbook"]
        assert place == f"docs/operations/monitoring.md#{rule['alert'].lower()}"
    headings = set(re.findall(r"^### (Chinwag\w+)$", text, re.MULTILINE))
    assert headings == {rule["alert"] for rule in rules()}, "nothing is explained that there is not"


@pytest.mark.parametrize(
    "words", [("check", "rules", "alerts.yaml"), ("test", "rules", "alerts_test.yaml")]
)
def test_prometheus_takes_the_rules(words: tuple[str, ...]) -> None:
    done = subprocess.run(
        ["promtool", *words], cwd=RULES.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


async def test_every_figure_exists_and_says_what_it_counts(postgres, rabbitmq, redis) -> None:
    """Counters end in ``_total``, and nothing else does; times are in seconds."""
    node = Node("node", {"database_url": postgres, "broker_url": rabbitmq, "registry_url": redis})
    try:
        await asyncio.to_thread(node.start)

        async def page() -> str:
            text: str = await asyncio.to_thread(node.get, "/metrics")
            assert "chinwag_outbox_rows" in text  # the first look has been had
            return text

        text = await eventually(page)
    finally:
        node.kill()
    there = set(NAMES.findall(text))
    kinds = dict(re.findall(r"^# TYPE (chinwag_\w+) (\w+)$", text, re.MULTILINE))
    for name, kind in kinds.items():
        assert (kind == "counter") == name.endswith("_total"), name
        assert not re.search(r"_(ms|millis|minutes|kib|mb)(_|$)", name), name
    asked = {name for each in expressions() for name in NAMES.findall(each)}
    asked.discard("chinwag_commands_")  # by a pattern
    assert len(asked) > 40
    assert asked <= there, sorted(asked - there)
